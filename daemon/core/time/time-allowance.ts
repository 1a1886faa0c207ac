const hourMs = 3_600_000;
/** An hour that may lie within the last 24 hours of running time counts as a whole. */
const countedHours = 25;

/**
 * What one source alone has moved the trusted time forward, per hour of the gateway's running time. The
 * running time goes on over restarts and no source moves it, so that the bound per day holds over both.
 * At most 26 hours of two kinds and two sources are kept.
 */
export type Allowance = readonly AllowanceShare[];

interface AllowanceShare {
  readonly source: "ntp" | "cloud";
  /** `step`: of a running time. `leap`: over a power cut of unknown length. */
  readonly kind: "step" | "leap";
  /** Whole hours of running time. */
  readonly hour: number;
  readonly ms: number;
}

/** What is left of `limitMs` for this source in the 24 hours up to `ranMs`, ms. */
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

/** Adds a share at the running time `ranMs` and drops what no longer counts. */
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
