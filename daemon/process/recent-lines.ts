/** Limits of the lines that are kept for a support bundle. */
const maxLines = 300;
const maxCharacters = 128 * 1024;

/** Keeps the newest lines of the log in memory. */
export class RecentLines {
  #lines: string[] = [];
  #characters = 0;

  note(line: string): void {
    const text = line.trimEnd();
    if (text.length > maxCharacters) return;
    this.#lines.push(text);
    this.#characters += text.length;
    while (this.#lines.length > maxLines || this.#characters > maxCharacters) {
      this.#characters -= this.#lines.shift()?.length ?? 0;
    }
  }

  /** Returns the lines as JSON, the oldest first. */
  get lines(): readonly string[] {
    return this.#lines;
  }
}
