import { rhythmOf, silenceOf } from "../../../core/alarm/silence.ts";
import { slotCoverage } from "../../../core/audit/slot-coverage.ts";
import { radioUpSinceMs, radioUpSinceSetting } from "../../../core/contact/radio-up-since.ts";
import {
  copySuspensionSetting,
  rejoinSuspensionSetting,
} from "../../../core/contact/suspended-grants.ts";
import type { LockRecord, LockView } from "../../../core/model/lock.ts";
import { administratorId, type PasswordRecord } from "../../../core/model/password.ts";
import { overdueAfterMs, overdueRevocations } from "../../../core/plan/overdue.ts";
import type { CommandContext } from "../../command.ts";
import { lockView } from "../../locks/address.ts";
import { knownOf } from "../../locks/lock-moment.ts";
import { foundLocks } from "../../locks/pairing/found-locks.ts";
import { isUnmanaged } from "../../locks/slots/unmanaged-code.ts";
import { type Finding, type FindingCode, type FindingValues, finding } from "./findings.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const lowBatteryPercent = 10;
/** Below this quality (of 255) many frames are lost. */
const weakLink = 40;
const driftLimitSeconds = 60;
/** Every slot is read within this time, if the budget and the lock allow it. */
const readLimitMs = 14 * dayMs;

/** A lock that is heard takes a change within this time; one that sleeps, at its own rhythm. */
const lateChangeMs = 10 * minuteMs;

/** The state of the radio at the time of the examination. */
export interface RadioView {
  readonly isOnline: boolean;
  /** Quality of the last frame, by lock. */
  readonly linkQualities: ReadonlyMap<string, number>;
}

type Examined = Pick<CommandContext, "view" | "time" | "site" | "caller">;

/** Returns the findings about each lock: radio, battery, clock, slots, codes. */
export function lockFindings(context: Examined, radio: RadioView): readonly Finding[] {
  const found = foundLocks(context).map(({ uuid, model }) =>
    finding("lockFound", { model, lock: uuid }),
  );
  const locks = [...context.view.list("lock")];
  if (locks.length === 0) return found.length > 0 ? found : [finding("noLock")];
  return [...found, ...locks.flatMap((lock) => findingsOf(context, lock, radio))];
}

function findingsOf(context: Examined, lock: LockRecord, radio: RadioView): readonly Finding[] {
  const view = lockView(context.view, lock);
  const about = (code: FindingCode, values: FindingValues = {}) =>
    finding(code, { name: lock.name, lock: lock.lock, ...values });
  const contact = radio.isOnline ? contactFinding(context, lock, radio, about) : null;
  const findings = [
    contact,
    ...bodyFindings(lock, about),
    suspensionFinding(context, lock, about),
    coverageFinding(context, view, about),
    ...codeFindings(context, view, about),
    changesFinding(context, view, { about, isReached: radio.isOnline && contact === null }),
  ].filter((one) => one !== null);
  // Without a stick no lock is online, and the stick's own finding says so for all of them.
  return findings.length === 0 && radio.isOnline ? [about("lockWell")] : findings;
}

type About = (code: FindingCode, values?: FindingValues) => Finding;

function contactFinding(
  context: Examined,
  lock: LockRecord,
  radio: RadioView,
  about: About,
): Finding | null {
  const { silentForMs, isOnNetwork } = context.site.diagnostics.lock(lock.lock);
  if (!isOnNetwork) return about("lockUnknownToNetwork");
  if (!lock.isOnline) return about("lockOffline");
  const quietMs = silentForMs ?? sinceRadioMs(context);
  const silence = silenceOf(lock, quietMs);
  const minutes = Math.floor(quietMs / minuteMs);
  if (silence?.kind === "unanswering") {
    return about("lockUnanswering", { tries: silence.tries, minutes });
  }
  if (silence?.kind === "late") {
    return about("lockSilent", { minutes, rhythm: Math.ceil(silence.rhythmMs / minuteMs) });
  }
  const quality = radio.linkQualities.get(lock.lock);
  const isWeak = quality !== undefined && quality < weakLink;
  return isWeak ? about("linkWeak", { link_quality: quality }) : null;
}

/** Returns for how long the radio has been up, ms: a lock that was never heard is silent for at least that time. */
function sinceRadioMs({ view, time }: Examined): number {
  const upSinceMs = radioUpSinceMs(view.get("setting", radioUpSinceSetting)?.value);
  return upSinceMs === 0 ? 0 : Math.max(0, time.nowMs - upSinceMs);
}

function bodyFindings(lock: LockRecord, about: About): readonly Finding[] {
  const findings: Finding[] = [];
  const { batteryPercent: percent, doorState, lockClock, lockState } = lock;
  if (percent !== null && percent <= lowBatteryPercent) {
    findings.push(about("batteryLow", { percent }));
  }
  const { driftSeconds } = lockClock;
  if (driftSeconds !== null && Math.abs(driftSeconds) > driftLimitSeconds) {
    findings.push(about("lockClockOff", { seconds: driftSeconds }));
  }
  if (doorState === "jammed" || doorState === "forcedOpen") {
    findings.push(about("boltJammed", { door: doorState }));
  } else if (lockState === "notFullyLocked") {
    findings.push(about("boltHalfWay"));
  }
  return findings;
}

function suspensionFinding({ view }: Examined, { lock }: LockRecord, about: About): Finding | null {
  if (view.get("setting", rejoinSuspensionSetting(lock)) !== undefined) {
    return about("grantsHeldRejoined");
  }
  // A store that comes from a copy is one fault of the gateway: see `storeFindings`.
  return null;
}

function coverageFinding({ view, time }: Examined, lock: LockView, about: About): Finding | null {
  const upSinceMs = radioUpSinceMs(view.get("setting", radioUpSinceSetting)?.value);
  const coverage = slotCoverage(lock, upSinceMs, time.nowMs);
  if (!coverage.canRead) return about("slotsHidden");
  const { oldestReadMs, slotsUnknown, unknownForMs } = coverage;
  if (oldestReadMs !== null && oldestReadMs > readLimitMs) {
    return about("slotReadOld", { days: Math.floor(oldestReadMs / dayMs) });
  }
  if (slotsUnknown === 0) return null;
  const hours = Math.floor((unknownForMs ?? 0) / hourMs);
  return about("slotsUnknown", { count: slotsUnknown, hours });
}

/** Returns the finding about changes that the lock has not confirmed yet. */
function changesFinding(
  { view, time }: Examined,
  { lock, passwords }: LockView,
  { about, isReached }: { readonly about: About; readonly isReached: boolean },
): Finding | null {
  const isSuspended = [rejoinSuspensionSetting(lock.lock), copySuspensionSetting(lock.lock)].some(
    (setting) => view.get("setting", setting) !== undefined,
  );
  const sinceMs = passwords.flatMap((password) => waitingSinceMs(password, time.nowMs) ?? []);
  if (isSuspended || sinceMs.length === 0) return null;
  const ageMs = time.nowMs - Math.min(...sinceMs);
  const values = { count: sinceMs.length, minutes: Math.max(0, Math.floor(ageMs / minuteMs)) };
  const limitMs = Math.max(lateChangeMs, 1.5 * rhythmOf(lock.capabilities));
  return about(isReached && ageMs > limitMs ? "changesLate" : "changesWait", values);
}

/** Returns since when a change waits for the lock, ms UTC; null = none does, or it waits for its own begin. */
function waitingSinceMs(password: PasswordRecord, nowMs: number): number | null {
  const { operationStage, isDeleted, window, changedAtMs } = password;
  if (operationStage !== "inProgress") return null;
  const beginMs = isDeleted ? null : window.beginMs;
  return beginMs !== null && beginMs > nowMs ? null : Math.max(changedAtMs, beginMs ?? 0);
}

function codeFindings(context: Examined, view: LockView, about: About): readonly Finding[] {
  const { nowMs } = context.time;
  const findings: Finding[] = [];
  const overdue = overdueRevocations(view, nowMs, knownOf(context, view.lock.lock)).filter(
    ({ sinceMs }) => nowMs - sinceMs >= overdueAfterMs,
  );
  if (overdue.length > 0) {
    const ageMs = Math.max(...overdue.map(({ sinceMs }) => nowMs - sinceMs));
    const values = { count: overdue.length, minutes: Math.floor(ageMs / minuteMs) };
    findings.push(about("revocationOverdue", values));
  }
  const failed = view.passwords.filter(({ operationStage }) => operationStage === "failed");
  if (failed.length > 0) findings.push(about("passwordsFailed", { count: failed.length }));
  if (!view.passwords.some(({ id }) => id === administratorId)) {
    findings.push(about("noAdministrator"));
  }
  const unmanaged = [...view.slots.values()].filter(isUnmanaged);
  if (unmanaged.length > 0) findings.push(about("unmanagedCodes", { count: unmanaged.length }));
  return findings;
}
