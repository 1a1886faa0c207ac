import { linkPauseMs, receptionPauseMs } from "../../core/contact/backoff.ts";
import { isLogLong, logEffects, logEntryLimit, logRestMs } from "../../core/event/lock-log.ts";
import type { LockId } from "../../core/model/door-lock.ts";
import type { LockRecord } from "../../core/model/lock.ts";
import type { Outcome } from "../../core/model/operation.ts";
import { transactionOf } from "../effects.ts";
import { commit, type LockPorts, viewOf } from "../lock-ports.ts";
import type { Reconcilers } from "../reconcilers.ts";
import { doorsOfUsedGrants } from "../used-grants.ts";
import { readLog } from "./log-reader.ts";

const usualPace = { entries: logEntryLimit, restMs: logRestMs } as const;

/** A pull reads up to the newest entry, up to its limit, or until the lock does not answer. */
type PullOutcome = "whole" | "limit" | "cutOff";

/** The pause after pulls that were cut off. */
interface Pause {
  /** Number of such pulls in a row. */
  readonly misses: number;
  /** A frame of the lock ends the pause, but not before this, in monotonic ms. */
  readonly leastUntilMs: number;
  readonly cancel: () => void;
}

/**
 * Reads the locks' own logs from the last known entry to the newest whenever the gateway may have missed an event.
 * A pull that reached its limit continues after a rest. A pull that was cut off continues with the next
 * frame of the lock or after a growing pause, so that a lock which sends frames but does not answer is not
 * read with each of them.
 */
export class LogPull {
  readonly #ports: LockPorts;
  readonly #reconcilers: Reconcilers;
  readonly #due = new Set<LockId>();
  readonly #running = new Set<LockId>();
  /** Cancels the rest of a lock whose log is long. */
  readonly #resting = new Map<LockId, () => void>();
  /** Pauses after a pull that was cut off. */
  readonly #pausing = new Map<LockId, Pause>();
  #isStopped = false;

  constructor(ports: LockPorts, reconcilers: Reconcilers) {
    this.#ports = ports;
    this.#reconcilers = reconcilers;
  }

  /** Events may have been missed: reads the log as soon as the lock answers. */
  missed(lock: LockId): void {
    const record = this.#ports.store.get("lock", [lock]);
    if (record === undefined || record.capabilities.logRecords === 0) return;
    this.#due.add(lock);
    this.#begin(lock);
  }

  /** The lock sent a frame. */
  frameReceived(lock: LockId): void {
    if (!this.#due.has(lock)) return;
    const pause = this.#pausing.get(lock);
    const restMs = (pause?.leastUntilMs ?? 0) - this.#ports.monotonicMs();
    if (pause === undefined || restMs <= 0) {
      this.#begin(lock);
      return;
    }
    pause.cancel();
    const cancel = this.#ports.timers.after(restMs, () => this.#begin(lock));
    this.#pausing.set(lock, { ...pause, cancel });
  }

  /** An event of the lock was stored. */
  eventReceived(lock: LockId): void {
    const record = this.#ports.store.get("lock", [lock]);
    if (record !== undefined && isLogLong(record)) this.missed(lock);
  }

  stop(): void {
    this.#isStopped = true;
    for (const cancel of this.#resting.values()) cancel();
    for (const { cancel } of this.#pausing.values()) cancel();
    this.#resting.clear();
    this.#pausing.clear();
    this.#due.clear();
  }

  #begin(lock: LockId): void {
    if (this.#isStopped || this.#running.has(lock) || this.#resting.has(lock)) return;
    if (this.#ports.driver.radioState().kind !== "online") return;
    const { misses = 0, cancel } = this.#pausing.get(lock) ?? {};
    cancel?.();
    this.#pausing.delete(lock);
    this.#running.add(lock);
    void this.#run(lock, misses);
  }

  async #run(lock: LockId, misses: number): Promise<void> {
    const end = await this.#pull(lock).catch((cause: unknown): PullOutcome => {
      this.#ports.log.warn({ lock, cause }, "failed to read or store a lock's log");
      return "cutOff";
    });
    // Only now that the whole pull is on disk: a short rest must not end during the pull.
    this.#running.delete(lock);
    if (!this.#isStopped) this.#continueAfter(lock, end, misses);
  }

  #continueAfter(lock: LockId, end: PullOutcome, misses: number): void {
    switch (end) {
      case "whole":
        this.#due.delete(lock);
        return;
      case "limit":
        this.#rest(lock);
        return;
      case "cutOff":
        this.#pause(lock, misses + 1);
    }
  }

  async #pull(id: LockId): Promise<PullOutcome> {
    const record = this.#ports.store.get("lock", [id]);
    if (record === undefined) return "whole";
    const { entries: limit } = this.#pace;
    const { logCursor, capabilities } = record;
    const position = { cursor: logCursor.entryId, capacity: capabilities.logRecords, limit };
    const piece = await readLog((logIndex) => this.#readOne(record, logIndex), position);
    if (piece === null) return "cutOff";
    const end = piece.isWhole ? "whole" : piece.newest.length >= limit ? "limit" : "cutOff";
    const view = viewOf(this.#ports.store, id);
    if (view === null) return "whole";
    const effects = logEffects(view, piece, this.#ports.reading(), this.#ports.timeZone);
    const transaction = transactionOf(id, effects);
    if (transaction === null) return end;
    await commit(this.#ports, transaction);
    const { waker } = this.#reconcilers;
    for (const lock of [id, ...doorsOfUsedGrants(this.#ports.store, id)]) waker.wake(lock);
    return end;
  }

  get #pace(): { readonly entries: number; readonly restMs: number } {
    return this.#ports.logPace ?? usualPace;
  }

  #rest(lock: LockId): void {
    const cancel = this.#ports.timers.after(this.#pace.restMs, () => {
      this.#resting.delete(lock);
      this.#begin(lock);
    });
    this.#resting.set(lock, cancel);
  }

  #pause(lock: LockId, misses: number): void {
    const cancel = this.#ports.timers.after(linkPauseMs(misses), () => this.#begin(lock));
    const leastUntilMs = this.#ports.monotonicMs() + receptionPauseMs(misses);
    this.#pausing.set(lock, { misses, leastUntilMs, cancel });
  }

  #readOne(record: LockRecord, logIndex: number): Promise<Outcome<"getLogRecord">> {
    const { driver, deadlineMs } = this.#ports;
    const options = { deadlineMs, endpoint: record.capabilities.endpoint };
    return this.#reconcilers.useRadio(record.lock, () =>
      driver.perform(record.lock, { name: "getLogRecord", logIndex }, options),
    );
  }
}
