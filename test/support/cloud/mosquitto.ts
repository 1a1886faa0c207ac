import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { freePort } from "../rigs/free-port.ts";
import { within } from "../within.ts";

export interface MosquittoOptions {
  /** Lines added to the configuration, e.g. limits or TLS. */
  readonly config?: readonly string[];
  /** Other files of the configuration's folder, by name; `%d` in `config` means the folder. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A real mosquitto, on a port that it keeps over restarts, without persistence. */
export class Mosquitto {
  readonly #directory: string;
  readonly port: number;
  #process: ChildProcess | null = null;

  private constructor(directory: string, port: number) {
    this.#directory = directory;
    this.port = port;
  }

  static async start(options: MosquittoOptions = {}): Promise<Mosquitto> {
    const directory = await mkdtemp(join(tmpdir(), "latchd-mosquitto-"));
    const mosquitto = new Mosquitto(directory, await freePort());
    for (const [name, text] of Object.entries(options.files ?? {})) {
      await writeFile(join(directory, name), text);
    }
    const lines = [
      `listener ${mosquitto.port} 127.0.0.1`,
      "allow_anonymous true",
      "persistence false",
      // Otherwise each answer waits for the delayed acknowledgement of the one before: 40 ms.
      "set_tcp_nodelay true",
      // As root it would become another user, who may not read the folder.
      `user ${userInfo().username}`,
      ...(options.config ?? []),
    ];
    const config = lines.map((line) => `${line.replaceAll("%d", directory)}\n`).join("");
    await writeFile(join(directory, "mosquitto.conf"), config);
    await mosquitto.restart();
    return mosquitto;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  /** Kills what was running, with its state, and starts again. */
  async restart(): Promise<void> {
    await this.kill();
    const path = process.env["MOSQUITTO"] ?? "/usr/sbin/mosquitto";
    this.#process = spawn(path, ["-c", join(this.#directory, "mosquitto.conf")], {
      stdio: "ignore",
    });
    await within(10_000, "mosquitto to listen", async () => {
      while (!(await isListening(this.port))) await new Promise((wake) => setTimeout(wake, 20));
    });
  }

  /** SIGKILL: nothing is flushed, no connection is closed in good order. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (child === null) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
