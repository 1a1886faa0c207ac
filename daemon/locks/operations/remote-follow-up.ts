import {
  pendingRemote,
  remoteExpiryMs,
  remoteMoveLimitMs,
  remoteReadDelayMs,
  remoteSentEffects,
  withoutRemote,
  withRemoteAccepted,
} from "../../core/event/remote-operation.ts";
import type { LockId } from "../../core/model/door-lock.ts";
import type { RemoteOperation } from "../../core/model/lock/remote-operation.ts";
import type { Effects, LockRecord } from "../../core/model/lock.ts";
import { transactionOf } from "../effects.ts";
import { commit, type LockPorts } from "../lock-ports.ts";

/** A look that failed is tried again with a frame of the lock, at most this often. */
const lookAgainMs = 5_000;

interface Wait {
  readonly cancel: () => void;
  /** When a look failed last, in monotonic ms; null = none did. */
  readonly failedMs: number | null;
}

/**
 * What comes after a remote lock or unlock: an acknowledgement is not the end. Until the lock has told its
 * new state, by an event or a report, its state is read: after 3 s, once more after 10 s if the bolt has
 * not moved, and with the next frames of a lock that did not answer. After 2 min it is given up.
 */
export class RemoteFollowUp {
  readonly #ports: LockPorts;
  /** Reads the lock's state and takes it in; whether the lock answered. */
  readonly #readState: (lock: LockId) => Promise<boolean>;
  /** Waits for the event of an opening, and makes its row if none comes. */
  readonly #awaitOpening: (lock: LockId) => void;
  /** At most one per lock. */
  readonly #waits = new Map<LockId, Wait>();
  #isStopped = false;

  constructor(
    ports: LockPorts,
    parts: {
      readonly readState: (lock: LockId) => Promise<boolean>;
      readonly awaitOpening: (lock: LockId) => void;
    },
  ) {
    this.#ports = ports;
    this.#readState = parts.readState;
    this.#awaitOpening = parts.awaitOpening;
  }

  stop(): void {
    this.#isStopped = true;
    for (const { cancel } of this.#waits.values()) cancel();
    this.#waits.clear();
  }

  /** Notes that the operation goes out now. After a crash the state is read at the start. */
  note(lock: LockId, action: RemoteOperation["action"]): void {
    this.#cancel(lock);
    const sentAtMs = this.#ports.reading().nowMs;
    const wasPending = this.#isOpeningPending(lock);
    this.#write(lock, (record) => remoteSentEffects(record, { action, sentAtMs }));
    if (!wasPending && this.#isOpeningPending(lock)) this.#awaitOpening(lock);
  }

  /** The lock answered that it does it: its bolt has still to show it. */
  accept(lock: LockId): void {
    this.#write(lock, (record) => ({ lock: withRemoteAccepted(record) }));
  }

  /** The lock refused it, or it never went out. */
  drop(lock: LockId): void {
    this.#write(lock, (record) => ({ lock: withoutRemote(record) }));
  }

  /** The lock may have carried it out: it did say so, or nothing. */
  follow(lock: LockId): void {
    if (this.#pending(lock) !== null) this.#lookAfter(lock, remoteReadDelayMs, null);
  }

  /** A frame came from the lock. */
  frameReceived(lock: LockId): void {
    const failedMs = this.#waits.get(lock)?.failedMs ?? null;
    if (failedMs === null || this.#ports.monotonicMs() - failedMs < lookAgainMs) return;
    this.#cancel(lock);
    void this.#lookNow(lock);
  }

  #lookAfter(lock: LockId, delayMs: number, failedMs: number | null): void {
    this.#cancel(lock);
    if (this.#isStopped) return;
    const cancel = this.#ports.timers.after(delayMs, () => {
      this.#waits.delete(lock);
      void this.#lookNow(lock);
    });
    this.#waits.set(lock, { cancel, failedMs });
  }

  async #lookNow(lock: LockId): Promise<void> {
    const record = this.#ports.store.get("lock", [lock]);
    if (record === undefined || this.#isStopped || (record.remote ?? null) === null) return;
    if (this.#pending(lock) === null) {
      this.drop(lock);
      return;
    }
    const hasAnswered = await this.#readState(lock);
    const remote = this.#pending(lock);
    if (remote === null) return;
    const ageMs = Math.max(0, this.#ports.reading().nowMs - remote.sentAtMs);
    // A lock that hides its state from reads is not asked again; its own word still counts.
    const isOver = hasAnswered && ageMs >= remoteMoveLimitMs;
    const nextMs = hasAnswered && !isOver ? remoteMoveLimitMs : remoteExpiryMs + 1;
    this.#lookAfter(
      lock,
      Math.max(0, nextMs - ageMs),
      hasAnswered ? null : this.#ports.monotonicMs(),
    );
  }

  #pending(lock: LockId): RemoteOperation | null {
    const record = this.#ports.store.get("lock", [lock]);
    return record === undefined ? null : pendingRemote(record, this.#ports.reading().nowMs);
  }

  #cancel(lock: LockId): void {
    this.#waits.get(lock)?.cancel();
    this.#waits.delete(lock);
  }

  #isOpeningPending(lock: LockId): boolean {
    return (this.#ports.store.get("lock", [lock])?.openingPendingAtMs ?? null) !== null;
  }

  #write(lock: LockId, change: (record: LockRecord) => Effects): void {
    const record = this.#ports.store.get("lock", [lock]);
    if (record === undefined) return;
    const effects = change(record);
    const transaction = effects.lock === record ? null : transactionOf(lock, effects);
    if (transaction === null) return;
    commit(this.#ports, { ...transaction, isUrgent: true }, lock).catch((cause: unknown) => {
      this.#ports.log.warn({ lock, cause }, "a remote operation could not be noted");
    });
  }
}
