const hourMs = 3_600_000;
/** An hour that may lie within the last 24 hours of running time counts as a whole. */
const countedHours = 25;

/**
 * How far each source alone has moved the trusted time forward, per hour of the gateway's running time. The
 * running time continues over restarts and no source changes it, so the limit per day holds over restarts too.
 * It has at most 26 hours of two kinds and two sources.
 */
export type Allowance = readonly AllowanceShare[];

interface AllowanceShare {
  readonly source: "ntp" | "cloud";
  /** `step`: a change of the running time. `leap`: a change after a power cut of unknown length. */
  readonly kind: "step" | "leap";
  /** Whole hours of running time. */
  readonly hour: number;
  readonly ms: number;
}

/** Returns how much of `limitMs` this source has left in the 24 hours up to `ranMs`, ms. */
export function allowanceLeft(
  allowance: Allowance,
  { kind, source }: Pick<AllowanceShare, "kind" | "source">,
  [limitMs, ranMs]: readonly [number, number],
): number {
  const oldest = Math.floor(ranMs / hourMs) - countedHours;
  let leftMs = limitMs;
  for (const share of allowance) {
    if (share.kind === kind && share.source === source && share.hour > oldest) leftMs -= share.ms;
  }
  return Math.max(0, leftMs);
}

/** Returns the allowance with one more share at the running time `ranMs`, without shares that no longer count. */
export function withShare(
  allowance: Allowance,
  { kind, source, ms }: Omit<AllowanceShare, "hour">,
  ranMs: number,
): Allowance {
  const hour = Math.floor(ranMs / hourMs);
  const counted = allowance.filter((share) => share.hour > hour - countedHours);
  const isSame = (share: AllowanceShare) =>
    share.hour === hour && share.kind === kind && share.source === source;
  const before = counted.find(isSame)?.ms ?? 0;
  return [...counted.filter((share) => !isSame(share)), { source, kind, hour, ms: before + ms }];
}
