/** Limit of deferred items; when it is reached, all of them run in sequence. */
const maxHeld = 64;
/** Locks repeat what is not acknowledged within a second or more; a disk may take longer. */
const maxHeldMs = 50;

/**
 * Who opened the door is told first: a report of the new state and the lock's acknowledgement come in the
 * same breath, and working on them would take the processor from the event that is on its way to the
 * disk and to the cloud. They wait until it has gone, in their order.
 */
export class DeferredWork {
  readonly #settled: () => Promise<void>;
  #held: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** Counts the events, so that the end of an earlier one does not flush. */
  #turn = 0;
  #isTaken = false;

  /** @param settled resolves, or rejects, when what was passed on before is finished */
  constructor(settled: () => Promise<void>) {
    this.#settled = settled;
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
    this.#settled().then(end, end);
    this.#timer = setTimeout(() => this.#end(turn), maxHeldMs);
  }

  /** Runs it now, or when what runs first has been stored. */
  runAfter(run: () => void): void {
    if (this.#held.length >= maxHeld) this.flush();
    if (this.#isTaken) this.#held.push(run);
    else run();
  }

  /** Runs all deferred work in sequence. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#isTaken = false;
    const held = this.#held;
    this.#held = [];
    for (const run of held) run();
  }

  #end(turn: number): void {
    if (turn === this.#turn && this.#isTaken) this.flush();
  }
}
