import { afterEach, beforeEach } from "node:test";
import type { CloudSyncOptions } from "../../../sync/options.ts";
import { TestBroker } from "../../support/cloud/broker.ts";
import { Cloud } from "../../support/cloud/cloud.ts";
import { type TestGateway, TestGateways } from "./test-gateway.ts";

/** A broker, a cloud that uses it, and gateways. All are new for each test. */
export class BrokerAndCloud {
  readonly #gateways = new TestGateways();
  #parts: { readonly broker: TestBroker; readonly cloud: Cloud } | null = null;

  /** Call it in a suite: it starts the parts before each test. */
  constructor() {
    beforeEach(async () => {
      const broker = await TestBroker.start();
      this.#parts = { broker, cloud: await Cloud.connect({ url: broker.url }) };
    });
    afterEach(async () => {
      await this.#gateways.close();
      await this.cloud.close();
      await this.broker.stop();
    });
  }

  get broker(): TestBroker {
    if (this.#parts === null) throw new Error("the broker is not started");
    return this.#parts.broker;
  }

  get cloud(): Cloud {
    if (this.#parts === null) throw new Error("the cloud is not started");
    return this.#parts.cloud;
  }

  gateway(options: Partial<CloudSyncOptions> = {}): Promise<TestGateway> {
    return this.#gateways.make({ url: this.broker.url, protocol: 4, ...options });
  }

  /** Stops the gateway and returns a new one over the same store, as after a restart of the process. */
  async restarted(old: TestGateway): Promise<TestGateway> {
    await old.sync.stop();
    return this.#gateways.over(old.store, { url: this.broker.url, protocol: 4 });
  }

  /** Returns the numbers of the events that the broker received, in their sequence. */
  sentNumbers(): number[] {
    return this.broker.published
      .filter(({ topic }) => topic.endsWith("/up/event"))
      .map(({ body }) => Number(JSON.parse(body).seq));
  }
}
