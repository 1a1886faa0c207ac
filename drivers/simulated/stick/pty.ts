import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync } from "node:fs";
import type { TcpAddress } from "./tcp.ts";

/** The terminal is there within this time or not at all. */
const startMs = 5000;
const checkMs = 20;
/** Pause before a new terminal is made in the place of one that ended. */
const renewMs = 200;

/** A pty could not be made. */
export class PtyError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "PtyError";
  }
}

/**
 * A pseudo terminal in front of the stick's TCP port, made by socat. As with a real stick the path
 * is gone while the stick is unplugged, and there again once it is back.
 */
export class Pty {
  /** Path of the terminal, a symbolic link that socat keeps. */
  readonly path: string;
  readonly #stick: TcpAddress;
  #socat: ChildProcess | null = null;
  #failure: PtyError | null = null;
  #renewal: NodeJS.Timeout | null = null;
  #isClosed = false;

  private constructor(path: string, stick: TcpAddress) {
    this.path = path;
    this.#stick = stick;
  }

  /** @throws PtyError when socat is missing, or makes no terminal. */
  static async open(path: string, stick: TcpAddress): Promise<Pty> {
    rmSync(path, { force: true });
    const pty = new Pty(path, stick);
    pty.#start();
    const deadlineMs = performance.now() + startMs;
    while (!existsSync(path)) {
      const isLate = performance.now() > deadlineMs;
      if (pty.#failure !== null || isLate) {
        await pty.close();
        throw pty.#failure ?? new PtyError(`socat made no terminal at ${path} in time`);
      }
      await new Promise((resolve) => setTimeout(resolve, checkMs));
    }
    return pty;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#renewal !== null) clearTimeout(this.#renewal);
    const socat = this.#socat;
    if (socat !== null) {
      const ended = once(socat, "exit");
      socat.kill();
      await ended;
    }
    rmSync(this.path, { force: true });
  }

  #start(): void {
    const { host, port } = this.#stick;
    // TCP first: no terminal appears while the stick refuses connections.
    const ends = [`TCP:${host}:${port},nodelay`, `PTY,link=${this.path},raw,echo=0`];
    const socat = spawn("socat", ends, { stdio: "ignore" });
    this.#socat = socat;
    socat.once("error", (cause) => {
      const isMissing = "code" in cause && cause.code === "ENOENT";
      const reason = isMissing ? "a pty needs socat, which is not installed" : cause.message;
      this.#failure = new PtyError(reason);
      this.#socat = null;
    });
    socat.once("exit", () => {
      this.#socat = null;
      if (!this.#isClosed) this.#renewal = setTimeout(() => this.#start(), renewMs);
    });
  }
}
