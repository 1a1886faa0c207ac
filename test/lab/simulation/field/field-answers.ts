import type { UserId, UserType } from "../../../../daemon/core/model/door-lock.ts";
import type { OperationArgs, OperationName } from "../../../../daemon/core/model/operation.ts";
import type { Outcome } from "../../../../drivers/lock-driver.ts";
import type { FieldLock } from "./field-lock.ts";

type Answers = {
  readonly [K in OperationName]: (
    lock: FieldLock,
    operation: { readonly name: K } & OperationArgs[K],
  ) => Outcome<K>;
};

/** Performs the operation on the lock and returns the answer that its kind gives. */
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
const invalid = { kind: "refused", status: "invalidField", statusCode: 0x85 } as const;
const notFound = { kind: "refused", status: "notFound", statusCode: 0x8b } as const;
const unsupported = { kind: "unsupported" } as const;

const answers: Answers = {
  setPinCode(lock, { userId, userStatus, userType, pinCode }) {
    const { slots, kind, schedules } = lock;
    const code = pinCode.reveal();
    const before = slots.get(userId);
    if (kind.refusesSetOnOccupied && before !== undefined) return failure;
    for (const [other, stored] of slots) {
      if (kind.refusesDuplicates && other !== userId && stored.code === code) return duplicate;
    }
    if (kind.onSet === "resets") schedules.forget(userId);
    slots.set(userId, {
      code,
      userStatus: kind.enablesOnSet ? "occupiedEnabled" : userStatus,
      userType: kind.onSet === "keeps" ? (before?.userType ?? userType) : userType,
      madeBy: "gateway",
    });
    return done;
  },
  clearPinCode(lock, { userId }) {
    const wasThere = lock.clear(userId);
    return wasThere || !lock.kind.refusesClearOfEmpty ? done : failure;
  },
  setUserStatus({ slots, kind }, { userId, userStatus }) {
    if (kind.userStatus === "unsupported") return unsupported;
    const stored = slots.get(userId);
    if (stored === undefined) return failure;
    if (kind.userStatus === "taken") slots.set(userId, { ...stored, userStatus });
    return done;
  },
  getPinCode(lock, { userId }) {
    if (lock.kind.readBack === "silent") return unsupported;
    return { kind: "done", reply: lock.reading(userId) };
  },
  getUserStatus(lock, { userId }) {
    if (lock.kind.userStatus === "unsupported") return unsupported;
    return { kind: "done", reply: lock.shown(userId)?.userStatus ?? "available" };
  },
  setUserType(lock, { userId, userType }) {
    if (!lock.kind.takesUserType) return unsupported;
    return retyped(lock, userId, userType) ? done : failure;
  },
  getUserType({ slots, kind }, { userId }) {
    const stored = slots.get(userId);
    if (!hasSchedules(kind)) return unsupported;
    return stored === undefined ? failure : { kind: "done", reply: stored.userType };
  },
  setYearDaySchedule(lock, { userId, scheduleId, schedule }) {
    const room = lock.kind.capabilities.yearDaySchedulesPerUser;
    if (room === 0) return unsupported;
    if (scheduleId >= room || !lock.slots.has(userId)) return invalid;
    lock.schedules.of(userId).yearDay.set(scheduleId, schedule);
    if (!lock.kind.takesUserType) retyped(lock, userId, "yearDay");
    return done;
  },
  getYearDaySchedule({ schedules, kind }, { userId, scheduleId }) {
    if (kind.capabilities.yearDaySchedulesPerUser === 0) return unsupported;
    return { kind: "done", reply: schedules.of(userId).yearDay.get(scheduleId) ?? null };
  },
  clearYearDaySchedule({ schedules, kind }, { userId, scheduleId }) {
    if (kind.capabilities.yearDaySchedulesPerUser === 0) return unsupported;
    return schedules.of(userId).yearDay.delete(scheduleId) ? done : notFound;
  },
  setWeekDaySchedule(lock, { userId, scheduleId, schedule }) {
    const room = lock.kind.capabilities.weekDaySchedulesPerUser;
    if (room === 0) return unsupported;
    const { daysMask } = schedule;
    const isSeveral = (daysMask & (daysMask - 1)) !== 0;
    const isUnfit = scheduleId >= room || !lock.slots.has(userId);
    if (isUnfit || (isSeveral && !lock.kind.takesSeveralDays)) return invalid;
    lock.schedules.of(userId).weekDay.set(scheduleId, schedule);
    if (!lock.kind.takesUserType) retyped(lock, userId, "weekDay");
    return done;
  },
  getWeekDaySchedule({ schedules, kind }, { userId, scheduleId }) {
    if (kind.capabilities.weekDaySchedulesPerUser === 0) return unsupported;
    return { kind: "done", reply: schedules.of(userId).weekDay.get(scheduleId) ?? null };
  },
  clearWeekDaySchedule({ schedules, kind }, { userId, scheduleId }) {
    if (kind.capabilities.weekDaySchedulesPerUser === 0) return unsupported;
    return schedules.of(userId).weekDay.delete(scheduleId) ? done : notFound;
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
  getLogRecord({ log, kind }, { logIndex }) {
    if (kind.capabilities.logRecords === 0) return unsupported;
    const reply = log.at(logIndex);
    return reply === null ? notFound : { kind: "done", reply };
  },
  writeTime({ clock, kind, nowMs }, { utcSeconds, zoneSeconds, dstSeconds }) {
    if (kind.capabilities.clock !== "server") return unsupported;
    clock.write(nowMs, utcSeconds, zoneSeconds + dstSeconds);
    return done;
  },
  readTime({ clock, kind, nowMs }) {
    if (kind.capabilities.clock !== "server") return unsupported;
    return { kind: "done", reply: clock.utcSeconds(nowMs) };
  },
};

function hasSchedules({ capabilities }: FieldLock["kind"]): boolean {
  return capabilities.yearDaySchedulesPerUser + capabilities.weekDaySchedulesPerUser > 0;
}

function retyped({ slots }: FieldLock, userId: UserId, userType: UserType): boolean {
  const stored = slots.get(userId);
  if (stored === undefined) return false;
  slots.set(userId, { ...stored, userType });
  return true;
}
