import { join } from "node:path";
import { masterKeyOf } from "../../../daemon/process/key-file.ts";
import { openStore } from "../../../daemon/store/opening/open-store.ts";
import type { Change, StoreView } from "../../../daemon/store/store.ts";

/** Changes the store of a daemon that is down: for what takes a month otherwise. */
export async function editStore(
  dataFolder: string,
  change: (view: StoreView) => readonly Change[],
): Promise<void> {
  const directory = join(dataFolder, "store");
  const masterKey = await masterKeyOf(join(dataFolder, "keys", "master.key"), directory, undefined);
  const store = await openStore({ directory, mode: "existing", masterKey });
  const stamp = { atMs: Date.now(), clock: "synced" } as const;
  await store.commit({ changes: change(store), journal: [] }, stamp);
  await store.close();
}
