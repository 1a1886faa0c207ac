/** Tells the story as it happens, in plain words with times. */
export class Narrator {
  readonly #startMs = performance.now();
  readonly #hasColour = process.stdout.isTTY === true;
  readonly failures: string[] = [];
  readonly #isTerminal = process.stdout.isTTY === true;
  readonly #heartbeat: NodeJS.Timeout;
  #observed = 0;
  #awaited = "working";
  #quietSinceMs = performance.now();
  #isStatusShown = false;
  #toldSeconds = 0;

  constructor() {
    this.#heartbeat = setInterval(() => this.#beat(), 500);
    this.#heartbeat.unref();
  }

  /** The number of checks that passed. */
  get observed(): number {
    return this.#observed;
  }

  get secondsSoFar(): number {
    return (performance.now() - this.#startMs) / 1000;
  }

  /** Prints the title of a new part of the story. */
  chapter(title: string): void {
    this.#print(`\n${this.#paint(1, title)}`);
  }

  /** Says what the story waits for, where it is quiet for longer than a moment. */
  waitsFor(text: string): void {
    this.#awaited = text;
  }

  /** Ends the signs of life. */
  close(): void {
    clearInterval(this.#heartbeat);
    this.#removeStatus();
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
    this.#print(text);
  }

  #line(mark: string, text: string): void {
    const clock = localClock(new Date());
    const since = `${this.secondsSoFar.toFixed(1).padStart(5)} s`;
    this.#print(`${this.#paint(2, `${clock} ${since}`)} ${mark} ${text}`);
  }

  #print(text: string): void {
    this.#removeStatus();
    console.log(text);
    this.#quietSinceMs = performance.now();
    this.#toldSeconds = 0;
  }

  /** A sign of life: on a terminal in one line that stays, else as a line now and then. */
  #beat(): void {
    const seconds = Math.floor((performance.now() - this.#quietSinceMs) / 1000);
    if (seconds < 1) return;
    const text = `   … ${this.#awaited} (${seconds} s)`;
    if (this.#isTerminal) {
      process.stdout.write(`\r\u001b[K${this.#paint(2, text.slice(0, statusColumns))}`);
      this.#isStatusShown = true;
    } else if (seconds - this.#toldSeconds >= silenceLimitS) {
      this.#toldSeconds = seconds;
      console.log(text);
    }
  }

  #removeStatus(): void {
    if (this.#isStatusShown) process.stdout.write("\r\u001b[K");
    this.#isStatusShown = false;
  }

  #paint(code: number, text: string): string {
    return this.#hasColour ? `\u001b[${code}m${text}\u001b[0m` : text;
  }
}

/** A longer status would wrap, and could not be removed. */
const statusColumns = 78;
/** Without a terminal a silence lasts at most this long, s. */
const silenceLimitS = 4;

/** Returns the time of this machine's clock, as the person has it. */
function localClock(at: Date): string {
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}
