import { Socket } from "node:net";
import { connectAsync, type MqttClient } from "mqtt";
import { within } from "../../../support/within.ts";
import { nowNs } from "../monotonic.ts";

const waitLimitMs = 20_000;

/** One message at the subscriber, stamped before anything else is done with it. */
export interface Arrival {
  readonly topic: string;
  readonly body: string;
  readonly atNs: number;
}

/** The cloud's end of the wire: bare MQTT.js, for our gateway and for the bare one alike. */
export class CloudEar {
  readonly #client: MqttClient;
  readonly #watchers = new Set<(arrival: Arrival) => void>();

  private constructor(client: MqttClient) {
    this.#client = client;
    client.on("message", (topic, payload) => {
      const atNs = nowNs();
      const arrival = { topic, body: payload.toString(), atNs };
      for (const watcher of [...this.#watchers]) watcher(arrival);
    });
  }

  static async connect(url: string): Promise<CloudEar> {
    const client = await connectAsync(url, { clientId: "bench-cloud", protocolVersion: 4 });
    if (client.stream instanceof Socket) client.stream.setNoDelay(true);
    await client.subscribeAsync(["latch/1/+/up/+", "bench/bare/up"], { qos: 1 });
    return new CloudEar(client);
  }

  /** The next message that `isIt` accepts; begin to wait before it is caused. */
  next(what: string, isIt: (arrival: Arrival) => boolean, limitMs = waitLimitMs): Promise<Arrival> {
    return within(limitMs, what, () => {
      return new Promise((resolve) => {
        const watcher = (arrival: Arrival) => {
          if (!isIt(arrival)) return;
          this.#watchers.delete(watcher);
          resolve(arrival);
        };
        this.#watchers.add(watcher);
      });
    });
  }

  /** Calls `watcher` with each message. @returns what ends it */
  watch(watcher: (arrival: Arrival) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Publishes at QoS 1. @returns when it was handed to MQTT.js, and its PUBACK. */
  publish(
    topic: string,
    body: string,
  ): { readonly atNs: number; readonly taken: Promise<unknown> } {
    const atNs = nowNs();
    return { atNs, taken: this.#client.publishAsync(topic, body, { qos: 1 }) };
  }

  async close(): Promise<void> {
    await this.#client.endAsync();
  }
}
