import { afterEach } from "node:test";
import type { ApiOptions } from "../../../../daemon/api/options.ts";
import { type RunningApi, runApi } from "../../../support/rest/running-api.ts";
import { aTemporaryStore } from "../../../support/rigs/temporary-store.ts";

/** What is closed after each test, the newest first. */
export const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Returns an API that runs over a store of its own until the test ends. */
export async function aGateway(
  options: Partial<Omit<ApiOptions, "clock">> = {},
): Promise<RunningApi> {
  const temp = await aTemporaryStore();
  closing.push(() => temp.remove());
  const running = await runApi(temp.store, options);
  closing.push(() => running.api.close());
  return running;
}
