import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { request } from "node:http";
import { fileURLToPath } from "node:url";
import { nodeFlags } from "../runner/node-flags.ts";
import { within } from "../within.ts";

const mainFile = fileURLToPath(new URL("../../../daemon/main.js", import.meta.url));
const machineClocksFile = new URL("./machine-clocks.js", import.meta.url).href;
const shortIntervalsFile = new URL("../examples/short-intervals.js", import.meta.url).href;
/** The tests' own variables have the prefix of the daemon's, which refuses those it does not know. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith("LATCHD_")),
);
const startLimitMs = 60_000;
/** The number of log lines that are kept; the oldest go first. */
const maxLines = 20_000;

/** The clocks of a daemon's machine. */
export interface MachineClocks {
  /** How far the machine's clock is ahead of this one's, ms; absent = not at all. */
  readonly clockAheadMs?: number;
  /** The start of the machine, and for how long it has been up, ms; absent = as this machine. */
  readonly boot?: { readonly id: string; readonly uptimeMs: number };
}

export interface DaemonOptions {
  /** The daemon's configuration, as its YAML has it. */
  readonly config: object;
  /** File in which the configuration is written. */
  readonly configFile: string;
  /** Absent = this machine's. */
  readonly machine?: MachineClocks;
  /** The longest interval of what the daemon does again and again, ms; absent = as it is. */
  readonly longestIntervalMs?: number;
}

/** The real daemon as a process of its own; can be killed and started again on the same data. */
export class DaemonProcess {
  readonly #options: DaemonOptions;
  readonly logLines: string[] = [];
  #child: ChildProcess | null = null;

  constructor(options: DaemonOptions) {
    this.#options = options;
    writeFileSync(options.configFile, JSON.stringify(options.config));
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts it and waits for its `ready`. @throws with its last words when it ends instead. */
  async start(): Promise<void> {
    const { configFile, machine, longestIntervalMs } = this.#options;
    const preloads = [
      ...(machine === undefined ? [] : [machineClocksFile]),
      ...(longestIntervalMs === undefined ? [] : [shortIntervalsFile]),
    ].map((file) => `--import=${file}`);
    const args = [...nodeFlags(), ...preloads, mainFile, "--config", configFile];
    const child = spawn(process.execPath, args, {
      env: {
        ...env,
        ...clockVariables(machine),
        LONGEST_INTERVAL_MS: String(longestIntervalMs ?? 0),
      },
      stdio: ["ignore", "pipe", "pipe", ...(machine === undefined ? [] : ["ipc" as const])],
    });
    this.#child = child;
    let isReady = false;
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      // Old lines are dropped, so a later search among the lines could miss it.
      const lines = this.#keep(text);
      isReady ||= lines.some((line) => line.includes('"msg":"ready"'));
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => this.#keep(text));
    await within(startLimitMs, "the daemon to be ready", async () => {
      while (!isReady) {
        if (child.exitCode !== null || child.signalCode !== null) {
          throw new Error(`the daemon ended with ${child.exitCode}: ${this.logLines.at(-1) ?? ""}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    });
  }

  /**
   * Lets the time of its machine skip, as for a process that was stopped meanwhile, or sets the machine's clock. What
   * the daemon repeats is done once. Only for a daemon with {@link DaemonOptions.machine}.
   */
  async moveClocks(move: {
    readonly skipMs?: number;
    readonly clockAheadMs?: number;
  }): Promise<void> {
    const child = this.#child;
    if (child === null) throw new Error("the daemon does not run");
    const moved = once(child, "message");
    child.send(move);
    await within(20_000, "the daemon's clocks to be moved", () => moved);
  }

  /** Stops the process where it is, until {@link resume}. */
  pause(): void {
    this.#child?.kill("SIGSTOP");
  }

  resume(): void {
    this.#child?.kill("SIGCONT");
  }

  /** SIGKILL: no farewell of any kind. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** SIGTERM. @returns its exit code. */
  async stop(): Promise<number | null> {
    return await this.#end("SIGTERM");
  }

  /** Waits until it has ended by itself. @returns its exit code. */
  async ended(limitMs: number): Promise<number | null> {
    const child = this.#child;
    if (child === null) return null;
    await within(limitMs, "the daemon to end by itself", async () => {
      while (child.exitCode === null && child.signalCode === null) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    });
    return child.exitCode;
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return null;
    const exited = once(child, "exit");
    child.kill(signal);
    await within(20_000, `the daemon to end on ${signal}`, () => exited);
    this.#child = null;
    return child.exitCode;
  }

  #keep(text: string): readonly string[] {
    const lines = text.split("\n").filter((line) => line !== "");
    this.logLines.push(...lines);
    if (this.logLines.length > maxLines) this.logLines.splice(0, this.logLines.length - maxLines);
    return lines;
  }
}

function clockVariables(machine: MachineClocks | undefined): Readonly<Record<string, string>> {
  const { clockAheadMs = 0, boot } = machine ?? {};
  return {
    MACHINE_CLOCK_AHEAD_MS: String(clockAheadMs),
    ...(boot === undefined ? {} : { MACHINE_BOOT: `${boot.id} ${boot.uptimeMs}` }),
  };
}

/** One GET on the daemon's unix socket. */
export async function getOverSocket(socketPath: string, path: string): Promise<unknown> {
  return await new Promise((resolve, reject) => {
    const call = request({ socketPath, path }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      response.on("end", () => resolve(JSON.parse(text)));
    });
    call.on("error", reject);
    call.end();
  });
}
