/** Limit of the remembered subjects. Beyond it the oldest are dropped, and the floor rises to their times. */
export const commandStampLimit = 4_096;
/** An unsigned command with a time further ahead of now than this, in ms, does not count for the sequence. */
export const maxAheadMs = 10 * 60_000;
/**
 * The same for a signed command. The gateway's time may be behind by this much, and the cloud's clock orders
 * what the cloud has signed. After a cloud's clock was ahead, its wrong times count no longer than this.
 */
export const maxSignedAheadMs = 25 * 3_600_000;

/** When the cloud issued the newest commands about one subject (ms UTC). */
export interface CommandStamp {
  /** The newest command that was accepted. */
  readonly takenMs: number;
  /** The newest command that ended a freeze; 0 = none did. */
  readonly undoneMs: number;
}

/** A {@link CommandStamp} as it is stored, by its subject. */
export interface CommandStampRecord extends CommandStamp {
  readonly subject: string;
}

/** How a command uses a subject. */
export interface SubjectUse {
  readonly subject: string;
  readonly kind: SubjectUseKind;
}

export type SubjectUseKind =
  /** Gives or changes access: stale if a newer command was accepted. */
  | "grant"
  /** Like `grant`, and it ends an older freeze. */
  | "unfreeze"
  /** Accepted at any age, unless a newer command ended the freeze. */
  | "freeze"
  /** Accepted at any age. */
  | "revoke"
  /** Only compared: stale if a newer command was accepted. */
  | "compare"
  /** Only recorded. */
  | "note";

export interface SequenceState {
  stamp(subject: string): CommandStamp | undefined;
  /** The number of stamps, or more. */
  readonly size: number;
  /** Yields every stamp. It is called only at the limit. */
  all(): Iterable<readonly [string, CommandStamp]>;
  /** An older command that grants is stale, whatever its subject (ms UTC). */
  readonly floorMs: number;
}

/** Returns the first subject for which the command is too old, or null if it is new enough for all. */
export function staleSubject(
  { floorMs, ...order }: SequenceState,
  touches: readonly SubjectUse[],
  time: { readonly issuedMs: number; readonly nowMs: number; readonly maxAheadMs: number },
): string | null {
  for (const { subject, kind } of touches) {
    const stamp = order.stamp(subject);
    const newest = newestFor(kind, stamp, floorMs);
    // A stamp ahead of all clocks comes from a cloud whose clock was wrong.
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

/** The changes of the stamps when a command is accepted. */
export interface SequenceChange {
  readonly put: ReadonlyMap<string, CommandStamp>;
  readonly dropped: readonly string[];
  readonly floorMs: number;
}

/** Returns the changes after an accepted command that was issued at `issuedMs`. */
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
  // Drop an eighth at once, so that not every command at the limit sorts all stamps.
  const oldest = all
    .filter(([subject]) => !put.has(subject))
    .sort(([, a], [, b]) => a.takenMs - b.takenMs)
    .slice(0, Math.max(excess, commandStampLimit / 8));
  const dropped = oldest.map(([subject]) => subject);
  const floor = oldest.reduce((highest, [, { takenMs }]) => Math.max(highest, takenMs), floorMs);
  return { put, dropped, floorMs: floor };
}
