import { readFileSync } from "node:fs";
import type { LockId } from "../../../../daemon/core/model/door-lock.ts";
import type { EventEntry } from "../../../../daemon/core/model/journal.ts";
import { PinCode } from "../../../../daemon/core/model/secret.ts";
import { openStore } from "../../../../daemon/store/opening/open-store.ts";
import type { MasterKey } from "../../../../daemon/store/secrets/master-key.ts";
import { CodeVault } from "../../../../daemon/store/secrets/sealing.ts";
import { put } from "../../../../daemon/store/store.ts";
import { aLock, aPassword, aSlot, someCapabilities } from "../../../support/records.ts";

/** An appliance's store: every lock has the same number of passwords, all of them in their slots. */
export interface Crowd {
  readonly locks: number;
  readonly passwords: number;
}

const stamp = () => ({ atMs: Date.now(), clock: "synced" }) as const;

/** Opens or creates a store and fills it, with codes sealed by the locks' own keys. */
export async function fillStore(
  directory: string,
  masterKey: MasterKey,
  { locks, passwords }: Crowd,
): Promise<void> {
  const store = await openStore({ directory, masterKey, mode: "auto" });
  const vault = new CodeVault(masterKey, store);
  const capabilities = someCapabilities({ pinUsers: passwords, lastUserId: passwords });
  for (let number = 0; number < locks; number += 1) {
    const lock = lockId(number);
    const changes = [
      put("lock", [lock], aLock({ lock, capabilities, nextPasswordId: passwords + 1 })),
      put("lockKey", [lock], vault.newLockKey(lock).record),
    ];
    await store.commit({ changes, journal: [] }, stamp());
    for (let id = 1; id <= passwords; id += 1) changes.push(...stored(vault, lock, id));
    await store.commit({ changes: changes.slice(2), journal: [] }, stamp());
  }
  await store.close();
}

/** A password that is in its lock, as was read there. */
function stored(vault: CodeVault, lock: LockId, id: number) {
  const sealedFor = `password/${lock}/${id}/1`;
  const code = vault.seal(lock, new PinCode(String(100_000 + id)), sealedFor);
  const password = aPassword({ lock, id, userId: id, code, sealedFor, operationStage: "done" });
  const slot = aSlot({
    lock,
    userId: id,
    holder: id,
    appliedRevision: 1,
    attemptedRevision: 1,
    confidence: "confirmed",
    content: {
      kind: "occupied",
      mark: code.mark,
      userStatus: "occupiedEnabled",
      userType: "unrestricted",
    },
    verifiedAtMs: Date.now(),
  });
  return [put("password", [lock, id], password), put("slot", [lock, id], slot)] as const;
}

/**
 * Writes openings one after the other, each synced, with the lock's record.
 * @returns KiB that went to the disk, by the kernel's count for this process.
 */
export async function writeEvents(
  directory: string,
  masterKey: MasterKey,
  { events, locks }: { readonly events: number; readonly locks: number },
): Promise<number> {
  const store = await openStore({ directory, masterKey, mode: "existing" });
  const beforeKib = writtenKib();
  for (let number = 0; number < events; number += 1) {
    const lock = lockId(number % locks);
    const detail = { password_id: 1, type: "password" };
    const entry: EventEntry = { kind: "event", event: "lockerOpenAlarm", lock, detail };
    const change = put("lock", [lock], aLock({ lock, openedAtMs: number }));
    await store.commit({ changes: [change], journal: [entry] }, stamp());
  }
  await store.close();
  return writtenKib() - beforeKib;
}

/**
 * Writes changes of passwords one after the other, each as the batches of one command: the desired state, the mark
 * before the write leaves, and its outcome with the event that reports it.
 * @returns KiB that went to the disk, by the kernel's count for this process.
 */
export async function writeCommands(
  directory: string,
  masterKey: MasterKey,
  { commands, locks }: { readonly commands: number; readonly locks: number },
): Promise<number> {
  const store = await openStore({ directory, masterKey, mode: "existing" });
  const vault = new CodeVault(masterKey, store);
  const beforeKib = writtenKib();
  for (let number = 0; number < commands; number += 1) {
    const lock = lockId(number % locks);
    const [password, slot] = stored(vault, lock, 1 + Math.floor(number / locks));
    const entry: EventEntry = { kind: "event", event: "pwdOperation", lock, detail: {} };
    await store.commit({ changes: [password, slot], journal: [entry] }, stamp());
    await store.commit({ changes: [slot], journal: [] }, stamp());
    await store.commit({ changes: [password, slot], journal: [entry] }, stamp());
  }
  await store.close();
  return writtenKib() - beforeKib;
}

function lockId(number: number): LockId {
  return `0x00124b00000${String(number).padStart(5, "0")}`;
}

/** KiB that a process has written to the disk, by the kernel's count. */
export function writtenKib(pid: number | "self" = "self"): number {
  const bytes = /^write_bytes: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, "utf8"))?.[1];
  if (bytes === undefined) throw new Error("the kernel does not count what is written");
  return Number(bytes) / 1024;
}
