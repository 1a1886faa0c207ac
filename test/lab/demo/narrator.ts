/** Tells the story as it happens, in plain words with times. */
export class Narrator {
  readonly #startMs = performance.now();
  readonly #hasColour = process.stdout.isTTY === true;
  readonly failures: string[] = [];
  #observed = 0;

  /** How many things were really seen. */
  get observed(): number {
    return this.#observed;
  }

  get secondsSoFar(): number {
    return (performance.now() - this.#startMs) / 1000;
  }

  /** A new part of the story. */
  chapter(title: string): void {
    console.log(`\n${this.#paint(1, title)}`);
  }

  /** What somebody does now. */
  does(text: string): void {
    this.#line(" ", text);
  }

  /** Something that was looked at and is so. */
  sees(text: string): void {
    this.#observed += 1;
    this.#line(this.#paint(32, "✓"), text);
  }

  /** Something that was looked at and is not so. */
  misses(text: string): void {
    this.failures.push(text);
    this.#line(this.#paint(31, "✗"), text);
  }

  /** Looks at `isSo`: `text` is seen, or missed. */
  check(isSo: boolean, text: string, instead = ""): void {
    if (isSo) this.sees(text);
    else this.misses(instead === "" ? text : `${text}: ${instead}`);
  }

  say(text: string): void {
    console.log(text);
  }

  #line(mark: string, text: string): void {
    const clock = new Date().toISOString().slice(11, 23);
    const since = `${this.secondsSoFar.toFixed(1).padStart(6)} s`;
    console.log(`${this.#paint(2, `${clock} ${since}`)} ${mark} ${text}`);
  }

  #paint(code: number, text: string): string {
    return this.#hasColour ? `\u001b[${code}m${text}\u001b[0m` : text;
  }
}
