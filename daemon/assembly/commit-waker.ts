import type { LockId } from "../core/model/door-lock.ts";
import type { LockWaker } from "../locks/lock-waker.ts";
import type { LockRemovals } from "./lock-removals.ts";

/** What the commit of a command wakes: the plan of the lock, and the removal of locks of deleted homes. */
export class CommitWaker {
  readonly #waker: LockWaker;
  readonly #removals: LockRemovals;

  constructor(waker: LockWaker, removals: LockRemovals) {
    this.#waker = waker;
    this.#removals = removals;
  }

  /** @param lock a lock whose desired state the command changed */
  wake(lock: LockId): void {
    this.#removals.check();
    this.#waker.wake(lock);
  }
}
