import type { LockId } from "../../../../daemon/core/model/door-lock.ts";
import type { OperationArgs, OperationName } from "../../../../daemon/core/model/operation.ts";
import type { LockDriver, Outcome } from "../../../../drivers/lock-driver.ts";
import type { Life } from "../life/life.ts";

export type OperationOptions = Parameters<LockDriver["perform"]>[2];

type UnreachableCause = Extract<Outcome, { kind: "unreachable" }>["cause"];

/** The part of an operation that the queue needs, the same for every kind of operation. */
export interface QueuedOperation {
  readonly lock: LockId;
  readonly isOver: boolean;
  /** Sends the operation; the queue calls this when its turn has come. */
  run(): void;
  /** Ends the operation as unreachable, so that its lock is free for the next one. */
  end(cause: UnreachableCause): void;
}

interface Parts<K extends OperationName> {
  readonly lock: LockId;
  readonly args: { readonly name: K } & OperationArgs[K];
  readonly options: OperationOptions;
  readonly life: Life;
  /** Sends the operation, when its turn has come. */
  readonly send: (operation: FieldOperation<K>) => void;
  readonly resolve: (outcome: Outcome<K>) => void;
  /** Called when the lock is free for the next operation. */
  readonly onReleased: (operation: QueuedOperation) => void;
}

/**
 * One operation from its call to its outcome. It ends no later than its deadline, and its lock is then free
 * for the next one. A caller that aborts it gets its outcome at once, but the lock stays busy with it until it
 * answers or the deadline comes, as in zigbee-herdsman.
 */
export class FieldOperation<K extends OperationName> implements QueuedOperation {
  readonly args: { readonly name: K } & OperationArgs[K];
  readonly #parts: Parts<K>;
  readonly #cancelDeadline: () => void;
  #wasSent = false;
  #isStickToBlame = false;
  #isOver = false;
  #isReleased = false;

  constructor(parts: Parts<K>) {
    this.#parts = parts;
    this.args = parts.args;
    const { options, life } = parts;
    this.#cancelDeadline = life.after(options.deadlineMs, () =>
      this.end(this.#isStickToBlame ? "stickOffline" : "timeout"),
    );
    options.signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  get lock(): LockId {
    return this.#parts.lock;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  run(): void {
    this.#parts.send(this);
  }

  /** Records that its frame was sent. @param sequence the ZCL transaction sequence number */
  sent(sequence: number): void {
    this.#wasSent = true;
    this.#parts.options.onSent?.(sequence);
  }

  get deadlineMs(): number {
    return this.#parts.options.deadlineMs;
  }

  /**
   * Records that the stick has failed the frame and the driver noticed, so that the lock is not blamed at the deadline.
   */
  blameStick(): void {
    this.#isStickToBlame = true;
  }

  end(cause: UnreachableCause): void {
    this.finish({ kind: "unreachable", cause, wasSent: this.#wasSent });
  }

  /** Called when the lock has answered, or when no answer can come any more. */
  finish(outcome: Outcome<K>): void {
    this.#settle(outcome);
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#cancelDeadline();
    this.#parts.onReleased(this);
  }

  readonly #onAbort = (): void => {
    const outcome = { kind: "unreachable", cause: "aborted", wasSent: this.#wasSent } as const;
    // An operation that has not been sent yet is never sent, and does not keep its lock busy.
    if (this.#wasSent) this.#settle(outcome);
    else this.finish(outcome);
  };

  #settle(outcome: Outcome<K>): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#parts.options.signal?.removeEventListener("abort", this.#onAbort);
    this.#parts.resolve(outcome);
  }
}

/** Sends operations one after the other for each lock, as zigbee-herdsman does. */
export class OperationQueues {
  readonly #queues = new Map<LockId, QueuedOperation[]>();
  readonly #life: Life;

  constructor(life: Life) {
    this.#life = life;
  }

  /** Runs the operation now, or after the operations that are already queued for its lock. */
  add(operation: QueuedOperation): void {
    const queue = this.#queues.get(operation.lock);
    if (queue === undefined) {
      this.#queues.set(operation.lock, [operation]);
      operation.run();
    } else queue.push(operation);
  }

  /** Takes an operation out. If it was the first, the next one runs once its caller has its outcome. */
  release(operation: QueuedOperation): void {
    const queue = this.#queues.get(operation.lock) ?? [];
    const isFirst = queue[0] === operation;
    const rest = queue.filter((other) => other !== operation);
    if (rest.length === 0) this.#queues.delete(operation.lock);
    else this.#queues.set(operation.lock, rest);
    const [next] = rest;
    if (!isFirst || next === undefined) return;
    this.#life.after(0, () => {
      if (!next.isOver) next.run();
    });
  }

  /** Ends the operations of one lock, or of all. */
  end(cause: UnreachableCause, lock?: LockId): void {
    const queues = lock === undefined ? [...this.#queues.values()] : [this.#queues.get(lock) ?? []];
    // End the last ones first, so that none of them runs when the one before it ends.
    for (const queue of queues) for (const operation of [...queue].reverse()) operation.end(cause);
  }
}
