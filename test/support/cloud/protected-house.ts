import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SimulatedHouse } from "../../../drivers/simulated/house.ts";
import type { Quirks } from "../../../drivers/simulated/lock/quirks.ts";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import type { Fields } from "../gateway-view.ts";
import { type Answer, post } from "../rest/rest-client.ts";
import { DaemonProcess } from "../rigs/daemon-process.ts";
import { within } from "../within.ts";
import { Cloud, type CloudReply } from "./cloud.ts";
import { CloudKeys } from "./cloud-keys.ts";

const gatewayId = "gw-1";
const limitMs = 60_000;
const lookEveryMs = 10;

export interface ProtectedHouseOptions {
  readonly brokerUrl: string;
  readonly quirks?: Partial<Quirks>;
  /** More of the configuration's section `sync`. */
  readonly sync?: object;
}

/** A command as the cloud has signed it; the broker decides when it arrives, and how often. */
export interface SignedCommand {
  readonly id: string;
  readonly body: string;
}

interface Parts {
  readonly brokerUrl: string;
  readonly folder: string;
  readonly house: SimulatedHouse;
  readonly cloud: Cloud;
  readonly keys: CloudKeys;
  readonly daemon: DaemonProcess;
}

/**
 * The real daemon as a process, commands signed and codes sealed, on a simulated house with one paired lock that
 * has its administrator's code, and at a broker that somebody else provides.
 */
export class ProtectedHouse {
  readonly gatewayId = gatewayId;
  readonly lock: VirtualLock;
  readonly uuid: string;
  readonly cloud: Cloud;
  readonly keys: CloudKeys;
  readonly daemon: DaemonProcess;
  readonly house: SimulatedHouse;
  readonly folder: string;
  readonly brokerUrl: string;
  /** Steps of 40 from here meet no code that is too easy to guess, such as 509509, in the first 500. */
  #lastCode = 500_001;
  #port = 0;

  private constructor({ brokerUrl, folder, house, cloud, keys, daemon }: Parts, lock: VirtualLock) {
    this.brokerUrl = brokerUrl;
    this.folder = folder;
    this.house = house;
    this.cloud = cloud;
    this.keys = keys;
    this.daemon = daemon;
    this.lock = lock;
    this.uuid = `0x${lock.ieee}`;
  }

  static async open({ brokerUrl, quirks = {}, sync = {} }: ProtectedHouseOptions) {
    const folder = mkdtempSync(join(tmpdir(), "latchd-protected-"));
    const house = new SimulatedHouse({ isAutoJoining: false });
    house.open();
    const { port } = await house.stick.listenTcp({ host: "127.0.0.1", port: 0 });
    const keys = await CloudKeys.make();
    const config = {
      gateway: { id: gatewayId },
      data_dir: join(folder, "data"),
      stick: { path: `tcp://127.0.0.1:${port}` },
      cloud: { url: brokerUrl, protocol: "3.1.1", reconnect: { min_ms: 100, max_ms: 1_000 } },
      sync: {
        protection: { commands: "signed", codes: "sealed", cloud_keys_file: keys.file },
        ...sync,
      },
      clock: { trust: "system" },
      api: { port: 0, socket: join(folder, "latchd.sock") },
      log: { level: "debug", format: "json" },
    };
    const daemon = new DaemonProcess({ config, configFile: join(folder, "latchd.yaml") });
    const cloud = await Cloud.connect({ url: brokerUrl });
    const lock = house.addLock({ profile: "LATCH-ZCL-1", quirks });
    const served = new ProtectedHouse({ brokerUrl, folder, house, cloud, keys, daemon }, lock);
    await served.start();
    await served.#pair();
    return served;
  }

  get dataFolder(): string {
    return join(this.folder, "data");
  }

  /** Where REST listens on TCP. */
  get tcp(): { readonly port: number } {
    return { port: this.#port };
  }

  async start(): Promise<void> {
    // Wait for the farewell or the will of the previous process: until it arrives, the gateway seems to be online.
    if (this.cloud.gateway(gatewayId).presences.length > 0) {
      await this.cloud.offline(gatewayId, limitMs);
    }
    await this.daemon.start();
    const ready = this.daemon.logLines.findLast((line) => line.includes('"msg":"ready"')) ?? "";
    this.#port = Number(/"url":"https?:\/\/[^"]*:(\d+)"/.exec(ready)?.[1]);
    await this.cloud.online(gatewayId, limitMs);
  }

  /** One call over the unix socket, which has every right. */
  async call(name: string, params: object = {}): Promise<Answer["body"]> {
    const socketPath = join(this.folder, "latchd.sock");
    return (await post({ socketPath }, `/openapi/v1/${name}`, params)).body;
  }

  /** Signs a command that the cloud issues `agoS` seconds ago; it is not sent. */
  async signed(command: string, params: object, agoS = 0): Promise<SignedCommand> {
    const id = randomUUID();
    const iat = Math.floor(Date.now() / 1000) - agoS;
    const fields: Fields = {
      ...{ id, command, params: { uuid: this.uuid, ...params }, iat },
      ...(command.startsWith("remote_") ? { exp: iat + 60 } : {}),
    };
    return { id, body: await this.keys.signed(gatewayId, "command", fields) };
  }

  /** Delivers a signed command and waits for its reply. */
  async deliver({ id, body }: SignedCommand): Promise<CloudReply> {
    await this.cloud.sendBody(gatewayId, "command", body);
    return await this.cloud.reply(gatewayId, id, limitMs);
  }

  /** The cloud's command, which must be accepted. */
  async must(command: string, params: object = {}): Promise<CloudReply> {
    const reply = await this.deliver(await this.signed(command, params));
    assert.equal(reply.ErrNo, 0, `${command}: ${reply.ErrMsg}`);
    return reply;
  }

  /** A password with a code that was never used, once it opens the door. */
  async add(): Promise<{ readonly id: number; readonly code: string; readonly userId: number }> {
    this.#lastCode += 40;
    const code = String(this.#lastCode);
    const { password_id } = await this.must("add_password", { password: code });
    const userId = await this.until(`${code} in the lock`, () => {
      return this.lock.users().find(({ pinCode }) => pinCode.reveal() === code)?.userId ?? null;
    });
    return { id: Number(password_id), code, userId };
  }

  /** The codes that open the door, the administrator's too. */
  codes(): readonly string[] {
    const open = this.lock.users().filter(({ userStatus }) => userStatus === 1);
    return open.map(({ pinCode }) => pinCode.reveal());
  }

  /** Calls `find` until it returns something. */
  until<T>(what: string, find: () => T | null | Promise<T | null>): Promise<T> {
    return within(limitMs, what, async () => {
      for (;;) {
        const found = await find();
        if (found !== null) return found;
        await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
      }
    });
  }

  async close(): Promise<void> {
    await this.daemon.kill();
    await this.cloud.close();
    await this.house.close();
    await this.keys.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #pair(): Promise<void> {
    await this.until("the stick", async () =>
      (await this.call("permit_join", { seconds: 120 })).ErrNo === 0 ? true : null,
    );
    assert.equal(this.house.join(this.lock), null);
    await this.cloud.event(gatewayId, "lockPaired", () => true, limitMs);
    await this.call("permit_join", { seconds: 0 });
    await this.must("add_password", { is_default: 1, password: "918100" });
    await this.until("the administrator's code", () =>
      this.codes().includes("918100") ? true : null,
    );
  }
}
