/**
 * A text that must never appear by accident: a PIN code, a token, a key.
 * Template strings, JSON, loggers and the inspector print `[secret]`.
 * Only {@link Secret.reveal} returns the text; call it only where the text is used.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** Returns the text. Keep the result only in short-lived variables. */
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

/** The digits that a person types at a lock's keypad. It is a string of digits: `"0012"` keeps its zeros. */
export class PinCode extends Secret {
  static readonly #digits = /^[0-9]+$/;

  /** @returns the code, or null when `text` is not digits only. */
  static parse(text: string): PinCode | null {
    return PinCode.#digits.test(text) ? new PinCode(text) : null;
  }
}
