import type { LockId } from "../core/model/door-lock.ts";
import type { LockPorts } from "./lock-ports.ts";
import { LockWaker } from "./lock-waker.ts";
import { Reconciler } from "./reconciler.ts";

/** The reconciler of each lock, made when it is first needed, and the waker that reaches them. */
export class Reconcilers {
  readonly waker: LockWaker;
  readonly #ports: LockPorts;
  readonly #byLock = new Map<LockId, Reconciler>();

  constructor(ports: LockPorts) {
    this.#ports = ports;
    this.waker = new LockWaker(
      ports.timers,
      () => ports.reading().nowMs,
      (lock) => this.of(lock).wake(),
    );
  }

  of(lock: LockId): Reconciler {
    let reconciler = this.#byLock.get(lock);
    if (reconciler === undefined) {
      reconciler = new Reconciler(lock, this.#ports, this);
      this.#byLock.set(lock, reconciler);
    }
    return reconciler;
  }

  /** Returns undefined if nothing was planned or performed for the lock yet. */
  find(lock: LockId): Reconciler | undefined {
    return this.#byLock.get(lock);
  }

  /** Runs `work` in a turn of the lock's radio, after everything that takes access away. */
  useRadio<T>(lock: LockId, work: () => Promise<T>): Promise<T> {
    return this.of(lock).radio.use(work);
  }

  /** Plans nothing more for a lock that is being removed; its radio can still be used. */
  stopPlanning(lock: LockId): void {
    this.of(lock).stop();
    this.waker.wakeAt(lock, null);
  }

  forget(lock: LockId): void {
    this.#byLock.delete(lock);
  }

  /** Returns how many locks have just sent a frame. */
  listening(): number {
    let count = 0;
    for (const reconciler of this.#byLock.values()) if (reconciler.isAwake()) count += 1;
    return count;
  }

  /** Returns by how much planning is late, ms: a timer that does not fire, or a lock without progress. */
  lateMs(): number {
    let lateMs = this.waker.lateMs();
    for (const reconciler of this.#byLock.values()) lateMs = Math.max(lateMs, reconciler.stuckMs());
    return lateMs;
  }

  stop(): void {
    this.waker.stop();
    for (const reconciler of this.#byLock.values()) reconciler.stop();
  }
}
