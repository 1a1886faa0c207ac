import type { JsonObject } from "../../../base/json.ts";
import { wrongCodePauseMs, wrongCodesPerAlarm } from "../../../core/alarm/alarm-policies.ts";
import { rejoinSuspensionSetting } from "../../../core/contact/suspended-grants.ts";
import type { EventName } from "../../../core/model/journal.ts";
import type { LockRecord } from "../../../core/model/lock.ts";
import { overdueAfterMs, overdueRevocations } from "../../../core/plan/overdue.ts";
import type { CommandContext } from "../../command.ts";
import { mayReadEvent } from "../../history/event-scopes.ts";
import { lockView } from "../address.ts";
import { knownOf } from "../lock-moment.ts";

/** An alarm of a lock that has not ended. */
export interface StandingAlarm {
  /** The event that reported it. */
  readonly event: EventName;
  /** ms UTC; null = not stored. */
  readonly sinceMs: number | null;
  readonly detail: JsonObject;
}

type Reader = Pick<CommandContext, "view" | "time" | "site" | "caller">;

/** Returns the alarms of a lock that stand now and that the caller may read. */
export function standingAlarms(context: Reader, lock: LockRecord): readonly StandingAlarm[] {
  const found = [
    ...contactAlarms(context, lock),
    ...bodyAlarms(lock, context.time.nowMs),
    ...codeAlarms(context, lock),
  ];
  return found.filter(({ event }) => mayReadEvent(context.caller, event));
}

function contactAlarms({ view }: Reader, lock: LockRecord): readonly StandingAlarm[] {
  const alarms: StandingAlarm[] = [];
  if (!lock.isOnline) {
    const detail = lock.leftAtMs == null ? {} : { reason: "left" };
    alarms.push({ event: "lockOfflineAlarm", sinceMs: lock.onlineChangedAtMs, detail });
  }
  const rejoined = view.get("setting", rejoinSuspensionSetting(lock.lock));
  if (rejoined !== undefined) {
    const { value } = rejoined;
    const sinceMs = typeof value === "number" ? value : null;
    alarms.push({ event: "lockRejoinedAlarm", sinceMs, detail: {} });
  }
  return alarms;
}

function bodyAlarms(lock: LockRecord, nowMs: number): readonly StandingAlarm[] {
  const alarms: StandingAlarm[] = [];
  if (lock.batteryStep !== null) {
    const detail = lock.batteryPercent === null ? {} : { battery_level: lock.batteryPercent };
    alarms.push({ event: "batteryAlarm", sinceMs: lock.batteryToldAtMs, detail });
  }
  if (lock.doorState === "jammed") {
    alarms.push({ event: "lockJammedAlarm", sinceMs: null, detail: {} });
  }
  if (lock.doorState === "forcedOpen") {
    alarms.push({ event: "brokenAlarm", sinceMs: null, detail: {} });
  }
  const { wrongCodes, wrongCodeAtMs } = lock;
  const isTrying = wrongCodeAtMs !== null && nowMs - wrongCodeAtMs <= wrongCodePauseMs;
  if (isTrying && wrongCodes >= wrongCodesPerAlarm) {
    alarms.push({
      event: "wrongPwdAlarm",
      sinceMs: wrongCodeAtMs,
      detail: { wrong_codes: wrongCodes },
    });
  }
  return alarms;
}

function codeAlarms(context: Reader, lock: LockRecord): readonly StandingAlarm[] {
  const { nowMs } = context.time;
  const known = knownOf(context, lock.lock);
  return overdueRevocations(lockView(context.view, lock), nowMs, known)
    .filter(({ sinceMs }) => nowMs - sinceMs >= overdueAfterMs)
    .map(({ passwordId, sinceMs }) => ({
      event: "pwdRevokeOverdue",
      sinceMs,
      detail: { password_id: passwordId },
    }));
}
