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

/** Two sources lower the time when both have said the same for so long. */
export const loweringAfterMs = 180_000;

/** All such leaps on one source's word alone, in 24 hours of running time. */
const leapsADayMs = 3 * longestLeapMs;

/**
 * Takes in a source's word.
 * - Two sources that agree move the time forward at once, however far, and lower it when both have
 *   said the same for {@link loweringAfterMs} and the cloud has answered a question: what a broker has kept back
 *   says an earlier time too, and lowered time lets windows open again that were over.
 * - One source alone moves a running time by {@link longestStepMs} a day in all. After a power cut of
 *   unknown length it may be up to {@link longestLeapMs} ahead of the last known time.
 * - While `lost` the cloud alone is believed only when it answers a question.
 * - What the cloud alone has told, NTP corrects, also back.
 * - A word up to 10 min behind confirms that the time is about right and never moves it back.
 */
export function withSourceReport(before: TrustedTime, said: TimeObservation): TrustedTime {
  if (!Number.isFinite(said.unixMs)) return before;
  const earlier = before.reports.find(({ source }) => source === said.source);
  const isSame =
    earlier !== undefined && isFresh(earlier, said.monotonicMs) && agree(earlier, said);
  const word = { ...said, sinceMs: isSame ? earlier.sinceMs : said.monotonicMs };
  const other = before.reports.find(({ source }) => source !== said.source);
  const [time, verdict] = judged(before, word, other ?? null);
  const words = before.reports.filter(({ source }) => source !== said.source);
  return { ...time, reports: [...words, { ...word, verdict }] };
}

type Judgement = readonly [TrustedTime, TimeVerdict];
type UnjudgedWord = Omit<SourceReport, "verdict">;

function judged(time: TrustedTime, word: UnjudgedWord, other: SourceReport | null): Judgement {
  if (word.unixMs > time.buildMs + believableMs) return [time, "beyond"];
  const second =
    other !== null && other.verdict !== "beyond" && isFresh(other, word.monotonicMs) ? other : null;
  if (second !== null && agree(second, word)) {
    const agreed = byBoth(time, word, second);
    if (agreed !== null) return [agreed, "believed"];
  }
  return word.source === "ntp" ? byNtp(time, word) : byCloud(time, word, second);
}

/** Of two that agree within a minute the earlier one counts. Null = not long enough to set the time back. */
function byBoth(time: TrustedTime, word: UnjudgedWord, second: SourceReport): TrustedTime | null {
  const nowMs = timeAt(time, word.monotonicMs);
  const agreedMs = Math.min(word.unixMs, reportedMsAt(second, word.monotonicMs));
  if (agreedMs >= nowMs - agreementMs) return timeAdopted(time, word, Math.max(nowMs, agreedMs));
  const isLasting =
    word.monotonicMs - word.sinceMs >= loweringAfterMs &&
    second.monotonicMs - second.sinceMs >= loweringAfterMs;
  const { isAnswer } = word.source === "cloud" ? word : second;
  return isLasting && isAnswer === true && agreedMs >= time.buildMs
    ? timeAdopted(time, word, agreedMs)
    : null;
}

function byNtp(time: TrustedTime, word: UnjudgedWord): Judgement {
  const nowMs = timeAt(time, word.monotonicMs);
  const isNear = Math.abs(word.unixMs - nowMs) <= agreementMs;
  // What the cloud alone has told does not count against NTP, unless both mean about the same.
  const firmMs = isNear ? nowMs : nowMs - time.cloudLeadMs;
  const verdict = verdictOf(time, word, word.unixMs - firmMs);
  if (verdict !== "believed") return [time, verdict];
  const unixMs = Math.max(firmMs, word.unixMs);
  return [
    spent(timeAdopted(time, word, unixMs), word, { time, aheadMs: unixMs - firmMs }),
    "believed",
  ];
}

function byCloud(time: TrustedTime, word: UnjudgedWord, ntp: SourceReport | null): Judgement {
  const nowMs = timeAt(time, word.monotonicMs);
  const aheadMs = word.unixMs - nowMs;
  if (time.syncedAtMs === null && word.isAnswer !== true) return [time, "unanswered"];
  if (ntp !== null && ntp.verdict === "believed" && aheadMs > 0) return [time, "contradicted"];
  const verdict = verdictOf(time, word, aheadMs);
  if (verdict !== "believed") return [time, verdict];
  const stepMs = Math.max(0, aheadMs);
  const moved: TrustedTime = {
    ...timeAdopted(time, word, nowMs + stepMs),
    cloudLeadMs: time.cloudLeadMs + stepMs,
    isFirm: time.isFirm,
  };
  return [spent(moved, word, { time, aheadMs: stepMs }), "believed"];
}

/** May one source alone move the time by so much? */
function verdictOf(time: TrustedTime, word: UnjudgedWord, aheadMs: number): TimeVerdict {
  if (aheadMs < -longestStepMs) return "behind";
  if (aheadMs <= 0) return "believed";
  const left = (kind: "leap" | "step", limitMs: number) =>
    allowanceLeft(time.allowance, { kind, source: word.source }, [
      limitMs,
      runningMsAt(time, word.monotonicMs),
    ]);
  if (mayLeap(time, word)) {
    if (time.leapLimitMs === Number.POSITIVE_INFINITY) return "believed";
    const isWithin = aheadMs <= Math.min(time.leapLimitMs, left("leap", leapsADayMs));
    return isWithin ? "believed" : "leap";
  }
  if (aheadMs > longestStepMs) return "ahead";
  return aheadMs <= left("step", longestStepMs) ? "believed" : "spent";
}

/** Is it the first word since the power came on? What the cloud alone has said before does not count for NTP. */
function mayLeap(time: TrustedTime, word: UnjudgedWord): boolean {
  if (time.leapLimitMs === 0) return false;
  return word.source === "ntp" ? !time.isFirm : time.syncedAtMs === null;
}

/** Notes what one source alone has moved. */
function spent(
  after: TrustedTime,
  word: UnjudgedWord,
  { time, aheadMs }: { readonly time: TrustedTime; readonly aheadMs: number },
): TrustedTime {
  // The very first word of a new gateway leaps from the build time: that is nobody's running time.
  if (aheadMs <= 0 || (mayLeap(time, word) && time.leapLimitMs === Number.POSITIVE_INFINITY)) {
    return after;
  }
  const kind = mayLeap(time, word) ? "leap" : "step";
  const share = { kind, source: word.source, ms: aheadMs } as const;
  return {
    ...after,
    allowance: withShare(after.allowance, share, runningMsAt(after, word.monotonicMs)),
  };
}
