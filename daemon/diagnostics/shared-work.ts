/** Work that several callers may want at a time: it is done once, and ends when none of them waits any more. */
export class SharedWork<T> {
  readonly #begin: (signal: AbortSignal) => Promise<T>;
  #running: {
    readonly result: Promise<T>;
    readonly over: AbortController;
    waiting: number;
  } | null = null;

  /** @param begin ends early when its signal is aborted, with what it has */
  constructor(begin: (signal: AbortSignal) => Promise<T>) {
    this.#begin = begin;
  }

  /** @param signal aborted when this caller went away; absent = it stays */
  run(signal?: AbortSignal): Promise<T> {
    this.#running ??= this.#start();
    const running = this.#running;
    running.waiting += 1;
    const leave = (): void => {
      running.waiting -= 1;
      if (running.waiting > 0) return;
      running.over.abort();
      // A caller who comes now starts new work.
      if (this.#running === running) this.#running = null;
    };
    if (signal?.aborted === true) leave();
    else signal?.addEventListener("abort", leave, { once: true });
    return running.result.finally(() => signal?.removeEventListener("abort", leave));
  }

  #start() {
    const over = new AbortController();
    const running = { over, waiting: 0, result: this.#begin(over.signal) };
    running.result = running.result.finally(() => {
      if (this.#running === running) this.#running = null;
    });
    return running;
  }
}
