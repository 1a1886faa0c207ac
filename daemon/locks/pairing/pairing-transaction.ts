import type { LockDescription, PinReading } from "../../../drivers/lock-driver.ts";
import { auditStateOf } from "../../core/audit/sweep.ts";
import { leftoverSchedules } from "../../core/enforcement/slot-enforcement.ts";
import { takesSixDigits } from "../../core/input/six-digits.ts";
import type { Capabilities, LockId, UserId } from "../../core/model/door-lock.ts";
import type { EventEntry } from "../../core/model/journal.ts";
import { unknownClock } from "../../core/model/lock/lock-clock.ts";
import { emptyCursor } from "../../core/model/lock/log-cursor.ts";
import { untriedScheduling } from "../../core/model/lock/scheduling.ts";
import type { LockRecord } from "../../core/model/lock.ts";
import { administratorId, type PasswordRecord } from "../../core/model/password.ts";
import type { CodeMark, SealedCode } from "../../core/model/sealed-code.ts";
import type { PinCode } from "../../core/model/secret.ts";
import type { SlotRecord } from "../../core/model/slot.ts";
import { untouchedSlot } from "../../core/plan/slot-of.ts";
import { type Change, put, type Transaction } from "../../store/store.ts";
import type { LockPorts } from "../lock-ports.ts";

type Pairing = Pick<LockPorts, "store" | "codes" | "reading" | "newId" | "keypadEdits">;

/**
 * Returns the batch that stores a pairing. Pairing a lock again keeps its passwords; the content of its slots
 * comes from the scan, and slots that were not read are unknown from now on.
 */
export function pairedTransaction(
  ports: Pairing,
  description: LockDescription,
  readings: ReadonlyMap<UserId, PinReading>,
): Transaction {
  const { lock: id } = description;
  const before = ports.store.get("lock", [id]);
  const { nowMs } = ports.reading();
  const lock = pairedLock(before, description, nowMs);
  const changes: Change[] = [put("lock", [id], lock)];
  // Paired for the first time, or again after it was unpaired: what was sealed with an older key stays lost.
  const made = before === undefined ? ports.codes.newLockKey(id) : null;
  if (made !== null) changes.push(put("lockKey", [id], made.record));
  const mark = (code: PinCode) => made?.mark(code) ?? ports.codes.mark(id, code);
  const administrator = ports.store.get("password", [id, administratorId]);
  const taken =
    before === undefined || administrator === undefined
      ? null
      : administratorTaken(ports, administrator, readings);
  if (taken !== null) changes.push(put("password", [id, taken.id], taken));
  for (const slot of slotsAfter({ ...ports, mark }, description, readings, nowMs)) {
    changes.push(put("slot", [id, slot.userId], withTakenCode(slot, taken)));
  }
  const journal: EventEntry[] = [pairedEvent(lock, before !== undefined)];
  const inForce = taken ?? administrator;
  if (before !== undefined && inForce !== undefined && inForce.code !== null) {
    journal.push(administratorSync(inForce, inForce.code));
  }
  return { changes, journal };
}

function pairedLock(
  before: LockRecord | undefined,
  description: LockDescription,
  nowMs: number,
): LockRecord {
  const fresh = newLock(description.lock, description, nowMs);
  return {
    ...(before ?? fresh),
    manufacturer: description.manufacturer,
    model: description.model,
    firmware: description.firmware,
    capabilities: capabilitiesAfter(before, description),
    pairedAtMs: nowMs,
    isOnline: true,
    leftAtMs: null,
    missedOperations: 0,
    // The lock may have been reset: neither its clock nor its schedules are known.
    lockClock: unknownClock,
    scheduling: untriedScheduling,
    // Slots that the scan did not show are unknown. The audit budget that was spent stays spent.
    audits: { ...auditStateOf(fresh), ...spentBefore(before) },
    onlineChangedAtMs: before?.isOnline === true ? before.onlineChangedAtMs : nowMs,
  };
}

/** Returns the slot of the administrator's password as one that has the code which the lock showed. */
function withTakenCode(slot: SlotRecord, taken: PasswordRecord | null): SlotRecord {
  if (taken === null || taken.userId !== slot.userId) return slot;
  return { ...slot, appliedRevision: taken.revision, attemptedRevision: taken.revision };
}

/**
 * Returns the capabilities after a pairing. What the lock has proved by its behaviour stays valid for the same
 * model and firmware: only the lock's behaviour can disprove it.
 */
function capabilitiesAfter(
  before: LockRecord | undefined,
  { model, firmware, capabilities }: LockDescription,
): Capabilities {
  if (before === undefined || before.model !== model || before.firmware !== firmware) {
    return capabilities;
  }
  const { batteryUnit, batteryUnitBasis, statusMeaning } = before.capabilities;
  const isUnitProven = batteryUnitBasis === "lock" && capabilities.batteryUnitBasis !== "lock";
  return {
    ...capabilities,
    ...(isUnitProven && batteryUnit !== undefined ? { batteryUnit, batteryUnitBasis } : {}),
    ...(statusMeaning === undefined ? {} : { statusMeaning }),
  };
}

/**
 * Returns the administrator's password with the code that the lock shows, if a person changed it there while the
 * lock was away. Returns null if the password's own code is to be set again: on a lock that hides its codes or
 * was reset, for a code that is newer than the last one that the lock took, and with the policy `revert`.
 */
function administratorTaken(
  { store, codes, reading, newId, keypadEdits }: Pairing,
  administrator: PasswordRecord,
  readings: ReadonlyMap<UserId, PinReading>,
): PasswordRecord | null {
  const { lock, userId, revision, code } = administrator;
  if (userId === null || keypadEdits === "revert") return null;
  const shown = readings.get(userId);
  if (shown?.kind !== "occupied" || shown.pinCode === "masked") return null;
  const appliedRevision = store.get("slot", [lock, userId])?.appliedRevision ?? 0;
  const isNewerHere = administrator.operationStage === "inProgress" || appliedRevision < revision;
  if (isNewerHere || codes.mark(lock, shown.pinCode) === code?.mark) return null;
  const sealedFor = `password/${lock}/${newId()}`;
  return {
    ...administrator,
    code: codes.seal(lock, shown.pinCode, sealedFor),
    sealedFor,
    revision: revision + 1,
    changedAtMs: reading().nowMs,
  };
}

function spentBefore(before: LockRecord | undefined) {
  const paidThroughMs = before?.audits?.paidThroughMs;
  return paidThroughMs === undefined ? {} : { paidThroughMs };
}

function newLock(id: LockId, description: LockDescription, nowMs: number): LockRecord {
  return {
    lock: id,
    name: `${description.manufacturer} ${description.model}`.trim(),
    manufacturer: description.manufacturer,
    model: description.model,
    firmware: description.firmware,
    pairedAtMs: nowMs,
    capabilities: description.capabilities,
    lockState: "undefined",
    doorState: "undefined",
    batteryPercent: null,
    batteryAtMs: null,
    batteryStep: null,
    batteryToldAtMs: null,
    isOnline: true,
    onlineChangedAtMs: nowMs,
    missedOperations: 0,
    openingPendingAtMs: null,
    openedAtMs: null,
    wrongCodes: 0,
    wrongCodeAtMs: null,
    nextPasswordId: 1,
    lockClock: unknownClock,
    scheduling: untriedScheduling,
    logCursor: emptyCursor,
    auditedAtMs: null,
  };
}

function* slotsAfter(
  { store, mark: markOf }: Pairing & { mark(code: PinCode): CodeMark },
  { lock: id, capabilities }: LockDescription,
  readings: ReadonlyMap<UserId, PinReading>,
  nowMs: number,
): Generator<SlotRecord> {
  for (const slot of store.list("slot", [id])) {
    if (!readings.has(slot.userId)) {
      const schedulesSent = leftoverSchedules(slot);
      yield { ...slot, content: { kind: "unknown" }, guard: { kind: "none" }, schedulesSent };
    }
  }
  for (const [userId, reading] of readings) {
    const known = store.get("slot", [id, userId]);
    const before = known ?? untouchedSlot({ lock: id, capabilities }, userId);
    const seen = {
      ...before,
      confidence: "confirmed",
      mayDiffer: false,
      verifiedAtMs: nowMs,
      guard: { kind: "none" },
      schedulesSent: leftoverSchedules(before),
    } as const;
    if (reading.kind === "empty") {
      yield { ...seen, content: { kind: "empty" }, attemptedRevision: 0 };
      continue;
    }
    const { pinCode, userStatus, userType } = reading;
    const mark = pinCode === "masked" ? null : markOf(pinCode);
    yield { ...seen, content: { kind: "occupied", mark, userStatus, userType } };
  }
}

function pairedEvent(lock: LockRecord, isAgain: boolean): EventEntry {
  const { manufacturer, model, firmware, capabilities } = lock;
  const { pinUsers, minPinLength, maxPinLength } = capabilities;
  const detail = {
    model,
    brand: manufacturer,
    version: firmware,
    again: isAgain ? 1 : 0,
    pin_users: pinUsers,
    min_digits: minPinLength,
    max_digits: maxPinLength,
    takes_six_digits: takesSixDigits(capabilities) ? 1 : 0,
  };
  return { kind: "event", event: "lockPaired", lock: lock.lock, detail };
}

/** Returns V1.6 `pwdSync`: reports the administrator's code that is valid on the lock from now on. */
function administratorSync(administrator: PasswordRecord, code: SealedCode): EventEntry {
  return {
    kind: "event",
    event: "pwdSync",
    lock: administrator.lock,
    detail: { passwords: [{ id: administrator.id, password: null }] },
    sealed: [{ path: ["passwords", 0, "password"], code, boundTo: administrator.sealedFor }],
  };
}
