import type { Capabilities, LockId } from "../../daemon/core/model/door-lock.ts";
import { unknownClock } from "../../daemon/core/model/lock/lock-clock.ts";
import { emptyCursor } from "../../daemon/core/model/lock/log-cursor.ts";
import { untriedScheduling } from "../../daemon/core/model/lock/scheduling.ts";
import type { LockRecord, LockView } from "../../daemon/core/model/lock.ts";
import type { PasswordRecord } from "../../daemon/core/model/password.ts";
import type { SealedCode } from "../../daemon/core/model/sealed-code.ts";
import { type SlotRecord, unknownSlot } from "../../daemon/core/model/slot.ts";

/** Builders of stored records, with every field a test does not care about filled in. */

export const aLockId: LockId = "0x00124b0000000001";

export function someCapabilities(changes: Partial<Capabilities> = {}): Capabilities {
  return {
    endpoint: 1,
    pinUsers: 10,
    firstUserId: 1,
    lastUserId: 9,
    reservedUserIds: [],
    minPinLength: 4,
    maxPinLength: 8,
    weekDaySchedulesPerUser: 0,
    yearDaySchedulesPerUser: 0,
    holidaySchedules: 0,
    logRecords: 0,
    pinReadBack: "readable",
    userStatus: "yes",
    operationEvents: "yes",
    programmingEvents: "yes",
    alarms: "yes",
    requiresPinForRf: false,
    clock: "absent",
    isSleepy: false,
    checkInMs: null,
    reportMs: 3_600_000,
    spacingMs: 0,
    ...changes,
  };
}

export function aLock(changes: Partial<LockRecord> = {}): LockRecord {
  return {
    lock: aLockId,
    name: "front door",
    manufacturer: "latchd",
    model: "LATCH-ZCL-1",
    firmware: "1",
    pairedAtMs: 0,
    capabilities: someCapabilities(),
    lockState: "locked",
    doorState: "closed",
    batteryPercent: 80,
    batteryAtMs: 0,
    batteryStep: null,
    batteryToldAtMs: null,
    isOnline: true,
    onlineChangedAtMs: 0,
    missedOperations: 0,
    openingPendingAtMs: null,
    openedAtMs: null,
    nextPasswordId: 1,
    wrongCodes: 0,
    wrongCodeAtMs: null,
    lockClock: unknownClock,
    scheduling: untriedScheduling,
    logCursor: emptyCursor,
    auditedAtMs: null,
    ...changes,
  };
}

/** A sealed code whose mark is its own digits: enough for the core, which only compares marks. */
export function aCode(digits: string): SealedCode {
  return { box: `box of ${digits}`, mark: digits };
}

export function aPassword(changes: Partial<PasswordRecord> = {}): PasswordRecord {
  return {
    lock: aLockId,
    id: 1,
    name: "a tenant",
    description: "",
    sendTo: "",
    code: aCode("123456"),
    sealedFor: "password/1",
    window: { beginMs: null, endMs: null, weekly: null },
    isFrozen: false,
    isOneTime: false,
    isDuress: false,
    consumedAtMs: null,
    isDeleted: false,
    origin: "cloud",
    revision: 1,
    createdAtMs: 0,
    changedAtMs: 0,
    operation: "add",
    operationStage: "inProgress",
    failure: null,
    userId: 1,
    ...changes,
  };
}

export function aSlot(changes: Partial<SlotRecord> = {}): SlotRecord {
  return { ...unknownSlot(aLockId, 1), holder: 1, ...changes };
}

export function aView(parts: {
  readonly lock?: Partial<LockRecord>;
  readonly passwords?: readonly PasswordRecord[];
  readonly slots?: readonly SlotRecord[];
}): LockView {
  return {
    lock: aLock(parts.lock),
    passwords: parts.passwords ?? [],
    slots: new Map((parts.slots ?? []).map((slot) => [slot.userId, slot])),
  };
}
