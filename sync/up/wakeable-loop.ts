/** Runs its work one at a time, and once more if it was woken during a run. */
export class WakeableLoop {
  readonly #work: () => Promise<void>;
  readonly #onFailure: (error: unknown) => void;
  #isRunning = false;
  #isWoken = false;

  constructor(work: () => Promise<void>, onFailure: (error: unknown) => void) {
    this.#work = work;
    this.#onFailure = onFailure;
  }

  wake(): void {
    this.#isWoken = true;
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      while (this.#isWoken) {
        this.#isWoken = false;
        await this.#work();
      }
    } catch (error) {
      this.#onFailure(error);
    } finally {
      this.#isRunning = false;
    }
  }
}
