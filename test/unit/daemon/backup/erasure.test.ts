import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { promises as files } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { collectContents } from "../../../../daemon/backup/contents-collector.ts";
import { MaintenanceSchedule } from "../../../../daemon/backup/maintenance-schedule.ts";
import { copyKeyOf } from "../../../../daemon/backup/restore/recovery.ts";
import { systemTimers } from "../../../../daemon/base/timers.ts";
import type { LockId } from "../../../../daemon/core/model/door-lock.ts";
import { openStore } from "../../../../daemon/store/opening/open-store.ts";
import type { Store } from "../../../../daemon/store/store.ts";
import { StoreFailure } from "../../../../daemon/store/store-failure.ts";
import type { VirtualLock } from "../../../../drivers/simulated/lock/virtual-lock.ts";
import { idOf } from "../../../support/radio/zigbee-rig.ts";
import { readableWords } from "../../../support/readable-words.ts";
import { KeeperRig } from "../../../support/rigs/keeper-rig.ts";
import { testKey } from "../../../support/rigs/temporary-store.ts";

const canary = (kind: string) => `${kind}${randomBytes(8).toString("hex")}`;

/** Words that only the people behind one lock left. */
interface Tenant {
  readonly name: string;
  readonly note: string;
  readonly phone: string;
}

function aTenant(): Tenant {
  const phone = `+49${randomBytes(6).readUIntBE(0, 6)}`;
  return { name: canary("n"), note: canary("d"), phone };
}

let rig: KeeperRig;
let care: MaintenanceSchedule;
/** The last journal record that the cloud has had. */
let had = Number.POSITIVE_INFINITY;
const faults: unknown[] = [];

before(async () => {
  rig = await KeeperRig.open();
  const log = { info: () => undefined, error: (fault: object) => faults.push(fault) };
  care = new MaintenanceSchedule({
    store: rig.levelStore,
    timers: systemTimers,
    dataDir: rig.directory,
    storeDirectory: rig.storeDirectory,
    hadThrough: () => had,
    copyFile: join(rig.directory, "store.copy"),
    copyKey: copyKeyOf(KeeperRig.masterKey),
    contents: () =>
      collectContents(
        {
          store: rig.levelStore,
          gatewayId: "gw-1",
          zigbeeDirectory: join(rig.directory, "zigbee"),
          nowMs: () => 1_000,
        },
        null,
      ),
    monotonicMs: () => performance.now(),
    log,
  });
  care.start();
});

after(async () => {
  await care.stop();
  await rig.close();
  assert.deepEqual(faults, []);
});

/** Passwords, a code of the keypad's, an opening, and answers to the cloud that show all of them. */
async function livedIn(lock: VirtualLock, tenant: Tenant): Promise<void> {
  const { name, note, phone } = tenant;
  const password = { password: "123321", name, description: note, phonenumber: phone };
  await rig.must(lock, "add_password", password);
  await rig.untilStored(lock, "123321");
  lock.programAtKeypad({ userId: 5, code: "4711" });
  await rig.event(lock, "pwdAddLocal");
  assert.equal(lock.keypad("123321"), "opened");
  await rig.event(lock, "lockerOpenAlarm");
  await rig.cloud("fetch_passwords", { uuid: idOf(lock) });
  await rig.cloud("get_default_password_plaintext", { uuid: idOf(lock) });
  await rig.must(lock, "get_dynamic_password_plaintext");
}

/** What must be in no file once the lock is unpaired: people's words, sealed codes, marks, the key. */
function tracesOf(store: Store, lock: LockId, tenant: Tenant): string[] {
  const { name, note, phone } = tenant;
  const sealed = [...store.list("password", [lock])].flatMap(({ code }) =>
    // The key's id in front of each box is often the same: a compressed table has it once.
    code === null ? [] : [code.box.split(".").at(-1) ?? "", code.mark],
  );
  const marks = [...store.list("slot", [lock])].flatMap(({ content }) =>
    content.kind === "occupied" && content.mark !== null ? [content.mark] : [],
  );
  const key = store.get("lockKey", [lock]);
  assert.ok(key !== undefined);
  return [name, note, phone, key.box, ...sealed, ...marks];
}

/** Which of the texts can be read in any file by who has the master key as well. */
function foundIn(folders: readonly string[], texts: readonly string[]): Promise<Set<string>> {
  return readableWords(folders, texts, KeeperRig.masterKey);
}

/**
 * Copies files of the store that is open. They are replaced while they are copied, so a file may be gone
 * by then, and the copy mixes several moments: the newest epoch may be ahead of the log. Then it is copied again.
 * @param isWhole opens the copy, and rejects with a StoreFailure if it is torn
 */
async function copied(
  from: string,
  to: string,
  isWhole: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await files.rm(to, { recursive: true, force: true });
      await files.cp(from, to, { recursive: true });
      return await isWhole();
    } catch (error) {
      const isGone = error instanceof Error && "code" in error && error.code === "ENOENT";
      const isTorn = isGone || (error instanceof StoreFailure && error.kind === "damaged");
      if (!isTorn || attempt === 100) throw error;
    }
  }
}

function erased(lock: LockId): Promise<true> {
  return rig.until("the erasure", () =>
    rig.store.get("erasure", [lock]) === undefined ? true : null,
  );
}

describe("a lock that is unpaired", () => {
  it("has no name, note or telephone number in clear in any file, paired or not", async () => {
    had = Number.POSITIVE_INFINITY;
    const lock = await rig.lock();
    const tenant = aTenant();
    await livedIn(lock, tenant);
    const folders = [rig.storeDirectory, rig.directory];
    const words = Object.values(tenant);
    assert.deepEqual(await readableWords(folders, words, null), new Set());
    assert.deepEqual(await foundIn(folders, words), new Set(words));
    await rig.must(lock, "remove_lock");
    await erased(idOf(lock));
    assert.deepEqual(await readableWords(folders, words, null), new Set());
  });

  it("leaves no name, no sealed code, no mark and no key in any file", async () => {
    had = Number.POSITIVE_INFINITY;
    const lock = await rig.lock();
    const neighbour = await rig.lock();
    const tenant = aTenant();
    const other = aTenant();
    await livedIn(lock, tenant);
    await livedIn(neighbour, other);
    const traces = tracesOf(rig.store, idOf(lock), tenant);
    const others = tracesOf(rig.store, idOf(neighbour), other);
    const folders = [rig.storeDirectory, rig.directory];
    // A damaged store that was set aside has all of it too.
    await copied(join(rig.storeDirectory, "level"), join(rig.storeDirectory, "damaged-1"));
    assert.deepEqual(await foundIn(folders, traces), new Set(traces));
    await rig.must(lock, "remove_lock");
    await erased(idOf(lock));
    assert.deepEqual(await foundIn(folders, traces), new Set());
    assert.deepEqual(await foundIn(folders, others), new Set(others));
    await rig.levelStore.verifyJournal();
    assert.equal(rig.live(neighbour).includes("123321"), true);
  });

  it("keeps its events in the journal without the names of people", async () => {
    had = Number.POSITIVE_INFINITY;
    const lock = await rig.lock();
    await livedIn(lock, aTenant());
    const before = (await rig.events(lock)).map(({ seq, event }) => ({ seq, event }));
    await rig.must(lock, "remove_lock");
    await erased(idOf(lock));
    const { tail } = rig.store.journalRange();
    const records = await rig.store.readJournal(tail, 1000);
    const events = records.flatMap(({ seq, entry }) =>
      entry.kind === "event" && entry.lock === idOf(lock) ? [{ seq, event: entry.event }] : [],
    );
    assert.deepEqual(events.slice(0, before.length), before);
    assert.equal(events.at(-1)?.event, "lockRemoved");
  });

  it("keeps its events whole until an absent cloud has them, although its codes are gone at once", async () => {
    had = 0;
    const lock = await rig.lock();
    const tenant = aTenant();
    await livedIn(lock, tenant);
    const key = rig.store.get("lockKey", [idOf(lock)]);
    const folders = [rig.storeDirectory, rig.directory];
    await rig.must(lock, "remove_lock");
    await care.eraseNow();
    assert.deepEqual(await foundIn(folders, [key?.box ?? ""]), new Set());
    assert.deepEqual(await foundIn(folders, [tenant.name]), new Set([tenant.name]));
    assert.ok(rig.store.get("erasure", [idOf(lock)]) !== undefined);
    had = rig.store.journalRange().head;
    await care.eraseNow();
    assert.equal(rig.store.get("erasure", [idOf(lock)]), undefined);
    assert.deepEqual(await foundIn(folders, [tenant.name, tenant.note]), new Set());
  });

  it("has codes that no key opens any more, neither from an old copy nor after another pairing", async () => {
    had = Number.POSITIVE_INFINITY;
    const lock = await rig.lock();
    await livedIn(lock, aTenant());
    const id = idOf(lock);
    const old = join(rig.directory, "old");
    const before = rig.store.get("lockKey", [id])?.keyId;
    await copied(rig.storeDirectory, old, async () => {
      await (await openStore({ directory: old, mode: "existing", masterKey: testKey })).close();
    });
    await rig.must(lock, "remove_lock");
    await erased(id);
    await rig.pair(lock);
    const after = rig.store.get("lockKey", [id])?.keyId;
    assert.ok(before !== undefined && after !== undefined && before !== after);
    const copy = await openStore({
      directory: old,
      mode: "existing",
      masterKey: testKey,
    });
    const codes = [...copy.list("password", [id])].flatMap(({ code, sealedFor }) =>
      code === null ? [] : [{ code, sealedFor }],
    );
    assert.ok(codes.length >= 2);
    for (const { code, sealedFor } of codes) {
      assert.throws(() => rig.vault.open(code, sealedFor), { kind: "sealBroken" });
    }
    await copy.close();
    await files.rm(old, { recursive: true });
    await rig.must(lock, "add_password", { is_default: 1, password: "999111" });
    await rig.untilStored(lock, "999111");
  });
});

describe("a lock that left the network", () => {
  it("keeps its records and its key", async () => {
    const lock = await rig.lock();
    const id = idOf(lock);
    const key = rig.store.get("lockKey", [id]);
    lock.factoryReset();
    await rig.until("its leave to be noticed", () =>
      rig.log.lines.some((line) => line.includes(id) && line.includes("left the network"))
        ? true
        : null,
    );
    await rig.pair(lock);
    assert.deepEqual(rig.store.get("lockKey", [id]), key);
    const [administrator] = rig.store.list("password", [id]);
    assert.ok(administrator?.code);
    assert.equal(rig.vault.open(administrator.code, administrator.sealedFor).reveal(), "999111");
  });
});
