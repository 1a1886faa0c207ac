import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SimulatedHouse } from "../../../drivers/simulated/house.ts";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { TestBroker } from "../cloud/broker.ts";
import { Cloud } from "../cloud/cloud.ts";
import { within } from "../within.ts";
import { type DaemonOptions, DaemonProcess } from "./daemon-process.ts";

/** The uuid of the one gateway in this rig. */
export const gatewayId = "gw-1";

const pairingLimitMs = 90_000;

/** A house with a simulated stick on TCP, a broker and a cloud, for a daemon that is a process of its own. */
export class CloudHouse {
  readonly house = new SimulatedHouse();
  readonly folder: string;
  #stickPort = 0;
  #broker: TestBroker | null = null;
  #cloud: Cloud | null = null;

  private constructor(name: string) {
    this.folder = mkdtempSync(join(tmpdir(), `latchd-${name}-`));
  }

  static async start(name: string): Promise<CloudHouse> {
    const rig = new CloudHouse(name);
    rig.house.open();
    rig.#stickPort = (await rig.house.stick.listenTcp({ host: "127.0.0.1", port: 0 })).port;
    rig.#broker = await TestBroker.start();
    rig.#cloud = await Cloud.connect({ url: rig.#broker.url });
    return rig;
  }

  get dataDirectory(): string {
    return join(this.folder, "data");
  }

  get cloud(): Cloud {
    assert.ok(this.#cloud !== null, "the rig is started");
    return this.#cloud;
  }

  get broker(): TestBroker {
    assert.ok(this.#broker !== null, "the rig is started");
    return this.#broker;
  }

  /** Returns a daemon on the rig's data. Its configuration has `more` in addition. */
  daemon(more: object = {}, options: Pick<DaemonOptions, "machine"> = {}): DaemonProcess {
    return new DaemonProcess({
      ...options,
      configFile: join(this.folder, "latchd.yaml"),
      config: {
        gateway: { id: gatewayId },
        data_dir: this.dataDirectory,
        stick: { path: `tcp://127.0.0.1:${this.#stickPort}` },
        cloud: {
          url: this.broker.url,
          protocol: "3.1.1",
          reconnect: { min_ms: 100, max_ms: 1000 },
        },
        api: { port: false },
        clock: { trust: "system" },
        log: { level: "debug", format: "json" },
        ...more,
      },
    });
  }

  /** Opens the network. Until the stick is up, the command is refused with 16006 and sent again. */
  async permitJoin(): Promise<void> {
    await within(pairingLimitMs, "the stick", async () => {
      for (;;) {
        const { ErrNo } = await this.cloud.command(gatewayId, "permit_join", { seconds: 120 });
        if (ErrNo === 0) return;
        assert.equal(ErrNo, 16006, "only the stick may be missing");
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    });
  }

  /** Adds a lock to the house and waits until it is paired. The network must be open. */
  async pairLock(settings: Parameters<SimulatedHouse["addLock"]>[0]): Promise<VirtualLock> {
    const lock = this.house.addLock(settings);
    const isThis = ({ uuid }: { readonly uuid: string }) => uuid === `0x${lock.ieee}`;
    await this.cloud.event(gatewayId, "lockPaired", isThis, pairingLimitMs);
    return lock;
  }

  /**
   * Sends a command about a lock's password and waits until the lock has confirmed it.
   * @returns the id of the password
   */
  async confirmed(lock: VirtualLock, command: string, params: object): Promise<number> {
    const reply = await this.cloud.command(gatewayId, command, {
      uuid: `0x${lock.ieee}`,
      ...params,
    });
    assert.equal(reply.ErrNo, 0, reply.ErrMsg);
    const isLater = ({ seq, epoch }: { readonly seq: number; readonly epoch: string }) =>
      epoch === reply.epoch && seq > reply.seq;
    await this.cloud.event(gatewayId, "pwdOperation", isLater, pairingLimitMs);
    return Number(reply["password_id"] ?? Reflect.get(params, "password_id"));
  }

  /** Closes everything and deletes the data. The test stops its daemons first. */
  async close(): Promise<void> {
    await this.#cloud?.close();
    await this.#broker?.stop();
    await this.house.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
