import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, existsSync, openSync, rmSync } from "node:fs";
import { delay } from "../../../daemon/base/delay.ts";
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

/** How often socat looks whether a host has opened the terminal. */
const openCheckSeconds = 0.02;

/**
 * A pseudo terminal in front of the stick's TCP port, made by socat. As with a real stick the path
 * is gone while the stick is unplugged, and there again once it is back. Only a host that opens the
 * terminal takes the line; after that a host may close and open it as it likes, as it may a real one.
 */
export class Pty {
  /** Path of the terminal, a symbolic link that socat keeps. */
  readonly path: string;
  readonly #stick: TcpAddress;
  #socat: ChildProcess | null = null;
  #failure: PtyError | null = null;
  #renewal: NodeJS.Timeout | null = null;
  /** Our own descriptor of a terminal in use: socat ends and removes the terminal when nobody has it open. */
  #hold: number | null = null;
  #isOffered = false;

  private constructor(path: string, stick: TcpAddress) {
    this.path = path;
    this.#stick = stick;
  }

  /** @throws PtyError when socat is missing, or makes no terminal. */
  static async open(path: string, stick: TcpAddress): Promise<Pty> {
    rmSync(path, { force: true });
    const pty = new Pty(path, stick);
    pty.offer();
    const deadlineMs = performance.now() + startMs;
    while (!existsSync(path)) {
      const isLate = performance.now() > deadlineMs;
      if (pty.#failure !== null || isLate) {
        await pty.withdraw();
        throw pty.#failure ?? new PtyError(`socat made no terminal at ${path} in time`);
      }
      await delay(checkMs);
    }
    return pty;
  }

  /** Makes the terminal, soon, and a new one whenever a host has left it. */
  offer(): void {
    if (this.#isOffered) return;
    this.#isOffered = true;
    this.#start();
  }

  /** Keeps the terminal beyond the host that has just opened it. */
  hold(): void {
    if (this.#hold !== null || !existsSync(this.path)) return;
    this.#hold = openSync(this.path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  }

  /** Takes the terminal away; {@link offer} brings it back. */
  async withdraw(): Promise<void> {
    this.#isOffered = false;
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
    // The terminal first: an idle one must not take the line from a host on TCP.
    const waiting = `wait-slave,pty-interval=${openCheckSeconds}`;
    const terminal = `PTY,link=${this.path},raw,echo=0,${waiting}`;
    const ends = [terminal, `TCP:${host}:${port},nodelay`];
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
      if (this.#hold !== null) closeSync(this.#hold);
      this.#hold = null;
      if (this.#isOffered) this.#renewal = setTimeout(() => this.#start(), renewMs);
    });
  }
}
