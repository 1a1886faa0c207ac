import { auditBudget } from "../../../daemon/core/audit/audit-budget.ts";
import { AuditedLock, dayMs } from "./audited-lock.ts";

const minuteMs = 60_000;
const hourMs = 3_600_000;

/** Reads of slots in the first hour after a restart. */
export interface FirstHour {
  readonly reads: number;
  readonly busiestMinute: number;
  /** The most reads that the lock's budget allows in an hour. */
  readonly allowed: number;
  /** Slots of passwords that were read within the hour. */
  readonly seen: number;
}

/**
 * Plans the first hour after a restart of a lock that ran for two days before, in virtual time. Each read is one
 * frame to the lock and one from it.
 */
export function firstHourAfterRestart(passwords: number): FirstHour {
  const lock = new AuditedLock({
    pinUsers: passwords + 1,
    codes: passwords,
    auditsPerDay: "auto",
  });
  lock.runUntil(2 * dayMs);
  lock.restart();
  const sinceMs = lock.nowMs;
  lock.runUntil(sinceMs + hourMs);
  const budget = auditBudget(lock.view, "auto");
  const hour = lock.reads.filter(({ atMs }) => atMs >= sinceMs);
  const minutes = Array.from({ length: 60 }, () => 0);
  for (const { atMs } of hour) {
    const minute = Math.floor((atMs - sinceMs) / minuteMs);
    minutes[minute] = (minutes[minute] ?? 0) + 1;
  }
  return {
    reads: hour.length,
    busiestMinute: Math.max(...minutes),
    allowed: budget === null ? 0 : budget.burst + Math.ceil(hourMs / budget.refillMs),
    seen: new Set(hour.map(({ userId }) => userId)).size,
  };
}
