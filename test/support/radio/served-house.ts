import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SimulatedHouse } from "../../../drivers/simulated/house.ts";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { type Answer, post } from "../rest/rest-client.ts";
import { DaemonProcess } from "../rigs/daemon-process.ts";
import { within } from "../within.ts";

const pairingLimitMs = 60_000;

/** The real daemon as a process, on a simulated house with one paired lock. */
export class ServedHouse {
  readonly folder: string;
  readonly lock: VirtualLock;
  readonly uuid: string;
  readonly daemon: DaemonProcess;
  readonly #house: SimulatedHouse;
  #port = 0;

  private constructor(folder: string, house: SimulatedHouse, daemon: DaemonProcess) {
    this.folder = folder;
    this.#house = house;
    this.daemon = daemon;
    this.lock = house.addLock({ profile: "LATCH-ZCL-1" });
    this.uuid = `0x${this.lock.ieee}`;
  }

  static async open(api: object = {}): Promise<ServedHouse> {
    const folder = mkdtempSync(join(tmpdir(), "latchd-served-"));
    const house = new SimulatedHouse({ isAutoJoining: true });
    house.open();
    const { port } = await house.stick.listenTcp({ host: "127.0.0.1", port: 0 });
    const config = {
      data_dir: join(folder, "data"),
      stick: { path: `tcp://127.0.0.1:${port}` },
      clock: { trust: "system" },
      api: { port: 0, socket: join(folder, "latchd.sock"), ...api },
      log: { level: "debug", format: "json" },
    };
    const daemon = new DaemonProcess({ config, configFile: join(folder, "latchd.yaml") });
    const served = new ServedHouse(folder, house, daemon);
    await served.start();
    await served.#pair();
    return served;
  }

  async start(): Promise<void> {
    await this.daemon.start();
    const url = this.daemon.logLines.findLast((line) => line.includes('"msg":"ready"')) ?? "";
    this.#port = Number(/"url":"https?:\/\/[^"]*:(\d+)"/.exec(url)?.[1]);
  }

  get tcp(): { readonly port: number } {
    return { port: this.#port };
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** One call over the unix socket, which has every right. */
  async call(name: string, params: object = {}): Promise<Answer["body"]> {
    const socketPath = join(this.folder, "latchd.sock");
    return (await post({ socketPath }, `/openapi/v1/${name}`, params)).body;
  }

  async #pair(): Promise<void> {
    await within(pairingLimitMs, "the lock to be paired", async () => {
      while ((await this.call("permit_join", { seconds: 60 })).ErrNo !== 0) await pause();
      for (;;) {
        const { locks } = await this.call("list_locks");
        assert.ok(Array.isArray(locks));
        if (locks.length > 0) return;
        await pause();
      }
    });
  }

  async close(): Promise<void> {
    await this.daemon.kill();
    await this.#house.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 50));
}
