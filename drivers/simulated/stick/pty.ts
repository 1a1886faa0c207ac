import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync } from "node:fs";
import type { TcpAddress } from "./tcp.ts";

/** socat answers within this time or not at all. */
const startMs = 5000;
const checkMs = 20;

/** A pty could not be made. */
export class PtyError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "PtyError";
  }
}

/** A pseudo terminal in front of the stick's TCP port, made by socat. */
export class Pty {
  /** Path of the terminal, a symbolic link that socat keeps. */
  readonly path: string;
  readonly #socat: ChildProcess;

  private constructor(path: string, socat: ChildProcess) {
    this.path = path;
    this.#socat = socat;
  }

  /** @throws PtyError when socat is missing, or fails to make the terminal. */
  static async open(path: string, stick: TcpAddress): Promise<Pty> {
    rmSync(path, { force: true });
    const pty = `PTY,link=${path},raw,echo=0`;
    const socat = spawn("socat", [pty, `TCP:${stick.host}:${stick.port},nodelay`], {
      stdio: "ignore",
    });
    const failed = new Promise<never>((_, reject) => {
      socat.once("error", (cause) => {
        const isMissing = "code" in cause && cause.code === "ENOENT";
        reject(
          new PtyError(isMissing ? "a pty needs socat, which is not installed" : cause.message),
        );
      });
      socat.once("exit", (code) => reject(new PtyError(`socat ended with code ${code}`)));
    });
    // Only the race below looks at it; an end after that is no fault.
    failed.catch(() => {});
    await Promise.race([failed, linked(path)]).catch((error: unknown) => {
      socat.kill();
      throw error;
    });
    return new Pty(path, socat);
  }

  async close(): Promise<void> {
    if (this.#socat.exitCode === null && this.#socat.signalCode === null) {
      const ended = once(this.#socat, "exit");
      this.#socat.kill();
      await ended;
    }
    rmSync(this.path, { force: true });
  }
}

async function linked(path: string): Promise<void> {
  const deadlineMs = performance.now() + startMs;
  while (!existsSync(path)) {
    if (performance.now() > deadlineMs) throw new PtyError("socat made no terminal in time");
    await new Promise((resolve) => setTimeout(resolve, checkMs));
  }
}
