import { connectAsync, type MqttClient } from "mqtt";
import { within } from "../within.ts";

const patienceMs = 30_000;

interface Heard {
  readonly topic: string;
  readonly body: string;
  readonly isRetained: boolean;
}

/** A client of Home Assistant's broker that hears everything, and publishes as the lock tools do. */
export class ToolClient {
  readonly #client: MqttClient;
  readonly heard: Heard[] = [];

  private constructor(client: MqttClient) {
    this.#client = client;
    client.on("message", (topic, payload, { retain }) => {
      this.heard.push({ topic, body: payload.toString(), isRetained: retain });
    });
  }

  /** @param user the name and the password at a broker that wants them */
  static async connect(url: string, user: { username?: string; password?: string } = {}) {
    const client = await connectAsync(url, { ...user, reconnectPeriod: 100 });
    const tool = new ToolClient(client);
    await client.subscribeAsync("#", { qos: 1 });
    return tool;
  }

  async publish(topic: string, body: string, options: { qos?: 0 | 1; retain?: boolean } = {}) {
    await this.#client.publishAsync(topic, body, { qos: 0, ...options });
  }

  /** Waits for a message that comes after those that were heard before the call. */
  async next<R>(
    what: string,
    find: (message: Heard, fields: Record<string, unknown>) => R | null,
    from = this.heard.length,
  ): Promise<R> {
    let at = from;
    return within(patienceMs, what, async () => {
      for (;;) {
        for (; at < this.heard.length; at += 1) {
          const message = this.heard[at];
          const found = message === undefined ? null : find(message, fieldsOf(message.body));
          if (found !== null) return found;
        }
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    });
  }

  /** Waits until the newest message of a topic is as wanted. */
  async newest<R>(what: string, topic: string, find: (body: string) => R | null): Promise<R> {
    return within(patienceMs, what, async () => {
      for (;;) {
        const message = this.heard.findLast((one) => one.topic === topic);
        const found = message === undefined ? null : find(message.body);
        if (found !== null) return found;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    });
  }

  /** Hears nothing until {@link ToolClient.resume}. */
  async pause(): Promise<void> {
    await this.#client.unsubscribeAsync("#");
  }

  async resume(): Promise<void> {
    await this.#client.subscribeAsync("#", { qos: 1 });
  }

  close(): Promise<void> {
    return this.#client.endAsync(true);
  }
}

/** Returns what a broker retains now, by topic. */
export async function retainedAt(url: string): Promise<ReadonlyMap<string, string>> {
  const client = await connectAsync(url);
  const retained = new Map<string, string>();
  const fence = `fence/${Math.random()}`;
  let isOver = false;
  client.on("message", (topic, payload, { retain }) => {
    if (topic === fence) isOver = true;
    else if (retain) retained.set(topic, payload.toString());
  });
  await client.subscribeAsync("#", { qos: 1 });
  // The broker sends what it retained before what is published afterwards.
  await client.publishAsync(fence, "x", { qos: 1 });
  await within(patienceMs, "the broker's retained messages", async () => {
    while (!isOver) await new Promise((resolve) => setTimeout(resolve, 10));
  });
  await client.endAsync(true);
  return retained;
}

export function fieldsOf(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
