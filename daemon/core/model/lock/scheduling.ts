import type { Proven } from "../door-lock.ts";

/** What the use of a lock's schedules has proved. */
export interface Scheduling {
  readonly yearDay: Proven;
  readonly weekDay: Proven;
  /** False for a lock that refused a days mask of more than one day. */
  readonly takesSeveralDays: boolean;
  /** Whether Set User Type (0x14) works. `no`: only setting the code again changes the type. */
  readonly setsUserType: Proven;
  /** The id of a user's first schedule: 0 by the ZCL, 1 on locks that refused 0; absent = 0. */
  readonly firstScheduleId?: 0 | 1;
  /**
   * latchd writes no schedules before this time, because the lock refused once, which a bad moment can cause.
   * latchd tries once more a day later, and believes the second refusal. Absent = the lock has not refused yet.
   */
  readonly retryAtMs?: number;
}
export const untriedScheduling: Scheduling = {
  yearDay: "unknown",
  weekDay: "unknown",
  takesSeveralDays: true,
  setsUserType: "unknown",
};
