import assert from "node:assert/strict";
import { promises as files } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { collectContents } from "../../../../../daemon/backup/contents-collector.ts";
import { restoreStore } from "../../../../../daemon/backup/restore/restore.ts";
import { PinCode } from "../../../../../daemon/core/model/secret.ts";
import type { LevelStore } from "../../../../../daemon/store/level-store.ts";
import { openStore } from "../../../../../daemon/store/opening/open-store.ts";
import { MasterKey } from "../../../../../daemon/store/secrets/master-key.ts";
import { CodeVault } from "../../../../../daemon/store/secrets/sealing.ts";
import { put, remove } from "../../../../../daemon/store/store.ts";
import { aLock, aLockId, aPassword, aSlot } from "../../../../support/records.ts";

const stamp = { atMs: 1, clock: "synced" } as const;
const masterKey = new MasterKey(Buffer.alloc(32, 7));
const opening = { masterKey } as const;
const code = new PinCode("004711");
const stranger = new PinCode("998877");
const sealBroken = { name: "StoreFailure", kind: "sealBroken" };

let folder = "";
before(async () => {
  folder = await files.mkdtemp(join(tmpdir(), "latchd-lock-keys-"));
});
after(() => files.rm(folder, { recursive: true, force: true }));

/** A store as it was before locks had keys: a password in slot 1, a stranger in 2, drift in 3. */
async function anOldStore(directory: string): Promise<void> {
  const old = new CodeVault(masterKey);
  const store = await openStore({ ...opening, directory, mode: "provision", migrations: [] });
  const occupied = (mark: string | null) =>
    ({ kind: "occupied", mark, userStatus: "occupiedEnabled", userType: "unrestricted" }) as const;
  const strange = occupied(old.mark(aLockId, stranger));
  await store.commit(
    {
      changes: [
        put("lock", [aLockId], aLock()),
        put("password", [aLockId, 1], aPassword({ code: old.seal(aLockId, code, "password/1") })),
        put("slot", [aLockId, 1], aSlot({ content: occupied(old.mark(aLockId, code)) })),
        put("slot", [aLockId, 2], aSlot({ userId: 2, holder: null, content: strange })),
        put("slot", [aLockId, 3], aSlot({ userId: 3, holder: 3, content: strange })),
      ],
      journal: [],
    },
    stamp,
  );
  await store.close();
}

function assertMigrated(store: LevelStore): void {
  const vault = new CodeVault(masterKey, store);
  const password = store.get("password", [aLockId, 1]);
  assert.ok(password?.code);
  assert.equal(vault.open(password.code, password.sealedFor).reveal(), code.reveal());
  assert.equal(password.code.mark, vault.mark(aLockId, code));
  assert.throws(() => new CodeVault(masterKey).open(password.code ?? assert.fail(), "password/1"));
  assert.notEqual(vault.mark(aLockId, code), new CodeVault(masterKey).mark(aLockId, code));
}

describe("a lock's own key", () => {
  it("seals its codes, which are unreadable without its record, even in this process", async () => {
    const store = await openStore({ ...opening, directory: join(folder, "a"), mode: "provision" });
    const vault = new CodeVault(masterKey, store);
    const made = vault.newLockKey(aLockId);
    await store.commit({ changes: [put("lockKey", [aLockId], made.record)], journal: [] }, stamp);
    const sealed = vault.seal(aLockId, code, "x");
    assert.equal(vault.open(sealed, "x").reveal(), code.reveal());
    assert.equal(made.mark(code), vault.mark(aLockId, code));
    assert.equal(new CodeVault(masterKey, store).open(sealed, "x").reveal(), code.reveal());
    const dynamic = vault.oneTimeCode(aLockId, 1, 6).reveal();
    await store.commit({ changes: [remove("lockKey", [aLockId])], journal: [] }, stamp);
    assert.throws(() => vault.open(sealed, "x"), sealBroken);
    const again = vault.newLockKey(aLockId);
    await store.commit({ changes: [put("lockKey", [aLockId], again.record)], journal: [] }, stamp);
    assert.throws(() => vault.open(sealed, "x"), sealBroken);
    assert.notEqual(vault.mark(aLockId, code), sealed.mark);
    assert.notEqual(vault.oneTimeCode(aLockId, 1, 6).reveal(), dynamic);
    await store.close();
  });

  it("does not open with another master key or for another lock", async () => {
    const store = await openStore({ ...opening, directory: join(folder, "b"), mode: "provision" });
    const vault = new CodeVault(masterKey, store);
    const { record } = vault.newLockKey(aLockId);
    const other = "0x00124b0000000002";
    await store.commit({ changes: [put("lockKey", [aLockId], record)], journal: [] }, stamp);
    const foreign = new CodeVault(new MasterKey(Buffer.alloc(32, 8)), store);
    assert.throws(() => foreign.seal(aLockId, code, "x"), sealBroken);
    const moved = put("lockKey", [other], { ...record, lock: other });
    await store.commit({ changes: [moved], journal: [] }, stamp);
    assert.throws(() => vault.seal(other, code, "x"), sealBroken);
    await store.close();
  });
});

describe("a store that is older than the locks' keys", () => {
  it("is sealed and marked again when it is opened, and slots with unknown codes are read again", async () => {
    const directory = join(folder, "old");
    await anOldStore(directory);
    const store = await openStore({ ...opening, directory, mode: "existing" });
    assertMigrated(store);
    const vault = new CodeVault(masterKey, store);
    const contents = [...store.list("slot", [aLockId])].map(({ content }) => content);
    assert.deepEqual(
      contents.map((content) => (content.kind === "occupied" ? content.mark : content.kind)),
      [vault.mark(aLockId, code), null, "unknown"],
    );
    await store.close();
    const again = await openStore({ ...opening, directory, mode: "existing" });
    assertMigrated(again);
    await again.close();
  });

  it("can be restored from a backup of the same version", async () => {
    const directory = join(folder, "backed-up");
    await anOldStore(directory);
    const old = await openStore({ ...opening, directory, mode: "existing", migrations: [] });
    const zigbeeDirectory = join(folder, "zigbee");
    const ports = { store: old, gatewayId: "gw-1", zigbeeDirectory, nowMs: () => 1_000 };
    const contents = { ...(await collectContents(ports, null)), schema: 1 };
    await old.close();
    const place = join(folder, "restored");
    await restoreStore(place, contents, { masterKey, origin: "backup" });
    const restored = await openStore({ ...opening, directory: place, mode: "existing" });
    assertMigrated(restored);
    await restored.close();
  });

  it("is restored with the keys of its locks, which open under the same master key", async () => {
    const directory = join(folder, "old");
    const store = await openStore({ ...opening, directory, mode: "existing" });
    const zigbeeDirectory = join(folder, "zigbee");
    const ports = { store, gatewayId: "gw-1", zigbeeDirectory, nowMs: () => 1_000 };
    const contents = await collectContents(ports, null);
    await store.close();
    const place = join(folder, "restored-new");
    await restoreStore(place, contents, { masterKey, origin: "backup" });
    const restored = await openStore({ ...opening, directory: place, mode: "existing" });
    assertMigrated(restored);
    await restored.close();
  });
});
