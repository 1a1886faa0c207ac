import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { within } from "../within.ts";

const latchctl = fileURLToPath(new URL("../../../daemon/cli/main.js", import.meta.url));

/** Terminal sequences that latchctl and readline write. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal's sequences begin with ESC
const sequences = /\u001b\[[0-9;?]*[A-Za-z]/g;

/** latchctl on a pseudo terminal of 80 columns and 24 lines, made by script(1). */
export class PseudoTerminal {
  readonly #child: ChildProcess;
  readonly ended: Promise<number | null>;
  #text = "";
  #shown = 0;

  constructor(socket: string, ...args: readonly string[]) {
    const words = [process.execPath, latchctl, "--socket", socket, ...args];
    const line = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
    this.#child = spawn("script", ["-qefc", `stty rows 24 cols 80; exec ${line}`, "/dev/null"]);
    this.#child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      this.#text += chunk;
    });
    this.ended = new Promise((resolve) => this.#child.once("close", resolve));
  }

  /** What was shown, without sequences, in lines as they were written. */
  get lines(): readonly string[] {
    return this.text.split(/[\r\n]+/);
  }

  get text(): string {
    return this.#text.replaceAll(sequences, "");
  }

  /** Waits until the text is shown after the last one that was waited for. */
  async shows(words: string): Promise<void> {
    await within(60_000, `"${words}" after ${this.text.slice(-300)}`, async () => {
      while (this.text.indexOf(words, this.#shown) < 0) {
        await new Promise((done) => setTimeout(done, 20));
      }
    });
    this.#shown = this.text.indexOf(words, this.#shown) + words.length;
  }

  /** Types a line once the question is shown. */
  async answer(question: string, line: string): Promise<void> {
    await this.shows(question);
    this.#child.stdin?.write(`${line}\r`);
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }
}
