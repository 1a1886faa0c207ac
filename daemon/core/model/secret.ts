/**
 * A text that must never be seen by accident: a PIN code, a token, a key.
 * Whatever prints it (template strings, JSON, a logger, the inspector) gets `[secret]`.
 * Only {@link Secret.reveal} gives the text; call it where the text leaves for its one rightful place.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself. Keep the result out of variables that live long. */
  reveal(): string {
    return this.#text;
  }

  get length(): number {
    return this.#text.length;
  }

  equals(other: Secret): boolean {
    return this.#text === other.#text;
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "[secret]";
  }
}

/** The digits typed at a lock's keypad. Always a string of digits: `"0012"` keeps its zeros. */
export class PinCode extends Secret {
  static readonly #digits = /^[0-9]+$/;

  /** @returns the code, or null when `text` is not digits only. */
  static parse(text: string): PinCode | null {
    return PinCode.#digits.test(text) ? new PinCode(text) : null;
  }
}
