/** What decides about a message's place in the queue. */
export interface Precedence {
  /** The lock that it names by its address; null = it may concern any lock. */
  readonly lock: string | null;
  /** Earlier messages that it does not wait for. Those that may concern its own lock keep their sequence. */
  readonly overtakes: "none" | "otherLocks" | "all";
}

export interface MessageQueuePorts {
  /**
   * Resolves when what is not urgent may be handled: not before what was decided earlier is on its way. It must
   * resolve within a limit.
   */
  whenMayRun(): Promise<void>;
}

interface Waiting extends Precedence {
  readonly run: () => Promise<void>;
  readonly settle: (outcome: Promise<void>) => void;
}

/**
 * Handles messages one at a time. An urgent message does not wait for those about other locks, however many came
 * before it. Its length is limited by the link, which reads no more messages then.
 */
export class MessageQueue {
  readonly #ports: MessageQueuePorts;
  #waiting: Waiting[] = [];
  #urgent = 0;
  #isRunning = false;
  /** Ends the wait for {@link MessageQueuePorts.whenMayRun} because an urgent message has come. */
  #interrupt: () => void = () => {};
  #idle: (() => void)[] = [];

  constructor(ports: MessageQueuePorts) {
    this.#ports = ports;
  }

  /** @returns the outcome of `run`, when it was this message's turn */
  add(precedence: Precedence, run: () => Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ ...precedence, run, settle: resolve });
      if (isUrgent(precedence)) {
        this.#urgent += 1;
        this.#interrupt();
      }
      if (!this.#isRunning) void this.#run();
    });
  }

  /** Resolves when no message waits and none is being handled. */
  async idle(): Promise<void> {
    if (this.#isRunning) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0) {
      if (this.#urgent === 0) await this.#mayRun();
      const next = this.#take();
      if (next === undefined) continue;
      const outcome = next.run();
      next.settle(outcome);
      // A failure belongs to the caller of the message, who withdraws the messages behind it in this turn.
      await outcome.catch(() => new Promise(setImmediate));
    }
    this.#isRunning = false;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #mayRun(): Promise<void> {
    const interrupted = new Promise<void>((resolve) => {
      this.#interrupt = resolve;
    });
    return Promise.race([this.#ports.whenMayRun(), interrupted]);
  }

  #take(): Waiting | undefined {
    const urgent = this.#urgent === 0 ? undefined : this.#waiting.find(isUrgent);
    const at = urgent === undefined ? 0 : this.#firstOf(urgent);
    const [next] = this.#waiting.splice(at, 1);
    if (next !== undefined && isUrgent(next)) this.#urgent -= 1;
    return next;
  }

  /** Returns the index of the first message that must be handled for this one to be next. */
  #firstOf(urgent: Waiting): number {
    if (urgent.overtakes === "all") return this.#waiting.indexOf(urgent);
    return this.#waiting.findIndex(({ lock }) => lock === null || lock === urgent.lock);
  }
}

function isUrgent({ overtakes }: Precedence): boolean {
  return overtakes !== "none";
}
