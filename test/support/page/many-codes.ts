import { join } from "node:path";
import { PinCode } from "../../../daemon/core/model/secret.ts";
import { openStore } from "../../../daemon/store/opening/open-store.ts";
import { loadMasterKey } from "../../../daemon/store/secrets/master-key.ts";
import { CodeVault } from "../../../daemon/store/secrets/sealing.ts";
import { put } from "../../../daemon/store/store.ts";
import { aPassword } from "../records.ts";
import type { PageHouse } from "./page-house.ts";

/** None of these codes is too easy to guess, and no two are the same. */
function digitsOf(number: number): string {
  return String(582_914 + 37 * number);
}

/**
 * Gives each lock of a house so many codes, "Guest 1" and on, that wait for the lock. They are put into the store while
 * the daemon is stopped: as commands they would take a minute.
 */
export async function addWaitingCodes(house: PageHouse, count: number): Promise<void> {
  await house.daemon.stop();
  const data = join(house.folder, "data");
  const masterKey = await loadMasterKey(join(data, "keys", "master.key"));
  const store = await openStore({ directory: join(data, "store"), mode: "existing", masterKey });
  const vault = new CodeVault(masterKey, store);
  const atMs = Date.now();
  for (const lock of [...store.list("lock")]) {
    const passwords = Array.from({ length: count }, (_, index) => {
      const id = lock.nextPasswordId + index;
      const sealedFor = `password/${lock.lock}/${id}`;
      return aPassword({
        ...{ lock: lock.lock, id, name: `Guest ${index + 1}`, userId: index + 2, sealedFor },
        code: vault.seal(lock.lock, new PinCode(digitsOf(id)), sealedFor),
        ...{ createdAtMs: atMs, changedAtMs: atMs },
      });
    });
    const changes = [
      put("lock", [lock.lock], { ...lock, nextPasswordId: lock.nextPasswordId + count }),
      ...passwords.map((one) => put("password", [lock.lock, one.id], one)),
    ];
    await store.commit({ changes, journal: [] }, { atMs, clock: "synced" });
  }
  await store.close();
  await house.daemon.start();
}
