import type { WeekDaySchedule, YearDaySchedule } from "./door-lock.ts";
import type { PasswordRecord } from "./password.ts";

/** What the lock itself was told of when the code in a slot may open. */
export type SlotEnforcement =
  /** Nothing: the gateway alone puts the code in and takes it out. */
  | { readonly kind: "none" }
  /** It is being told: so many of {@link enforcementSteps} were answered well. */
  | {
      readonly kind: "programming";
      readonly schedules: LockSchedules;
      readonly stepsDone: number;
    }
  /** Told, and shown again by the lock. */
  | { readonly kind: "held"; readonly schedules: LockSchedules }
  /** It would not take or show these. */
  | { readonly kind: "refused"; readonly schedules: LockSchedules };

/**
 * A window as a lock's own schedules. The place in the list is the schedule id, from 0. The user
 * type goes with it: 1 for year-day, 2 for week-day.
 */
export type LockSchedules =
  | { readonly userType: "yearDay"; readonly yearDay: YearDaySchedule }
  | { readonly userType: "weekDay"; readonly weekDay: readonly WeekDaySchedule[] };

/** The lock refused the slot's code by its schedule, inside the code's own window. */
export interface ScheduleDoubt {
  readonly atMs: number;
  readonly passwordId: PasswordRecord["id"];
  readonly revision: number;
}
