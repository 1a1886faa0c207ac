import type { Proven } from "../door-lock.ts";

/** What was learned of a lock's schedules by using them. */
export interface Scheduling {
  readonly yearDay: Proven;
  readonly weekDay: Proven;
  /** False for a lock that refused a days mask of more than one day. */
  readonly takesSeveralDays: boolean;
  /** Set User Type (0x14); `no`: the type is changed only by setting the code anew. */
  readonly setsUserType: Proven;
  /** The id of a user's first schedule: 0 by the ZCL, 1 on locks that refused 0; absent = 0. */
  readonly firstScheduleId?: 0 | 1;
  /**
   * No schedules before this time: the lock refused once, which one bad moment can do. It is asked once
   * more a day later, and believed then. Absent = it has not refused yet.
   */
  readonly retryAtMs?: number;
}
export const untriedScheduling: Scheduling = {
  yearDay: "unknown",
  weekDay: "unknown",
  takesSeveralDays: true,
  setsUserType: "unknown",
};
