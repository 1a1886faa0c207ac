import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { nodeFlags } from "../../support/runner/node-flags.ts";
import { within } from "../../support/within.ts";
import { nowNs } from "./monotonic.ts";

const mainFile = fileURLToPath(new URL("../../../daemon/main.js", import.meta.url));
const startLimitMs = 60_000;
const endLimitMs = 30_000;

/** A Node.js binary and its flags. */
export interface Runtime {
  readonly node: string;
  readonly flags: readonly string[];
}

/** The daemon under test, started as `npm start` starts it. */
export class Daemon {
  readonly #configFile: string;
  /** The next start uses it. */
  runtime: Runtime = { node: process.execPath, flags: nodeFlags() };
  #child: ChildProcess | null = null;
  #readyMs = Number.NaN;

  constructor(configFile: string) {
    this.#configFile = configFile;
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error("the daemon does not run");
    return pid;
  }

  /** ms from the last spawn until it sent READY=1 to the service manager. */
  get readyMs(): number {
    return this.#readyMs;
  }

  /** @returns ms from the spawn until it has said both that it is ready and that its radio is online. */
  async start(): Promise<number> {
    const startedNs = nowNs();
    const args = [...this.runtime.flags, mainFile, "-c", this.#configFile];
    const child = spawn(this.runtime.node, args, {
      stdio: ["ignore", "pipe", "inherit", "pipe"],
      env: { ...process.env, LATCHD_NOTIFY_FD: "3" },
    });
    this.#child = child;
    child.stdio[3]?.once("data", () => {
      this.#readyMs = (nowNs() - startedNs) / 1e6;
    });
    const awaited = new Set(["ready", "the radio is online"]);
    let rest = "";
    await within(startLimitMs, "the daemon to be ready and its radio online", () => {
      return new Promise<void>((resolve, reject) => {
        child.once("exit", (code) => reject(new Error(`the daemon ended with ${code}`)));
        child.stdout?.setEncoding("utf8").on("data", (text: string) => {
          const lines = (rest + text).split("\n");
          rest = lines.pop() ?? "";
          for (const line of lines) awaited.delete(messageOf(line));
          if (awaited.size === 0) resolve();
        });
      });
    });
    return (nowNs() - startedNs) / 1e6;
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    await within(endLimitMs, "the daemon to end", () => exited);
  }
}

function messageOf(line: string): string {
  if (!line.startsWith("{")) return "";
  const { msg }: { msg?: string } = JSON.parse(line);
  return msg ?? "";
}
