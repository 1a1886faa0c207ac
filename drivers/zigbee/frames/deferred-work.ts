/** Limit of deferred items; when it is reached, all of them run in sequence. */
const maxDeferred = 64;
/** Longest delay: a lock repeats a frame that is not acknowledged after a second or more. */
const maxDelayMs = 50;

/**
 * Defers work behind an event that says who opened the door. A report of the new state and the lock's
 * acknowledgement follow at once, and would take the processor from the event that is on its way to the disk
 * and
 * to the cloud. They run in sequence when the event has been stored.
 */
export class DeferredWork {
  readonly #stored: () => Promise<void>;
  #deferred: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** Counts the events, so that the end of an earlier one does not flush. */
  #turn = 0;
  #isTaken = false;

  /** @param stored resolves, or rejects, when what was passed on before is finished */
  constructor(stored: () => Promise<void>) {
    this.#stored = stored;
  }

  /** Runs it now, after all deferred work. What follows is deferred until this is stored. */
  runFirst(run: () => void): void {
    this.flush();
    run();
    this.#isTaken = true;
    this.#turn += 1;
    const turn = this.#turn;
    // One turn of the loop later: whoever waits for the end runs in the turn of the end itself.
    const end = () => setImmediate(() => this.#end(turn));
    this.#stored().then(end, end);
    this.#timer = setTimeout(() => this.#end(turn), maxDelayMs);
  }

  /** Runs it now, or when what runs first has been stored. */
  runAfter(run: () => void): void {
    if (this.#deferred.length >= maxDeferred) this.flush();
    if (this.#isTaken) this.#deferred.push(run);
    else run();
  }

  /** Runs all deferred work in sequence. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#isTaken = false;
    const deferred = this.#deferred;
    this.#deferred = [];
    for (const run of deferred) run();
  }

  #end(turn: number): void {
    if (turn === this.#turn && this.#isTaken) this.flush();
  }
}
