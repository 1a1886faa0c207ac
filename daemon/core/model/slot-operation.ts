import type { UserId, WeekDaySchedule, YearDaySchedule } from "./door-lock.ts";

/** One write or read of a slot's schedules or user type. None of them carries a code. */
export type EnforcementOperation =
  | {
      readonly name: "setYearDaySchedule";
      readonly userId: UserId;
      readonly scheduleId: number;
      readonly schedule: YearDaySchedule;
    }
  | {
      readonly name: "setWeekDaySchedule";
      readonly userId: UserId;
      readonly scheduleId: number;
      readonly schedule: WeekDaySchedule;
    }
  | {
      readonly name:
        | "clearYearDaySchedule"
        | "clearWeekDaySchedule"
        | "getYearDaySchedule"
        | "getWeekDaySchedule";
      readonly userId: UserId;
      readonly scheduleId: number;
    }
  | {
      readonly name: "setUserType";
      readonly userId: UserId;
      readonly userType: "unrestricted" | "yearDay" | "weekDay";
    }
  | { readonly name: "getUserType"; readonly userId: UserId };

/** A write or read of one slot. The executor adds the code, which the plan never sees. */
export type PlannedOperation =
  | {
      readonly name: "setPinCode";
      readonly userId: UserId;
      readonly userStatus: "occupiedEnabled" | "occupiedDisabled";
      /** Sets a random code that nobody knows over a code that the lock does not clear; see `junk.ts`. */
      readonly isJunk?: true;
    }
  | { readonly name: "clearPinCode"; readonly userId: UserId }
  | {
      readonly name: "setUserStatus";
      readonly userId: UserId;
      readonly userStatus: "occupiedEnabled" | "occupiedDisabled";
    }
  | { readonly name: "getPinCode"; readonly userId: UserId }
  | { readonly name: "getUserStatus"; readonly userId: UserId };
