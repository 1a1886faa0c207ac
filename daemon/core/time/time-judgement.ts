import { allowanceLeft, withShare } from "./time-allowance.ts";
import {
  agree,
  agreementMs,
  believableMs,
  isFresh,
  longestLeapMs,
  longestStepMs,
  reportedMsAt,
  runningMsAt,
  type SourceReport,
  type TimeObservation,
  type TimeVerdict,
  type TrustedTime,
  timeAdopted,
  timeAt,
} from "./trusted-time.ts";

/** Two sources can set the time back after both have said the same for this long. */
export const loweringAfterMs = 180_000;

/** Limit of all leaps by one source alone in 24 hours of running time. */
const leapsADayMs = 3 * longestLeapMs;

/**
 * Returns the trusted time after a source reported the time.
 * - Two sources that agree move the time forward at once, however far. They set it back only after both have
 *   said the same for {@link loweringAfterMs} and the cloud has answered a question: a broker that delays messages
 *   reports an earlier time too, and with an earlier time windows open again that were over.
 * - One source alone moves a running time by at most {@link longestStepMs} a day in all. After a power cut of
 *   unknown length it may be up to {@link longestLeapMs} ahead of the last known time.
 * - While the time is `lost` the cloud alone is believed only if it answers a question.
 * - NTP corrects what only the cloud has reported, also back.
 * - A report up to 10 min behind confirms that the time is about right and never sets it back.
 */
export function withSourceReport(before: TrustedTime, observation: TimeObservation): TrustedTime {
  if (!Number.isFinite(observation.unixMs)) return before;
  const earlier = before.reports.find(({ source }) => source === observation.source);
  const isSame =
    earlier !== undefined &&
    isFresh(earlier, observation.monotonicMs) &&
    agree(earlier, observation);
  const report = { ...observation, sinceMs: isSame ? earlier.sinceMs : observation.monotonicMs };
  const other = before.reports.find(({ source }) => source !== observation.source);
  const [time, verdict] = judge(before, report, other ?? null);
  const others = before.reports.filter(({ source }) => source !== observation.source);
  return { ...time, reports: [...others, { ...report, verdict }] };
}

type Judgement = readonly [TrustedTime, TimeVerdict];
type UnjudgedReport = Omit<SourceReport, "verdict">;

function judge(time: TrustedTime, report: UnjudgedReport, other: SourceReport | null): Judgement {
  if (report.unixMs > time.buildMs + believableMs) return [time, "beyond"];
  const second =
    other !== null && other.verdict !== "beyond" && isFresh(other, report.monotonicMs)
      ? other
      : null;
  if (second !== null && agree(second, report)) {
    const agreed = byBoth(time, report, second);
    if (agreed !== null) return [agreed, "believed"];
  }
  return report.source === "ntp" ? byNtp(time, report) : byCloud(time, report, second);
}

/**
 * If two agree within a minute, the earlier one counts. Null = they have not agreed long enough to set the time
 * back.
 */
function byBoth(
  time: TrustedTime,
  report: UnjudgedReport,
  second: SourceReport,
): TrustedTime | null {
  const nowMs = timeAt(time, report.monotonicMs);
  const agreedMs = Math.min(report.unixMs, reportedMsAt(second, report.monotonicMs));
  if (agreedMs >= nowMs - agreementMs) return timeAdopted(time, report, Math.max(nowMs, agreedMs));
  const isLasting =
    report.monotonicMs - report.sinceMs >= loweringAfterMs &&
    second.monotonicMs - second.sinceMs >= loweringAfterMs;
  const { isAnswer } = report.source === "cloud" ? report : second;
  return isLasting && isAnswer === true && agreedMs >= time.buildMs
    ? timeAdopted(time, report, agreedMs)
    : null;
}

function byNtp(time: TrustedTime, report: UnjudgedReport): Judgement {
  const nowMs = timeAt(time, report.monotonicMs);
  const isNear = Math.abs(report.unixMs - nowMs) <= agreementMs;
  // What only the cloud has reported does not count against NTP, unless both mean about the same time.
  const firmMs = isNear ? nowMs : nowMs - time.cloudLeadMs;
  const verdict = verdictOf(time, report, report.unixMs - firmMs);
  if (verdict !== "believed") return [time, verdict];
  const unixMs = Math.max(firmMs, report.unixMs);
  return [
    withSpentAllowance(timeAdopted(time, report, unixMs), report, {
      time,
      aheadMs: unixMs - firmMs,
    }),
    "believed",
  ];
}

function byCloud(time: TrustedTime, report: UnjudgedReport, ntp: SourceReport | null): Judgement {
  const nowMs = timeAt(time, report.monotonicMs);
  const aheadMs = report.unixMs - nowMs;
  if (time.syncedAtMs === null && report.isAnswer !== true) return [time, "unanswered"];
  if (ntp !== null && ntp.verdict === "believed" && aheadMs > 0) return [time, "contradicted"];
  const verdict = verdictOf(time, report, aheadMs);
  if (verdict !== "believed") return [time, verdict];
  const stepMs = Math.max(0, aheadMs);
  const moved: TrustedTime = {
    ...timeAdopted(time, report, nowMs + stepMs),
    cloudLeadMs: time.cloudLeadMs + stepMs,
    isFirm: time.isFirm,
  };
  return [withSpentAllowance(moved, report, { time, aheadMs: stepMs }), "believed"];
}

/** Returns whether one source alone may move the time by `aheadMs`. */
function verdictOf(time: TrustedTime, report: UnjudgedReport, aheadMs: number): TimeVerdict {
  if (aheadMs < -longestStepMs) return "behind";
  if (aheadMs <= 0) return "believed";
  const left = (kind: "leap" | "step", limitMs: number) =>
    allowanceLeft(time.allowance, { kind, source: report.source }, [
      limitMs,
      runningMsAt(time, report.monotonicMs),
    ]);
  if (mayLeap(time, report)) {
    if (time.leapLimitMs === Number.POSITIVE_INFINITY) return "believed";
    const isWithin = aheadMs <= Math.min(time.leapLimitMs, left("leap", leapsADayMs));
    return isWithin ? "believed" : "leap";
  }
  if (aheadMs > longestStepMs) return "ahead";
  return aheadMs <= left("step", longestStepMs) ? "believed" : "spent";
}

/**
 * Returns whether it is the first report since the power came on. For NTP, earlier reports of the cloud alone do
 * not count.
 */
function mayLeap(time: TrustedTime, report: UnjudgedReport): boolean {
  if (time.leapLimitMs === 0) return false;
  return report.source === "ntp" ? !time.isFirm : time.syncedAtMs === null;
}

/** Records how far one source alone has moved the time. */
function withSpentAllowance(
  after: TrustedTime,
  report: UnjudgedReport,
  { time, aheadMs }: { readonly time: TrustedTime; readonly aheadMs: number },
): TrustedTime {
  // The first report of a new gateway leaps from the build time, which is no running time.
  if (aheadMs <= 0 || (mayLeap(time, report) && time.leapLimitMs === Number.POSITIVE_INFINITY)) {
    return after;
  }
  const kind = mayLeap(time, report) ? "leap" : "step";
  const share = { kind, source: report.source, ms: aheadMs } as const;
  return {
    ...after,
    allowance: withShare(after.allowance, share, runningMsAt(after, report.monotonicMs)),
  };
}
