/** A caller with many foreign names makes the gateway look at its interfaces this often at most. */
const keptForMs = 5_000;

/** Keeps the machine's names and addresses for a moment: they change while it runs. */
export class OwnNames {
  readonly #read: () => readonly string[];
  readonly #monotonicMs: () => number;
  #names: ReadonlySet<string> = new Set();
  #readAtMs = Number.NEGATIVE_INFINITY;

  constructor(read: () => readonly string[], monotonicMs = () => performance.now()) {
    this.#read = read;
    this.#monotonicMs = monotonicMs;
  }

  has(name: string): boolean {
    const nowMs = this.#monotonicMs();
    if (nowMs - this.#readAtMs >= keptForMs) {
      this.#names = new Set(this.#read());
      this.#readAtMs = nowMs;
    }
    return this.#names.has(name);
  }
}
