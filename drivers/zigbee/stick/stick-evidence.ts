/** What the frames for locks show about the stick. Pure: {@link StickWatch} collects the signs. */

/** What became of one request to the stick. `peer` is the network address that a data request went to. */
export type StickSign =
  /** The stick confirmed the frame, whatever became of it on the radio. */
  | { readonly kind: "confirmed"; readonly peer: number }
  /** AF_DATA_REQUEST got no SRSP. */
  | { readonly kind: "unanswered"; readonly peer: number }
  /** AF_DATA_REQUEST was answered with an error. */
  | { readonly kind: "refused"; readonly peer: number }
  /** The SRSP was right, and no AF_DATA_CONFIRM came. */
  | { readonly kind: "unconfirmed"; readonly peer: number }
  /** AF_DATA_CONFIRM reported that the stick is out of memory or buffers. */
  | { readonly kind: "exhausted"; readonly peer: number }
  /** A request of another kind (SYS, ZDO, UTIL) was answered, or was not. */
  | { readonly kind: "serviceAnswered" }
  | { readonly kind: "serviceUnanswered" };

type Strike = Exclude<
  StickSign,
  { kind: "confirmed" } | { kind: "serviceAnswered" } | { kind: "serviceUnanswered" }
>;

/** The evidence against the stick since it last proved itself. */
export interface StickEvidence {
  /** Data requests in a row that the stick failed, the newest {@link maxStrikes}. */
  readonly strikes: readonly Strike[];
  /** Other requests in a row without an answer. */
  readonly unanswered: number;
}

export type StickVerdict = "sound" | "stuck" | "silent";

export const noEvidence: StickEvidence = { strikes: [], unanswered: 0 };

/** The stick's own network address: a frame to it passes the stick and no lock. */
export const ownAddress = 0x0000;
/** Failures in a row that condemn the stick. */
const strikesToFail = 3;
/**
 * Frames to one lock only that are never confirmed, or find no buffer, may be that lock's fault: this many
 * condemn the stick.
 */
const strikesOfOneLock = 6;
const maxStrikes = 8;

/** Returns the evidence after one more sign. */
export function evidenceAfter(evidence: StickEvidence, sign: StickSign): StickEvidence {
  switch (sign.kind) {
    case "serviceAnswered":
      return { ...evidence, unanswered: 0 };
    case "serviceUnanswered":
      return { ...evidence, unanswered: evidence.unanswered + 1 };
    case "confirmed":
      return { strikes: strikesAfterProof(evidence.strikes, sign.peer), unanswered: 0 };
    case "unanswered":
    case "refused":
    case "unconfirmed":
    case "exhausted":
      return { ...evidence, strikes: [...evidence.strikes, sign].slice(-maxStrikes) };
  }
}

/** A frame to the stick itself clears one lock's failures, and not those of several. */
function strikesAfterProof(strikes: readonly Strike[], peer: number): readonly Strike[] {
  if (peer !== ownAddress) return [];
  const ofLocks = strikes.filter((strike) => strike.peer !== ownAddress);
  return peersOf(ofLocks).size > 1 ? ofLocks : [];
}

/**
 * Judges. An SRSP is the stick's alone, so three in a row that are missing or are errors condemn it,
 * whichever locks they were meant for; what comes after the SRSP needs a second peer, or six in a row.
 */
export function verdictOf({ strikes, unanswered }: StickEvidence): StickVerdict {
  if (unanswered >= strikesToFail) return "silent";
  if (strikes.length < strikesToFail) return "sound";
  const isCertain =
    peersOf(strikes).size > 1 ||
    strikes.filter(isAboutSrsp).length >= strikesToFail ||
    strikes.every(({ peer }) => peer === ownAddress);
  return isCertain || strikes.length >= strikesOfOneLock ? "stuck" : "sound";
}

/** Whether the stick has failed its last data request: what fails now is not charged to a lock. */
export function isSuspect({ strikes, unanswered }: StickEvidence): boolean {
  return strikes.length > 0 || unanswered > 0;
}

function isAboutSrsp({ kind }: Strike): boolean {
  return kind === "unanswered" || kind === "refused";
}

function peersOf(strikes: readonly Strike[]): ReadonlySet<number> {
  return new Set(strikes.map(({ peer }) => peer));
}
