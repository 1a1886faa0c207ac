import { connectAsync, type MqttClient } from "mqtt";
import { isJsonObject, type Json, type JsonObject } from "../../../daemon/base/json.ts";

const everything = "latch/1/#";

/** One message as the broker carried it. */
export interface TappedMessage {
  /** The last two levels of its topic, e.g. `up/event`. */
  readonly channel: string;
  readonly body: JsonObject;
}

/** Hears every message at a broker, both ways, in the sequence in which the broker sends them. */
export class WireTap {
  readonly #client: MqttClient;
  readonly messages: TappedMessage[] = [];

  private constructor(client: MqttClient) {
    this.#client = client;
    client.on("message", (topic, payload, { retain }) => {
      const body = objectIn(payload.toString());
      if (body !== null && !retain) {
        this.messages.push({ channel: topic.split("/").slice(-2).join("/"), body });
      }
    });
    client.on("error", () => {});
  }

  static async at(url: string): Promise<WireTap> {
    const client = await connectAsync(url, { reconnectPeriod: 50 });
    const tap = new WireTap(client);
    await client.subscribeAsync(everything, { qos: 1 });
    return tap;
  }

  /** Resolves when the tap hears a broker again that was away. */
  async hearAgain(): Promise<void> {
    if (!this.#client.connected) {
      await new Promise<void>((resolve) => {
        this.#client.once("connect", () => resolve());
      });
    }
    await this.#client.subscribeAsync(everything, { qos: 1 });
  }

  /** Returns the messages of a channel. */
  of(channel: string): readonly JsonObject[] {
    return this.messages.filter((one) => one.channel === channel).map(({ body }) => body);
  }

  async close(): Promise<void> {
    await this.#client.endAsync(true);
  }
}

function objectIn(text: string): JsonObject | null {
  try {
    const value: Json = JSON.parse(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
