import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SimulatedHouse } from "../../../drivers/simulated/house.ts";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { Mosquitto, type MosquittoOptions } from "../cloud/mosquitto.ts";
import { type Answer, post } from "../rest/rest-client.ts";
import { DaemonProcess } from "../rigs/daemon-process.ts";
import { within } from "../within.ts";
import { fieldsOf, ToolClient } from "./tool-client.ts";

export const homeGatewayId = "gw-home";
const patienceMs = 60_000;

/** The real daemon with a simulated stick, on a real mosquitto of Home Assistant. */
export class HomeHouse {
  readonly house = new SimulatedHouse({ isAutoJoining: false });
  readonly folder = mkdtempSync(join(tmpdir(), "latchd-home-"));
  readonly broker: Mosquitto;
  #stickPath = "";
  #daemon: DaemonProcess | null = null;
  #tool: ToolClient | null = null;

  private constructor(broker: Mosquitto) {
    this.broker = broker;
  }

  /** @param section more keys of `home_assistant` @param more more sections of the configuration */
  static async open(
    section: object = {},
    more: object = {},
    options: MosquittoOptions & { readonly toolName?: string } = {},
  ): Promise<HomeHouse> {
    const home = new HomeHouse(await Mosquitto.start(options));
    home.house.open();
    const { port } = await home.house.stick.listenTcp({ host: "127.0.0.1", port: 0 });
    home.#stickPath = `tcp://127.0.0.1:${port}`;
    const { toolName } = options;
    const user = toolName === undefined ? {} : { username: toolName };
    home.#tool = await ToolClient.connect(home.broker.url, user);
    await home.start(section, more);
    return home;
  }

  get tool(): ToolClient {
    assert.ok(this.#tool !== null);
    return this.#tool;
  }

  get daemon(): DaemonProcess {
    assert.ok(this.#daemon !== null);
    return this.#daemon;
  }

  /** Starts a daemon on the same data. `section: null` leaves Home Assistant out of the configuration. */
  async start(section: object | null = {}, more: object = {}): Promise<void> {
    this.#daemon = new DaemonProcess({
      configFile: join(this.folder, "latchd.yaml"),
      config: {
        gateway: { id: homeGatewayId, name: "Staircase B" },
        data_dir: join(this.folder, "data"),
        stick: { path: this.#stickPath },
        ...(section === null
          ? {}
          : { home_assistant: { url: this.broker.url, codes: "manage", ...section } }),
        api: { socket: this.#socket, port: false },
        locks: { deadline_ms: 2_000, audits_per_day: 0 },
        clock: { trust: "system" },
        log: { level: "debug", format: "json" },
        ...more,
      },
    });
    await this.#daemon.start();
    await this.#online();
  }

  get #socket(): string {
    return join(this.folder, "latchd.sock");
  }

  /** Makes a call over the unix socket that must succeed. */
  async must(name: string, params: object = {}): Promise<Answer["body"]> {
    const { body } = await post({ socketPath: this.#socket }, `/openapi/v1/${name}`, params);
    assert.equal(body.ErrNo, 0, `${name}: ${body.ErrMsg}`);
    return body;
  }

  async until<R>(what: string, look: () => R | null | Promise<R | null>): Promise<R> {
    return within(patienceMs, what, async () => {
      for (;;) {
        const found = await look();
        if (found !== null) return found;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    });
  }

  /** Pairs a lock, names it, and waits until all of its slots are known. */
  async pair(name: string): Promise<VirtualLock> {
    const lock = this.house.addLock({ profile: "LATCH-ZCL-1", quirks: { pinUsers: 10 } });
    const uuid = `0x${lock.ieee}`;
    await this.must("permit_join", { seconds: 120 });
    assert.equal(this.house.join(lock), null);
    await this.until("the lock to be paired", async () =>
      JSON.stringify(await this.must("list_locks")).includes(uuid) ? true : null,
    );
    await this.must("permit_join", { seconds: 0 });
    await this.must("rename_lock", { uuid, name });
    await this.must("scan_lock", { uuid });
    return lock;
  }

  /** Waits until the state of a slot is as wanted on the lock's topic. */
  async slot(name: string, slot: number, status: string): Promise<void> {
    await this.tool.newest(
      `slot ${slot} of ${name} to be ${status}`,
      `zigbee2mqtt/${name}`,
      (body) => {
        const { users } = fieldsOf(body);
        const found = JSON.stringify(Reflect.get(Object(users), String(slot)));
        return found === JSON.stringify({ status }) ? true : null;
      },
    );
  }

  async close(): Promise<void> {
    await this.#daemon?.stop();
    await this.#tool?.close();
    await this.broker.stop();
    await this.house.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #online(): Promise<true> {
    return this.until("the radio to be online", async () =>
      (await this.must("get_stick"))["state"] === "online" ? true : null,
    );
  }
}
