import type { Validity } from "./certificate-order.ts";

const dayMs = 86_400_000;

/** Browsers refuse longer ones of public authorities; some apply that to all. */
const serverDays = 397;
const authorityDays = 3652;
/** The same for both: the authority ends later than the last certificate that it signs. */
const renewedBeforeMs = 30 * dayMs;
/** A caller's clock may be behind by this much. */
const slackMs = dayMs;

/** The time for certificates. */
export interface CertificateTime {
  /** ms UTC */
  readonly nowMs: number;
  /** False: it may be wrong, mostly behind, because the machine had no time source since it started. */
  readonly isTrusted: boolean;
}

/** @param buildMs when the program was built, which is in the past whatever the clock shows */
export function authorityValidity(time: CertificateTime, buildMs: number): Validity {
  const fromMs = time.isTrusted ? Math.max(buildMs, time.nowMs - slackMs) : buildMs;
  return { fromMs, untilMs: fromMs + authorityDays * dayMs - 1000 };
}

/** Returns the validity of a server's certificate, which never goes beyond its authority's. */
export function serverValidity(time: CertificateTime, authority: Validity): Validity {
  const fromMs = Math.max(authority.fromMs, time.nowMs - slackMs);
  return {
    fromMs,
    untilMs: Math.min(authority.untilMs, fromMs + serverDays * dayMs - 1000),
  };
}

/**
 * Returns whether a certificate must be made again. One that begins later than now was made under a wrong clock, or
 * the clock is wrong now; only a trusted time tells.
 */
export function isDue(
  { fromMs, untilMs }: Validity,
  { nowMs, isTrusted }: CertificateTime,
): boolean {
  return nowMs > untilMs - renewedBeforeMs || (isTrusted && nowMs < fromMs);
}
