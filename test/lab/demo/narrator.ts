/** Tells the story as it happens, in plain words with times. */
export class Narrator {
  readonly #startMs = performance.now();
  readonly #hasColour = process.stdout.isTTY === true;
  readonly failures: string[] = [];
  #observed = 0;

  /** The number of checks that passed. */
  get observed(): number {
    return this.#observed;
  }

  get secondsSoFar(): number {
    return (performance.now() - this.#startMs) / 1000;
  }

  /** Prints the title of a new part of the story. */
  chapter(title: string): void {
    console.log(`\n${this.#paint(1, title)}`);
  }

  /** Prints what somebody does now. */
  does(text: string): void {
    this.#line(" ", text);
  }

  /** Prints a check that passed. */
  sees(text: string): void {
    this.#observed += 1;
    this.#line(this.#paint(32, "✓"), text);
  }

  /** Prints a check that failed. */
  misses(text: string): void {
    this.failures.push(text);
    this.#line(this.#paint(31, "✗"), text);
  }

  /** Prints `text` as a check that passed or failed, depending on `isSo`. */
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
