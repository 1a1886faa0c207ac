import { afterEach, beforeEach } from "node:test";
import type { IPublishPacket } from "mqtt-packet";
import type { CloudSyncOptions } from "../../../../sync/options.ts";
import { ScriptedBroker, type ScriptedConnection } from "../../../support/cloud/broker.ts";
import { type TestGateway, TestGateways } from "../test-gateway.ts";

export const commandTopic = "latch/1/gw-1/down/command";

export function aCommand(id: string, messageId: number): IPublishPacket {
  const payload = JSON.stringify({ id, command: "add_password", params: {} });
  return {
    cmd: "publish",
    topic: commandTopic,
    payload,
    qos: 1,
    dup: false,
    retain: false,
    messageId,
  };
}

export function seqOf(packet: IPublishPacket): number {
  return Number(JSON.parse(packet.payload.toString()).seq);
}

/** A scripted broker, and gateways that connect to it. Both are new for each test. */
export class BrokerScript {
  readonly #gateways = new TestGateways();
  #broker: ScriptedBroker | null = null;

  /** Call it in a suite: it starts the broker before each test. */
  constructor() {
    beforeEach(async () => {
      this.#broker = await ScriptedBroker.start();
    });
    afterEach(async () => {
      // The broker would not acknowledge the farewell, and every test would wait for that.
      await this.broker.stop();
      await this.#gateways.close();
    });
  }

  get broker(): ScriptedBroker {
    if (this.#broker === null) throw new Error("the broker is not started");
    return this.#broker;
  }

  gateway(options: Partial<CloudSyncOptions> = {}): Promise<TestGateway> {
    return this.#gateways.make({ url: this.broker.url, ...options });
  }

  /** Returns the numbers of the events that came before the answer to a command, sent now as a fence. */
  async publishesBeforeCommand(connection: ScriptedConnection): Promise<number[]> {
    connection.send(aCommand("fence", 9000));
    await connection.next("puback");
    return connection.received
      .filter((packet) => packet.cmd === "publish")
      .filter(({ topic }) => topic.endsWith("/up/event"))
      .map(seqOf);
  }
}
