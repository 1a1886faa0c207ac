import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Change, StoreView } from "../../../daemon/store/store.ts";
import { SimulatedHouse } from "../../../drivers/simulated/house.ts";
import type { Quirks } from "../../../drivers/simulated/lock/quirks.ts";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { aMinute, Cloud, type CloudEvent, type CloudReply } from "../cloud/cloud.ts";
import { Mosquitto } from "../cloud/mosquitto.ts";
import { type Answer, post } from "../rest/rest-client.ts";
import { DaemonProcess } from "../rigs/daemon-process.ts";
import { within } from "../within.ts";
import { editStore } from "./store-edit.ts";
import { WireTap } from "./wire-tap.ts";

export const gatewayId = "gw-17";
const limitMs = 60_000;

/** What a house of examples differs in from the usual one. */
export interface ExampleHouseOptions {
  /** Lines of mosquitto's configuration. */
  readonly broker?: readonly string[];
  /** Sections of the daemon's configuration. */
  readonly config?: object;
  /** The port of the API on TCP; absent = any. */
  readonly port?: number;
  /** The longest interval of what the daemon does again and again, ms; absent = as it is. */
  readonly longestIntervalMs?: number;
}

/** The real daemon as a process, mosquitto, a cloud, and a stick whose locks a test uses by hand. */
export class ExampleHouse {
  readonly house = new SimulatedHouse({ isAutoJoining: false });
  readonly folder = mkdtempSync(join(tmpdir(), "latchd-examples-"));
  readonly broker: Mosquitto;
  readonly cloud: Cloud;
  readonly tap: WireTap;
  readonly daemon: DaemonProcess;

  private constructor(
    parts: { broker: Mosquitto; cloud: Cloud; tap: WireTap },
    options: ExampleHouseOptions,
  ) {
    this.broker = parts.broker;
    this.cloud = parts.cloud;
    this.tap = parts.tap;
    this.daemon = this.daemonOn(this.dataFolder, parts.broker.url, options);
  }

  static async open(options: ExampleHouseOptions = {}): Promise<ExampleHouse> {
    const broker = await Mosquitto.start({ config: options.broker ?? [] });
    const tap = await WireTap.at(broker.url);
    const cloud = await Cloud.connect({ url: broker.url, protocol: 5, fillsGaps: true });
    const example = new ExampleHouse({ broker, cloud, tap }, options);
    example.house.open();
    await example.house.stick.listenPty(example.stickPath);
    await example.start();
    return example;
  }

  get dataFolder(): string {
    return join(this.folder, "data");
  }

  get stickPath(): string {
    return join(this.folder, "ttyACM0");
  }

  get #socket(): string {
    return join(this.folder, "latchd.sock");
  }

  /** Returns a daemon with the house's id on this data and at this broker. */
  daemonOn(dataFolder: string, url: string, options: ExampleHouseOptions = {}): DaemonProcess {
    const { config, longestIntervalMs, port = 0 } = options;
    const socket = dataFolder === this.dataFolder ? this.#socket : false;
    return new DaemonProcess({
      ...(longestIntervalMs === undefined ? {} : { longestIntervalMs }),
      configFile: `${dataFolder}.yaml`,
      config: {
        gateway: { id: gatewayId, name: "Staircase B" },
        data_dir: dataFolder,
        stick: { path: dataFolder === this.dataFolder ? this.stickPath : "/dev/no-stick" },
        cloud: { url, will_delay_s: 0, reconnect: { min_ms: 100, max_ms: 500, first_max_ms: 100 } },
        api: { port, socket },
        clock: { trust: "system", time_zone: "Europe/Berlin" },
        locks: { deadline_ms: 1_000, audits_per_day: 0 },
        log: { level: "info", format: "json" },
        ...config,
      },
    });
  }

  /** Starts the daemon and waits for its birth and its radio. */
  async start(): Promise<void> {
    const births = this.#births();
    await this.daemon.start();
    await this.until("the birth", () => (this.#births() > births ? true : null));
    await this.until("the radio", async () =>
      (await this.local("get_stick"))["state"] === "online" ? true : null,
    );
  }

  /** Ends the daemon without a farewell, and starts it again. */
  async restart(between: () => unknown = () => undefined): Promise<void> {
    await this.daemon.kill();
    await between();
    await this.start();
  }

  /** Changes the store while the daemon is down: for what takes a month otherwise. */
  edit(change: (view: StoreView) => readonly Change[]): Promise<void> {
    return editStore(this.dataFolder, change);
  }

  /** A port of the daemon's API on TCP. */
  get port(): number {
    const ready = this.daemon.logLines.findLast((line) => line.includes('"msg":"ready"')) ?? "";
    return Number(/"url":"https?:\/\/[^"]*:(\d+)"/.exec(ready)?.[1]);
  }

  /** One call over the unix socket. */
  async local(name: string, params: object = {}, path = "/openapi/v1/"): Promise<Answer["body"]> {
    return (await post({ socketPath: this.#socket }, `${path}${name}`, params)).body;
  }

  /** One command of the cloud. */
  async command(name: string, params: object = {}, id?: string): Promise<CloudReply> {
    const isAtOnce = name.startsWith("remote_") || name === "delete_unmanaged";
    return await this.cloud.command(gatewayId, name, Object.fromEntries(Object.entries(params)), {
      ...(isAtOnce ? aMinute() : {}),
      ...(id === undefined ? {} : { id }),
      deadlineMs: limitMs,
    });
  }

  /** One command of the cloud that must succeed. */
  async must(name: string, params: object = {}, id?: string): Promise<CloudReply> {
    const reply = await this.command(name, params, id);
    assert.equal(reply.ErrNo, 0, `${name}: ${reply.ErrMsg}`);
    return reply;
  }

  /** A password command that must succeed, and the lock's answer to it. */
  async confirmed(name: string, params: object, id?: string): Promise<CloudReply> {
    const reply = await this.must(name, params, id);
    await this.event("pwdOperation", ({ seq }) => seq > reply.seq);
    return reply;
  }

  async event(name: string, isIt: (event: CloudEvent) => boolean = () => true) {
    return await this.cloud.event(gatewayId, name, isIt, limitMs);
  }

  /** Puts a lock into the house and pairs it. @returns the lock and its uuid */
  async pair(quirks: Partial<Quirks> = {}) {
    const lock = this.house.addLock({
      profile: "LATCH-ZCL-1",
      quirks: { pinUsers: 10, ...quirks },
    });
    await this.must("permit_join", { seconds: 254 });
    await this.join(lock);
    await this.must("permit_join", { seconds: 0 });
    return { lock, uuid: `0x${lock.ieee}` };
  }

  /** Lets a lock join the network, which is open, and waits until it is paired. */
  async join(lock: VirtualLock): Promise<void> {
    const before = this.cloud.gateway(gatewayId).head;
    assert.equal(this.house.join(lock), null);
    await this.event(
      "lockPaired",
      ({ uuid, seq }) => uuid === `0x${lock.ieee}` && (seq > before || before === 0),
    );
  }

  /** Waits until the tap has heard the newest event that the cloud has. */
  async heard(): Promise<void> {
    const last = this.cloud.gateway(gatewayId).records.findLast(({ kind }) => kind === "event");
    await this.until("the newest event at the tap", () =>
      this.tap
        .of("up/event")
        .some(({ seq, epoch }) => seq === last?.seq && epoch === last?.epoch) || last === undefined
        ? true
        : null,
    );
  }

  /** Calls `find` until it returns something. */
  until<T>(what: string, find: () => T | null | Promise<T | null>): Promise<T> {
    return within(limitMs, what, async () => {
      for (;;) {
        const found = await find();
        if (found !== null) return found;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    });
  }

  async close(): Promise<void> {
    await this.daemon.stop();
    await this.tap.close();
    await this.cloud.close();
    await this.broker.stop();
    await this.house.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #births(): number {
    return this.cloud.gateway(gatewayId).presences.filter(({ state }) => state === "online").length;
  }
}
