/** Subjects that are remembered; beyond, the oldest go, and the floor rises to what they held. */
export const commandStampLimit = 4_096;
/** An unsigned command that claims to be later than this after now, in ms, says nothing about order. */
export const maxAheadMs = 10 * 60_000;
/**
 * The same for a signed one: the gateway's time may be behind by so much, and the cloud's own clock orders what the
 * cloud has signed. A cloud whose clock was ahead once is not held to that for longer.
 */
export const maxSignedAheadMs = 25 * 3_600_000;

/** What the newest commands did to one subject, by the times at which the cloud issued them (ms UTC). */
export interface CommandStamp {
  /** The newest command that was taken. */
  readonly takenMs: number;
  /** The newest one that undid a freeze; 0 = none did. */
  readonly undoneMs: number;
}

/** A {@link CommandStamp} as it is stored, by its subject. */
export interface CommandStampRecord extends CommandStamp {
  readonly subject: string;
}

/** How a command touches a subject. */
export interface SubjectUse {
  readonly subject: string;
  readonly kind: SubjectUseKind;
}

export type SubjectUseKind =
  /** Gives access, or changes what is given: stale when a newer command was taken. */
  | "grant"
  /** The same, and a freeze that is older is undone. */
  | "unfreeze"
  /** Taken at any age, unless a newer command undid it. */
  | "freeze"
  /** Taken at any age. */
  | "revoke"
  /** Is only compared: stale when a newer command was taken there. */
  | "compare"
  /** Is only noted. */
  | "note";

export interface SequenceState {
  stamp(subject: string): CommandStamp | undefined;
  /** How many there are, or more. */
  readonly size: number;
  /** Every stamp; asked for only at the limit. */
  all(): Iterable<readonly [string, CommandStamp]>;
  /** Whatever would grant and is older is stale, whatever it touches (ms UTC). */
  readonly floorMs: number;
}

/** Returns the first subject for which the command comes too late, or null when it is in order. */
export function staleSubject(
  { floorMs, ...order }: SequenceState,
  touches: readonly SubjectUse[],
  time: { readonly issuedMs: number; readonly nowMs: number; readonly maxAheadMs: number },
): string | null {
  for (const { subject, kind } of touches) {
    const stamp = order.stamp(subject);
    const newest = newestFor(kind, stamp, floorMs);
    // A stamp ahead of all clocks was made by a cloud whose clock was wrong.
    if (newest !== null && time.issuedMs < newest && newest <= time.nowMs + time.maxAheadMs) {
      return subject;
    }
  }
  return null;
}

function newestFor(
  kind: SubjectUseKind,
  stamp: CommandStamp | undefined,
  floorMs: number,
): number | null {
  switch (kind) {
    case "grant":
    case "unfreeze":
    case "compare":
      return Math.max(floorMs, stamp?.takenMs ?? 0);
    case "freeze":
      return stamp?.undoneMs ?? null;
    case "revoke":
    case "note":
      return null;
  }
}

/** What changes when a command is taken. */
export interface SequenceChange {
  readonly put: ReadonlyMap<string, CommandStamp>;
  readonly dropped: readonly string[];
  readonly floorMs: number;
}

/** Returns the stamps after a command that was issued at `issuedMs` and is taken. */
export function sequenceAfter(
  order: SequenceState,
  touches: readonly SubjectUse[],
  issuedMs: number,
): SequenceChange {
  const { floorMs } = order;
  const put = new Map<string, CommandStamp>();
  let fresh = 0;
  for (const { subject, kind } of touches) {
    if (kind === "compare") continue;
    const known = put.get(subject) ?? order.stamp(subject);
    if (known === undefined) fresh += 1;
    const before = known ?? { takenMs: 0, undoneMs: 0 };
    put.set(subject, {
      takenMs: Math.max(before.takenMs, issuedMs),
      undoneMs: kind === "unfreeze" ? Math.max(before.undoneMs, issuedMs) : before.undoneMs,
    });
  }
  if (order.size + fresh <= commandStampLimit) return { put, dropped: [], floorMs };
  const all = [...order.all()];
  const excess = all.length + fresh - commandStampLimit;
  if (excess <= 0) return { put, dropped: [], floorMs };
  // An eighth at once, so that the whole is not sorted for each command at the limit.
  const oldest = all
    .filter(([subject]) => !put.has(subject))
    .sort(([, a], [, b]) => a.takenMs - b.takenMs)
    .slice(0, Math.max(excess, commandStampLimit / 8));
  const dropped = oldest.map(([subject]) => subject);
  const floor = oldest.reduce((highest, [, { takenMs }]) => Math.max(highest, takenMs), floorMs);
  return { put, dropped, floorMs: floor };
}
