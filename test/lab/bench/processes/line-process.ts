import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { within } from "../../../support/within.ts";
import type { Fields } from "./line-service.ts";

const answerLimitMs = 120_000;

type Child = ChildProcessByStdio<Writable, Readable, null>;

/** A child process of the bench that speaks in lines of JSON. */
export class LineProcess {
  readonly #child: Child;
  readonly #answers = new Map<number, (fields: Fields) => void>();
  readonly #watchers = new Set<(fields: Fields) => void>();
  #asked = 0;
  #rest = "";

  private constructor(child: Child) {
    this.#child = child;
    child.stdout.setEncoding("utf8").on("data", (text: string) => this.#take(text));
  }

  /**
   * @param script file in this folder, without its ending.
   * @param flags of Node
   */
  static start(
    script: string,
    args: readonly string[],
    flags: readonly string[] = [],
  ): LineProcess {
    const file = fileURLToPath(new URL(`./${script}.js`, import.meta.url));
    const child = spawn(process.execPath, [...flags, file, ...args], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    return new LineProcess(child);
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error("a process of the bench could not be started");
    return pid;
  }

  /** @throws (rejects) with the child's own words when it could not do it. */
  async ask(call: string, fields: Fields = {}): Promise<Fields> {
    const ask = this.#asked;
    this.#asked += 1;
    const answered = new Promise<Fields>((resolve) => this.#answers.set(ask, resolve));
    this.#child.stdin.write(`${JSON.stringify({ ...fields, call, ask })}\n`);
    const answer = await within(answerLimitMs, `the answer to ${call}`, () => answered);
    if (typeof answer["fault"] === "string") throw new Error(`${call}: ${answer["fault"]}`);
    return answer;
  }

  /** Waits for the next line of the child that `isIt` accepts; start to wait before you cause it. */
  next(what: string, isIt: (fields: Fields) => boolean): Promise<Fields> {
    return within(answerLimitMs, what, () => {
      return new Promise((resolve) => {
        const watcher = (fields: Fields) => {
          if (!isIt(fields)) return;
          this.#watchers.delete(watcher);
          resolve(fields);
        };
        this.#watchers.add(watcher);
      });
    });
  }

  /** Ends the process after it has finished its current work. */
  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, "exit");
    this.#child.stdin.end();
    await within(answerLimitMs, "a process of the bench to end", () => exited);
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      const fields: Fields = JSON.parse(line);
      const { ask } = fields;
      if (typeof ask === "number") {
        this.#answers.get(ask)?.(fields);
        this.#answers.delete(ask);
      } else {
        for (const watcher of [...this.#watchers]) watcher(fields);
      }
    }
  }
}

/** Returns a number in a child's line. @throws Error if there is none */
export function numberIn(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== "number") throw new Error(`${name} is not a number`);
  return value;
}
