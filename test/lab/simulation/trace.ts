import type { VirtualTime } from "./virtual-time.ts";

const oddMultiplier = 7_919;

/** Everything that happens, as lines with their time, and one number that two runs of a seed must share. */
export class Trace {
  readonly #time: VirtualTime;
  readonly #print: (line: string) => void;
  #fold = 0;

  constructor(time: VirtualTime, print: (line: string) => void) {
    this.#time = time;
    this.#print = print;
  }

  note(line: string): void {
    this.#print(`${new Date(this.#time.nowMs).toISOString()} ${line}`);
    let fold = this.#fold ^ this.#time.nowMs;
    for (let at = 0; at < line.length; at += 1) {
      fold = (Math.imul(fold, oddMultiplier) + line.charCodeAt(at)) | 0;
    }
    this.#fold = fold;
  }

  get digest(): string {
    return (this.#fold >>> 0).toString(16).padStart(8, "0");
  }
}
