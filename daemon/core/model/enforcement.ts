import type { WeekDaySchedule, YearDaySchedule } from "./door-lock.ts";
import type { PasswordRecord } from "./password.ts";

/** What the lock itself knows of the times at which the code in a slot may open. */
export type SlotEnforcement =
  /** Nothing: the gateway alone sets and clears the code. */
  | { readonly kind: "none" }
  /** The gateway is writing the schedules: the lock accepted the first `stepsDone` of {@link enforcementSteps}. */
  | {
      readonly kind: "programming";
      readonly schedules: LockSchedules;
      readonly stepsDone: number;
    }
  /** The lock has the schedules and showed them in a read. */
  | { readonly kind: "held"; readonly schedules: LockSchedules }
  /** The lock did not accept these schedules, or did not show them. */
  | { readonly kind: "refused"; readonly schedules: LockSchedules };

/**
 * A window in the form of a lock's own schedules. The index in the list is the schedule id, from 0. The user
 * type belongs to it: 1 for year-day, 2 for week-day.
 */
export type LockSchedules =
  | { readonly userType: "yearDay"; readonly yearDay: YearDaySchedule }
  | { readonly userType: "weekDay"; readonly weekDay: readonly WeekDaySchedule[] };

/** A refusal of the slot's code by the lock's schedule, although the code's window was open. */
export interface ScheduleDoubt {
  readonly atMs: number;
  readonly passwordId: PasswordRecord["id"];
  readonly revision: number;
}
