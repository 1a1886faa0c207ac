import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { isJsonObject, type JsonObject } from "../../../daemon/base/json.ts";
import { DaemonClient } from "../../../daemon/cli/daemon-client.ts";
import { type LockOptions, SimulatedHouse } from "../../../drivers/simulated/house.ts";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { DaemonProcess } from "../rigs/daemon-process.ts";
import { freePort } from "../rigs/free-port.ts";
import { untilFound } from "../rigs/polling.ts";

const run = promisify(execFile);
const latchctl = fileURLToPath(new URL("../../../daemon/cli/main.js", import.meta.url));
const gatewayId = "page-gateway";

export interface PageHouseOptions {
  /** Plain HTTP on loopback, as without api.tls; absent = HTTPS with the gateway's own certificate. */
  readonly isPlain?: boolean;
  /** The name by which the browser reaches it; absent = localhost. */
  readonly host?: string;
}

/** A simulated stick with locks, and the real daemon that serves the page of this house. */
export class PageHouse {
  readonly house: SimulatedHouse;
  readonly daemon: DaemonProcess;
  readonly folder: string;
  /** Where the page is, without a path: `https://localhost:40123`. */
  readonly origin: string;
  readonly socketPath: string;

  private constructor(
    parts: Pick<PageHouse, "house" | "daemon" | "folder" | "origin" | "socketPath">,
  ) {
    this.house = parts.house;
    this.daemon = parts.daemon;
    this.folder = parts.folder;
    this.origin = parts.origin;
    this.socketPath = parts.socketPath;
  }

  /** Starts everything; the network of the locks is formed when it resolves. */
  static async start({
    isPlain = false,
    host = "localhost",
  }: PageHouseOptions = {}): Promise<PageHouse> {
    const folder = mkdtempSync(join(tmpdir(), "latchd-page-"));
    const house = new SimulatedHouse({ isAutoJoining: true });
    house.open();
    const stick = await house.stick.listenTcp({ host: "127.0.0.1", port: 0 });
    const socketPath = join(folder, "latchd.sock");
    const port = await freePort();
    const daemon = new DaemonProcess({
      configFile: join(folder, "latchd.yaml"),
      config: {
        gateway: { id: gatewayId, name: "Test house", home_id: "home-1" },
        data_dir: join(folder, "data"),
        stick: { path: `tcp://${stick.host}:${stick.port}` },
        api: {
          socket: socketPath,
          port,
          tls: isPlain ? "off" : "generated",
          allowed_hosts: [host],
        },
        locks: { deadline_ms: 3_000 },
        log: { level: "info", format: "json" },
      },
    });
    await daemon.start();
    const origin = `${isPlain ? "http" : "https"}://${host}:${port}`;
    const rig = new PageHouse({ house, daemon, folder, origin, socketPath });
    await rig.until("the stick to be online", async () => {
      const { state } = await rig.command("get_stick", {});
      return state === "online";
    });
    return rig;
  }

  /** Runs latchctl as a person on the gateway does. @returns what it prints, as JSON */
  async latchctl(...args: readonly string[]): Promise<JsonObject> {
    const { stdout } = await run(process.execPath, [
      latchctl,
      "--socket",
      this.socketPath,
      "--json",
      ...args,
    ]);
    const printed: unknown = JSON.parse(stdout);
    if (!isJsonObject(printed)) throw new Error(`latchctl ${args.join(" ")} printed no object`);
    return printed;
  }

  /** Calls a command on the gateway's socket. @throws when it is refused */
  async command(name: string, params: JsonObject): Promise<JsonObject> {
    const reply = await new DaemonClient(this.socketPath).command(name, params);
    if (reply["ErrNo"] !== 0) throw new Error(`${name}: ${String(reply["ErrMsg"])}`);
    return reply;
  }

  /** Adds a lock to the house and pairs it, as an installer would have before. */
  async pair(options: LockOptions, name: string): Promise<VirtualLock> {
    const lock = this.house.addLock(options);
    const uuid = uuidOf(lock);
    await this.command("permit_join", { seconds: 120 });
    await this.until(`${name} to be paired`, async () => {
      const { locks } = await this.command("list_locks", {});
      return Array.isArray(locks) && locks.some((one) => isJsonObject(one) && one["uuid"] === uuid);
    });
    await this.command("permit_join", { seconds: 0 });
    await this.command("rename_lock", { uuid, name });
    return lock;
  }

  /** Adds locks of a kind with these names, and pairs them at once. */
  async pairMany(options: LockOptions, names: readonly string[]): Promise<readonly VirtualLock[]> {
    const locks = names.map(() => this.house.addLock(options));
    await this.command("permit_join", { seconds: 254 });
    await this.until(`${names.length} locks to be paired`, async () => {
      const { locks: known } = await this.command("list_locks", {});
      return Array.isArray(known) && known.length >= names.length;
    });
    await this.command("permit_join", { seconds: 0 });
    for (const [at, lock] of locks.entries()) {
      await this.command("rename_lock", { uuid: uuidOf(lock), name: names[at] ?? "" });
    }
    return locks;
  }

  /** Waits until `isTrue` is. @throws Error with the daemon's last lines when it never is */
  async until(what: string, isTrue: () => Promise<boolean>): Promise<void> {
    await untilFound(
      what,
      async () => ((await isTrue()) ? true : null),
      () => this.daemon.logLines.slice(-10).join("\n"),
    );
  }

  async close(): Promise<void> {
    await this.daemon.stop();
    await this.house.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A lock's address as the APIs have it. */
export function uuidOf(lock: VirtualLock): string {
  return `0x${lock.ieee}`;
}
