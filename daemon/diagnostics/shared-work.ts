/** Work that several callers share: it runs once at a time, and is aborted when no caller waits any more. */
export class SharedWork<T> {
  readonly #begin: (signal: AbortSignal) => Promise<T>;
  #running: {
    readonly result: Promise<T>;
    readonly over: AbortController;
    waiting: number;
  } | null = null;

  /** @param begin resolves early with what it has when its signal is aborted */
  constructor(begin: (signal: AbortSignal) => Promise<T>) {
    this.#begin = begin;
  }

  /** @param signal aborted when this caller went away; absent = it waits to the end */
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
