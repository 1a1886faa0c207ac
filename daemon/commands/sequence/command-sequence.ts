import { restoredSetting, suspendsGrants } from "../../core/contact/suspended-grants.ts";
import {
  maxAheadMs,
  maxSignedAheadMs,
  type SequenceChange,
  type SequenceState,
  sequenceAfter,
  staleSubject,
} from "../../core/input/command-stamps.ts";
import type { TimeReading } from "../../core/model/clock.ts";
import { GatewayError } from "../../core/model/errors.ts";
import { type Change, put, remove, type StoreView } from "../../store/store.ts";
import type { Command, Decision } from "../command.ts";
import type { CloudCommand } from "../execution.ts";
import { lockNamed, locksNamed } from "../locks/address.ts";
import { isRevocation } from "../passwords/revocation.ts";
import { putStamp, storedStamps } from "./sequence-stamps.ts";
import { subjectsOf } from "./sequence-subjects.ts";

const floorSetting = "order.floor";
/** Allowed difference of the clocks of cloud and gateway, where their times are compared. */
const skewMs = 60_000;
/** Limit of the life of a command that acts at once. */
const maxOneShotMs = 60_000;

/**
 * The sequence of the cloud's commands by their times of issue. Per lock and password it refuses a grant that
 * is older than the newest command taken, and a freeze that a later command undid. Its stamps are stored with
 * the records, so that they outlive restarts, copies and the memory of command ids.
 */
export class CommandSequence {
  readonly #view: StoreView;
  /** Number of stamps, or more: unpairing a lock removes stamps without counting them. */
  #size: number;
  #floorMs: number;

  constructor(view: StoreView) {
    this.#view = view;
    this.#floorMs = numberAt(view, floorSetting);
    this.#size = [...storedStamps(view)].length;
  }

  /** Returns why a command must not be tried, by its envelope, or null if it may. */
  refusalOf(
    command: CloudCommand,
    definition: Command | undefined,
    time: TimeReading,
  ): GatewayError | null {
    const { iat } = command;
    if (definition === undefined || definition.isReadOnly) return null;
    if (actsAtOnce(command, definition)) {
      const refusal = oneShotRefusal(command, time);
      if (refusal !== null) return refusal;
    }
    if (iat === undefined) return null;
    const isOld = locksNamed(this.#view, command.params).some((lock) => {
      const pairedAtMs = this.#view.get("lock", [lock])?.pairedAtMs;
      return pairedAtMs !== undefined && iat * 1000 + skewMs < pairedAtMs;
    });
    return isOld && !isRevocation(command.command, command.params)
      ? stale("the lock was paired after this command was issued")
      : null;
  }

  /**
   * Judges the decision of a command. Call it in the turn of the commit.
   * @returns a refusal, or the changes that remember the command, for the batch of its decision
   */
  judge(
    command: CloudCommand,
    decision: Decision,
    time: TimeReading,
  ): GatewayError | readonly Change[] {
    const issuedMs = this.#issuedMs(command, time);
    if (issuedMs === null) return [];
    const restored = this.#begunAfterRestore(time);
    const isSnapshot = command.command === "apply_snapshot";
    const snapshotOf = isSnapshot ? lockNamed(this.#view, command.params) : null;
    const uses = subjectsOf(decision.changes, this.#view, snapshotOf);
    const { nowMs } = time;
    const isLate =
      staleSubject(this.#state(), uses, {
        issuedMs,
        nowMs,
        maxAheadMs: aheadLimitMs(command.isSigned, time),
      }) !== null || this.#releasesNewer(decision.changes, issuedMs);
    if (isLate) return stale("a newer command for the same was taken before");
    return [...restored, ...this.#take(sequenceAfter(this.#state(), uses, issuedMs))];
  }

  /** Returns what remembers a decision on site, so that no older command of the cloud undoes it. */
  noteLocal(decision: Decision, { nowMs, state }: TimeReading): readonly Change[] {
    if (state === "lost") return [];
    const uses = subjectsOf(decision.changes, this.#view, null);
    return this.#take(sequenceAfter(this.#state(), uses, Math.max(0, nowMs - skewMs)));
  }

  /** Returns null where the time of issue proves nothing: then the sequence of arrival decides. */
  #issuedMs({ iat, isSigned }: CloudCommand, time: TimeReading): number | null {
    if (iat === undefined) return null;
    const issuedMs = Math.round(iat * 1000);
    if (time.state === "lost" && isSigned !== true) return null;
    return issuedMs > time.nowMs + aheadLimitMs(isSigned, time) ? null : issuedMs;
  }

  /** After a restore every command from before now is suspect: the copy does not know the later ones. */
  #begunAfterRestore({ nowMs, state }: TimeReading): readonly Change[] {
    if (state === "lost" || this.#view.get("setting", [restoredSetting]) === undefined) return [];
    this.#floorMs = Math.max(this.#floorMs, nowMs - skewMs);
    return [remove("setting", [restoredSetting]), this.#floorChange()];
  }

  /** Only a command that is newer than the copy releases the grants that a restore suspended. */
  #releasesNewer(changes: readonly Change[], issuedMs: number): boolean {
    return changes.some(({ table, key, value }) => {
      const [name = ""] = key;
      if (table !== "setting" || value !== null || !suspendsGrants(String(name))) return false;
      return issuedMs < numberAt(this.#view, String(name));
    });
  }

  #state(): SequenceState {
    const view = this.#view;
    return {
      stamp: (subject) => view.get("commandStamp", [subject]),
      size: this.#size,
      all: () => storedStamps(view),
      floorMs: this.#floorMs,
    };
  }

  #take({ put: stamps, dropped, floorMs }: SequenceChange): readonly Change[] {
    const fresh = [...stamps.keys()].filter(
      (subject) => this.#view.get("commandStamp", [subject]) === undefined,
    );
    if (dropped.length > 0) this.#size = [...storedStamps(this.#view)].length;
    this.#size += fresh.length - dropped.length;
    const changes: Change[] = [
      ...dropped.map((subject) => remove("commandStamp", [subject])),
      ...[...stamps].map(([subject, stamp]) => putStamp(subject, stamp)),
    ];
    if (floorMs !== this.#floorMs) {
      this.#floorMs = floorMs;
      changes.push(this.#floorChange());
    }
    return changes;
  }

  #floorChange(): Change {
    return put("setting", [floorSetting], { value: this.#floorMs });
  }
}

/** Returns how far ahead of the gateway's time a time of issue may be and still count, ms. */
function aheadLimitMs(isSigned: true | undefined, { state }: TimeReading): number {
  if (isSigned !== true) return maxAheadMs;
  return state === "lost" ? Number.POSITIVE_INFINITY : maxSignedAheadMs;
}

/**
 * Returns whether a command acts on the world at once: a late one would open a door when nobody waits there
 * any more. An unsigned `permit_join` does not count, because it opens no door, and a new gateway does not
 * know the time yet.
 */
function actsAtOnce({ command, params, isSigned }: CloudCommand, definition: Command): boolean {
  if (definition.isOneShot === true) return true;
  if (command !== "permit_join" || isSigned !== true) return false;
  const closes = typeof params === "object" && params !== null && "seconds" in params;
  return !(closes && params.seconds === 0);
}

/** Counts the life of a command from now where it has no `iat`, or one too far ahead. */
function oneShotRefusal({ iat, exp }: CloudCommand, time: TimeReading): GatewayError | null {
  const seconds = maxOneShotMs / 1000;
  const accepted = `a command that acts at once needs an exp (Unix seconds) at most ${seconds} s after iat`;
  if (exp === undefined) {
    return new GatewayError("badParameters", `exp: it is missing; ${accepted}`, { field: "exp" });
  }
  if (time.state === "lost") {
    return new GatewayError("clockLost", "exp: the time is not known; nothing is done at once");
  }
  const latest = (time.nowMs + skewMs) / 1000;
  return exp - Math.min(iat ?? latest, latest) > seconds
    ? new GatewayError("badParameters", `exp: it is too late; ${accepted}`, { field: "exp" })
    : null;
}

function stale(why: string): GatewayError {
  return new GatewayError("stale", `iat: ${why}`, { field: "iat" });
}

function numberAt(view: StoreView, name: string): number {
  const value = view.get("setting", [name])?.value;
  return typeof value === "number" ? value : 0;
}
