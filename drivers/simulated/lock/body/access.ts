import { UserStatusCode, UserTypeCode } from "../../zcl/constants.ts";
import type { CodeRecord, WeekDayRecord, YearDayRecord } from "./memory.ts";
import { isInWeekDay, isInYearDay } from "./schedules.ts";

/** Why a code that the lock knows opens nothing. */
export type AccessDecision = "granted" | "disabled" | "outsideSchedule" | "nonAccess";

/**
 * What the lock decides by itself about a code it knows (ZCL 7.3.2.17, user status and type).
 * A schedule user is refused by a lock that has no clock, and without any schedule.
 */
export function decideAccess(
  user: Pick<CodeRecord, "status" | "type">,
  weekDays: readonly WeekDayRecord[],
  yearDays: readonly YearDayRecord[],
  localSeconds: number | null,
): AccessDecision {
  if (user.status !== UserStatusCode.occupiedEnabled) return "disabled";
  if (user.type === UserTypeCode.nonAccess) return "nonAccess";
  if (user.type === UserTypeCode.yearDay) {
    const isOpen = localSeconds !== null && yearDays.some((s) => isInYearDay(s, localSeconds));
    return isOpen ? "granted" : "outsideSchedule";
  }
  if (user.type === UserTypeCode.weekDay) {
    const isOpen = localSeconds !== null && weekDays.some((s) => isInWeekDay(s, localSeconds));
    return isOpen ? "granted" : "outsideSchedule";
  }
  return "granted";
}
