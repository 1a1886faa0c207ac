import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach } from "node:test";
import type { JWK } from "jose";
import type { KeyRing } from "../../../../sync/keys/key-ring.ts";
import { openProtection, type ProtectionOptions } from "../../../../sync/keys/protection.ts";
import { TestBroker } from "../../../support/cloud/broker.ts";
import { Cloud } from "../../../support/cloud/cloud.ts";
import { CloudKeys } from "../../../support/cloud/cloud-keys.ts";
import { type TestGateway, TestGateways } from "../test-gateway.ts";

export const stamp = { atMs: 1_700_000_000_000, clock: "synced" } as const;
/** The gateway's clock shows the time of the stamp in these tests. */
export const iat = stamp.atMs / 1000;

/** A gateway with protection, its broker and its cloud. Broker, cloud and gateway are new for each test. */
export class ProtectedGateway {
  readonly #gateways = new TestGateways();
  #keys: CloudKeys | null = null;
  #line: { readonly broker: TestBroker; readonly cloud: Cloud } | null = null;
  #started: { readonly ring: KeyRing; readonly gateway: TestGateway } | null = null;

  /** Call it in a suite: it starts the parts before each test. */
  constructor() {
    before(async () => {
      this.#keys = await CloudKeys.make();
    });
    after(() => this.keys.remove());
    beforeEach(async () => {
      const broker = await TestBroker.start();
      this.#line = { broker, cloud: await Cloud.connect({ url: broker.url }) };
    });
    afterEach(async () => {
      await this.#gateways.close();
      await this.cloud.close();
      await this.broker.stop();
    });
  }

  get keys(): CloudKeys {
    return present(this.#keys);
  }

  get broker(): TestBroker {
    return present(this.#line).broker;
  }

  get cloud(): Cloud {
    return present(this.#line).cloud;
  }

  get ring(): KeyRing {
    return present(this.#started).ring;
  }

  get gateway(): TestGateway {
    return present(this.#started).gateway;
  }

  async start(options: Partial<ProtectionOptions> = {}): Promise<void> {
    const { protection, ring } = await openProtection({
      ownFile: this.keys.gatewayFile,
      cloudFile: this.keys.file,
      commands: "signed",
      codes: "sealed",
      nowMs: () => stamp.atMs,
      ...options,
    });
    const gateway = await this.#gateways.make({ url: this.broker.url, protocol: 4, protection });
    this.#started = { ring, gateway };
    gateway.sync.start();
    await this.cloud.online("gw-1");
  }

  aCommand(id: string, more: object = {}) {
    return { id, command: "add_password", params: { password: "123456" }, iat, ...more };
  }

  send(body: string) {
    return this.cloud.sendBody("gw-1", "command", body);
  }

  gatewayKey(): JWK {
    const { gateway: own } = this.ring.show();
    assert(Array.isArray(own));
    const key: JWK = own[0].public_key;
    return key;
  }

  /** Resolves when everything sent so far is handled: a signed command after it is answered. */
  async settled(): Promise<void> {
    const id = `fence-${Math.random()}`;
    const signed = await this.keys.signed("gw-1", "command", this.aCommand(id));
    await this.send(await this.keys.encrypted(signed, this.gatewayKey()));
    const reply = await this.cloud.reply("gw-1", id);
    assert.equal(reply.ErrNo, 0);
  }

  carriedOut(): readonly string[] {
    return this.gateway.executor.executed
      .map(({ id }) => id)
      .filter((id) => !id.startsWith("fence"));
  }
}

function present<T>(part: T | null): T {
  if (part === null) throw new Error("the rig is not started");
  return part;
}
