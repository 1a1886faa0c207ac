/**
 * Runs only the synchronisation of a gateway, in a process that the test can kill.
 * Arguments: broker URL, protocol (4 or 5).
 */
import { aTemporaryStore } from "../../../support/rigs/temporary-store.ts";
import { TestGateway } from "../../../unit/sync/test-gateway.ts";

const [url = "", protocol] = process.argv.slice(2);
const { store } = await aTemporaryStore();
const gateway = new TestGateway(store, { url, protocol: protocol === "5" ? 5 : 4 });
gateway.sync.start();
