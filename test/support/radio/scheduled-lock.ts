import type { EnforcementOutcome } from "../../../daemon/core/enforcement/enforcement-outcome.ts";
import type {
  UserType,
  WeekDaySchedule,
  YearDaySchedule,
} from "../../../daemon/core/model/door-lock.ts";
import type {
  EnforcementOperation,
  PlannedOperation,
} from "../../../daemon/core/model/slot-operation.ts";
import type { SlotOutcome } from "../../../daemon/core/outcome/outcome-input.ts";

/** The ways in which locks with schedules differ from each other. */
export interface ScheduleHabits {
  readonly setPinDropsSchedules: boolean;
  /** Set PIN Code over a code leaves the user's type as it was. */
  readonly setPinKeepsUserType: boolean;
  /** A write over the air is reported by an event too, which shows no type. */
  readonly tellsOwnWrites: boolean;
  readonly scheduleSetsUserType: boolean;
  readonly keepsSchedulesOnClear: boolean;
  /**
   * The lock is newly paired and still has schedules of every user from another gateway, which allow access at any
   * time.
   */
  readonly bringsSchedules: boolean;
  readonly refusesSeveralDays: boolean;
  /** Takes other schedules, but no week that begins before six and no stay of more than a day. */
  readonly refusesSome: boolean;
  readonly refusesSetUserType: boolean;
  readonly refusesSchedules: boolean;
}

type OperationOf<Name extends EnforcementOperation["name"]> = Extract<
  EnforcementOperation,
  { name: Name }
>;

interface User {
  readonly mark: string | null;
  readonly isEnabled: boolean;
  readonly userType: UserType;
}

/** A lock that keeps schedules, without radio: what it does with each operation of the planner. */
export class ScheduledLock {
  readonly users = new Map<number, User>();
  readonly yearDays = new Map<string, YearDaySchedule>();
  readonly weekDays = new Map<string, WeekDaySchedule>();
  readonly #habits: ScheduleHabits;

  constructor(habits: ScheduleHabits) {
    this.#habits = habits;
    if (!habits.bringsSchedules) return;
    const always = { daysMask: 0x7f, startHour: 0, startMinute: 0, endHour: 23, endMinute: 59 };
    for (let userId = 1; userId <= 4; userId += 1) {
      this.yearDays.set(`${userId}:1`, { localStartSeconds: 0, localEndSeconds: 0xfffffffe });
      this.weekDays.set(`${userId}:3`, always);
    }
  }

  perform(operation: PlannedOperation, mark: string | null): SlotOutcome {
    const { userId } = operation;
    const user = this.users.get(userId);
    switch (operation.name) {
      case "setPinCode":
        if (user !== undefined && this.#habits.setPinDropsSchedules) this.#dropSchedules(userId);
        this.users.set(userId, {
          mark,
          isEnabled: operation.userStatus === "occupiedEnabled",
          userType: this.#habits.setPinKeepsUserType
            ? (user?.userType ?? "unrestricted")
            : "unrestricted",
        });
        return { kind: "done", isReportedByEvent: this.#habits.tellsOwnWrites };
      case "clearPinCode":
        this.users.delete(userId);
        if (!this.#habits.keepsSchedulesOnClear) this.#dropSchedules(userId);
        return { kind: "done", isReportedByEvent: this.#habits.tellsOwnWrites };
      case "setUserStatus":
        if (user === undefined) return { kind: "refused", status: "failure" };
        this.users.set(userId, { ...user, isEnabled: operation.userStatus === "occupiedEnabled" });
        return { kind: "done" };
      case "getPinCode":
      case "getUserStatus":
        return { kind: "read", content: this.#content(user), code: null };
    }
  }

  guard(operation: EnforcementOperation): EnforcementOutcome {
    const { userId } = operation;
    const user = this.users.get(userId);
    if (user === undefined) return { kind: "refused", status: "failure" };
    switch (operation.name) {
      case "setYearDaySchedule":
        return this.#setYearDay(operation, user);
      case "setWeekDaySchedule":
        return this.#setWeekDay(operation, user);
      case "clearYearDaySchedule":
        this.yearDays.delete(`${userId}:${operation.scheduleId}`);
        return { kind: "done" };
      case "clearWeekDaySchedule":
        this.weekDays.delete(`${userId}:${operation.scheduleId}`);
        return { kind: "done" };
      case "getYearDaySchedule": {
        const schedule = this.yearDays.get(`${userId}:${operation.scheduleId}`) ?? null;
        return { kind: "yearDay", schedule };
      }
      case "getWeekDaySchedule": {
        const schedule = this.weekDays.get(`${userId}:${operation.scheduleId}`) ?? null;
        return { kind: "weekDay", schedule };
      }
      case "setUserType":
        if (this.#habits.refusesSetUserType) return { kind: "unsupported" };
        this.users.set(userId, { ...user, userType: operation.userType });
        return { kind: "done" };
      case "getUserType":
        return { kind: "userType", userType: user.userType };
    }
  }

  #setYearDay(
    { userId, scheduleId, schedule }: OperationOf<"setYearDaySchedule">,
    user: User,
  ): EnforcementOutcome {
    if (this.#habits.refusesSchedules) return { kind: "unsupported" };
    if (this.#habits.refusesSome && isLong(schedule)) return { kind: "refused", status: "failure" };
    this.yearDays.set(`${userId}:${scheduleId}`, schedule);
    this.#typeFollows(userId, user, "yearDay");
    return { kind: "done" };
  }

  #setWeekDay(
    { userId, scheduleId, schedule }: OperationOf<"setWeekDaySchedule">,
    user: User,
  ): EnforcementOutcome {
    const { daysMask, startHour } = schedule;
    const isSeveral = (daysMask & (daysMask - 1)) !== 0;
    if (this.#habits.refusesSchedules) return { kind: "unsupported" };
    const isNight = this.#habits.refusesSome && startHour < 6;
    if (isNight || (isSeveral && this.#habits.refusesSeveralDays)) {
      return { kind: "refused", status: "failure" };
    }
    this.weekDays.set(`${userId}:${scheduleId}`, schedule);
    this.#typeFollows(userId, user, "weekDay");
    return { kind: "done" };
  }

  /** Schedules that count for the user, by his type. */
  inForce(userId: number): readonly (YearDaySchedule | WeekDaySchedule)[] | "always" {
    const { userType } = this.users.get(userId) ?? { userType: "unrestricted" };
    const isOf = ([key]: readonly [string, unknown]) => key.startsWith(`${userId}:`);
    const bySchedule = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) =>
      a < b ? -1 : 1;
    const ofUser = <T>(schedules: ReadonlyMap<string, T>) =>
      [...schedules]
        .filter(isOf)
        .sort(bySchedule)
        .map(([, one]) => one);
    if (userType === "yearDay") return ofUser(this.yearDays);
    return userType === "weekDay" ? ofUser(this.weekDays) : "always";
  }

  #content(user: User | undefined) {
    if (user === undefined) return { kind: "empty" } as const;
    const { mark, userType } = user;
    const userStatus = user.isEnabled ? "occupiedEnabled" : "occupiedDisabled";
    return { kind: "occupied", mark, userStatus, userType } as const;
  }

  #typeFollows(userId: number, user: User, userType: UserType): void {
    if (this.#habits.scheduleSetsUserType) this.users.set(userId, { ...user, userType });
  }

  #dropSchedules(userId: number): void {
    for (const table of [this.yearDays, this.weekDays]) {
      for (const key of table.keys()) if (key.startsWith(`${userId}:`)) table.delete(key);
    }
  }
}

function isLong({ localStartSeconds, localEndSeconds }: YearDaySchedule): boolean {
  return localEndSeconds - localStartSeconds > 86_400;
}
