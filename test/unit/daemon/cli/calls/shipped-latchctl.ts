import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "node:test";
import { fileURLToPath } from "node:url";
import { commands } from "../../../../../daemon/commands/table.ts";
import { type RunningApi, runApi } from "../../../../support/rest/running-api.ts";
import { CommandRoom } from "../../../../support/rigs/command-room.ts";
import { within } from "../../../../support/within.ts";

const shipped = fileURLToPath(new URL("../../../../../daemon/cli/main.js", import.meta.url));

let folder: string;
let socket: string;

/** The room and the API of the test that runs: both are made before each test. */
export let room: CommandRoom;
export let running: RunningApi;
const children = new Set<ChildProcess>();

/** latchctl as it is shipped, as a process of its own. */
export class Run {
  readonly #child: ChildProcess;
  readonly ended: Promise<number | null>;
  text = "";

  private constructor(command: string, args: readonly string[]) {
    this.#child = spawn(command, args, { env: { ...process.env, LATCHD_SOCKET: socket } });
    children.add(this.#child);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.text += chunk.toString();
      });
    }
    this.ended = new Promise((resolve) => {
      this.#child.once("close", (code) => {
        children.delete(this.#child);
        resolve(code);
      });
    });
  }

  /** Its output and input are pipes: nobody can be asked. */
  static inPipe(...args: string[]): Run {
    const run = new Run(process.execPath, [shipped, ...args]);
    run.#child.stdin?.end();
    return run;
  }

  /** On a pseudo terminal of its own. */
  static onTerminal(...args: string[]): Run {
    const line = [process.execPath, shipped, ...args].map((word) => `'${word}'`).join(" ");
    return new Run("script", ["-qefc", line, "/dev/null"]);
  }

  type(text: string): void {
    this.#child.stdin?.write(text);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** The reader of its output goes away. */
  closeOutput(): void {
    this.#child.stdout?.destroy();
  }

  shows(text: string): Promise<void> {
    return until(`latchctl to show "${text}"`, () => this.text.includes(text));
  }
}

/** Waits until something is so. */
export function until(what: string, isSo: () => boolean): Promise<void> {
  return within(60_000, what, async () => {
    while (!isSo()) await new Promise((done) => setTimeout(done, 10));
  });
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "latchctl-"));
  socket = join(folder, "latchd.sock");
  room = await CommandRoom.open();
  running = await runApi(room.store, { socket, port: false, commands, executor: room.executor });
  await room.addLock();
});

afterEach(async () => {
  for (const child of children) child.kill("SIGKILL");
  await running.api.close();
  await room.close();
  rmSync(folder, { recursive: true });
  assert.deepEqual(room.faults, []);
});
