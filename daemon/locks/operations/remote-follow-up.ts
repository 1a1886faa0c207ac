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

/** Least time between two reads of the state of a lock that did not answer. */
const readAgainMs = 5_000;

interface Wait {
  readonly cancel: () => void;
  /** When the last read failed, in monotonic ms; null = it did not. */
  readonly failedMs: number | null;
}

/**
 * Follows a remote lock or unlock until the lock shows its new state: an acknowledgement proves nothing about
 * the bolt. Without an event or a report the state is read after 3 s, after 10 s if the bolt has not moved,
 * and with the next frames of a lock that did not answer. The limit is 2 min.
 */
export class RemoteFollowUp {
  readonly #ports: LockPorts;
  /** Reads the lock's state and takes it in; resolves to whether the lock answered. */
  readonly #readState: (lock: LockId) => Promise<boolean>;
  /** Waits for the event of an opening, and stores the opening if none comes. */
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

  /** Stores that the operation is sent now. After a crash the state is read at the start. */
  note(lock: LockId, action: RemoteOperation["action"]): void {
    this.#cancel(lock);
    const sentAtMs = this.#ports.reading().nowMs;
    const wasPending = this.#isOpeningPending(lock);
    this.#write(lock, (record) => remoteSentEffects(record, { action, sentAtMs }));
    if (!wasPending && this.#isOpeningPending(lock)) this.#awaitOpening(lock);
  }

  /** The lock accepted the operation; its bolt has not shown it yet. */
  accept(lock: LockId): void {
    this.#write(lock, (record) => ({ lock: withRemoteAccepted(record) }));
  }

  /** The lock refused the operation, or it was never sent. */
  drop(lock: LockId): void {
    this.#write(lock, (record) => ({ lock: withoutRemote(record) }));
  }

  /** The lock may have carried the operation out: it accepted it or did not answer. */
  follow(lock: LockId): void {
    if (this.#pending(lock) !== null) this.#readAfter(lock, remoteReadDelayMs, null);
  }

  /** The lock sent a frame. */
  frameReceived(lock: LockId): void {
    const failedMs = this.#waits.get(lock)?.failedMs ?? null;
    if (failedMs === null || this.#ports.monotonicMs() - failedMs < readAgainMs) return;
    this.#cancel(lock);
    void this.#readNow(lock);
  }

  #readAfter(lock: LockId, delayMs: number, failedMs: number | null): void {
    this.#cancel(lock);
    if (this.#isStopped) return;
    const cancel = this.#ports.timers.after(delayMs, () => {
      this.#waits.delete(lock);
      void this.#readNow(lock);
    });
    this.#waits.set(lock, { cancel, failedMs });
  }

  async #readNow(lock: LockId): Promise<void> {
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
    // A lock that does not show its state is not read again; its own event still counts.
    const isOver = hasAnswered && ageMs >= remoteMoveLimitMs;
    const nextMs = hasAnswered && !isOver ? remoteMoveLimitMs : remoteExpiryMs + 1;
    this.#readAfter(
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
      this.#ports.log.warn({ lock, cause }, "failed to store a remote operation");
    });
  }
}
