import type { OperationArgs, OperationName } from "../../daemon/core/operation.ts";
import type { Outcome } from "../../drivers/lock-driver.ts";
import type { FieldLock } from "./field-lock.ts";

type Answers = {
  readonly [K in OperationName]: (
    lock: FieldLock,
    operation: { readonly name: K } & OperationArgs[K],
  ) => Outcome<K>;
};

/** The lock does as told and answers as its kind does. */
export function answerOf<K extends OperationName>(
  lock: FieldLock,
  operation: { readonly name: K } & OperationArgs[K],
): Outcome<K> {
  const answer: Answers[K] = answers[operation.name];
  return answer(lock, operation);
}

const done = { kind: "done", reply: null } as const;
const failure = { kind: "refused", status: "failure", statusCode: 1 } as const;
const duplicate = { kind: "refused", status: "duplicateCode", statusCode: 3 } as const;
const unsupported = { kind: "unsupported" } as const;
const unknownCommand = () => unsupported;

const answers: Answers = {
  setPinCode({ slots, kind }, { userId, userStatus, pinCode }) {
    const code = pinCode.reveal();
    if (kind.refusesSetOnOccupied && slots.has(userId)) return failure;
    for (const [other, held] of slots) {
      if (kind.refusesDuplicates && other !== userId && held.code === code) return duplicate;
    }
    slots.set(userId, { code, userStatus, userType: "unrestricted", madeBy: "gateway" });
    return done;
  },
  clearPinCode({ slots, kind }, { userId }) {
    const wasThere = slots.delete(userId);
    return wasThere || !kind.refusesClearOfEmpty ? done : failure;
  },
  setUserStatus({ slots, kind }, { userId, userStatus }) {
    if (!kind.takesUserStatus) return unsupported;
    const held = slots.get(userId);
    if (held === undefined) return failure;
    slots.set(userId, { ...held, userStatus });
    return done;
  },
  getPinCode(lock, { userId }) {
    if (lock.kind.readBack === "silent") return unsupported;
    return { kind: "done", reply: lock.reading(userId) };
  },
  getUserStatus({ slots, kind }, { userId }) {
    if (!kind.takesUserStatus) return unsupported;
    return { kind: "done", reply: slots.get(userId)?.userStatus ?? "available" };
  },
  lockDoor(lock) {
    lock.move("locked");
    return done;
  },
  unlockDoor(lock) {
    lock.move("unlocked");
    return done;
  },
  readState(lock) {
    const { lockState, batteryPercent } = lock;
    return { kind: "done", reply: { lockState, doorState: null, batteryPercent } };
  },
  setUserType: unknownCommand,
  getUserType: unknownCommand,
  setWeekDaySchedule: unknownCommand,
  getWeekDaySchedule: unknownCommand,
  clearWeekDaySchedule: unknownCommand,
  setYearDaySchedule: unknownCommand,
  getYearDaySchedule: unknownCommand,
  clearYearDaySchedule: unknownCommand,
  getLogRecord: unknownCommand,
  writeTime: unknownCommand,
  readTime: unknownCommand,
};
