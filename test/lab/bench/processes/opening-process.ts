import { openStore } from "../../../../daemon/store/opening/open-store.ts";
import { MasterKey } from "../../../../daemon/store/secrets/master-key.ts";
import { serve, tell } from "./line-service.ts";

/** Opens a store, reports that it is open, and closes it on request: `opening-process FOLDER KEY`. */
const [directory = "", key = ""] = process.argv.slice(2);
const masterKey = new MasterKey(Buffer.from(key, "hex"));
const store = await openStore({ directory, masterKey, mode: "existing" });
tell({ opened: true });
serve({
  close: async () => {
    await store.close();
    return {};
  },
});
