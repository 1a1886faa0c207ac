import { randomUUID } from "node:crypto";
import { Socket } from "node:net";
import { connectAsync, type IClientOptions, type MqttClient } from "mqtt";
import type { CloudPresence, Fields, GatewayView } from "../gateway-view.ts";
import { CloudIntake, type IntakeOptions } from "./cloud-intake.ts";
import { type CloudEvent, type CloudReply, isEvent, isReply } from "./cloud-words.ts";

/** Under a load of 15 a gateway whose process has a low priority gets half a second of processor time in 15 s. */
const defaultDeadlineMs = 60_000;

export interface CloudOptions extends IntakeOptions {
  readonly url: string;
  /** MQTT 3.1.1 (4, the default) or 5. */
  readonly protocol?: 4 | 5;
  readonly clientId?: string;
  /** Everything else of MQTT.js: credentials, TLS. */
  readonly mqtt?: IClientOptions;
  /** Signs what goes to a gateway; absent = it goes as it is. */
  readonly sign?: Sign;
}

type Sign = (gatewayId: string, kind: "command" | "sync", fields: Fields) => Promise<string>;

export interface CommandOptions {
  /** The cloud's id of the command; a fresh one by default. Send it again to repeat. */
  readonly id?: string;
  /** Unix seconds. */
  readonly iat?: number;
  readonly exp?: number;
}

/** Returns the times of a command that acts at once: it is valid for a minute from `nowMs`. */
export function aMinute(nowMs = Date.now()): { readonly iat: number; readonly exp: number } {
  const iat = Math.floor(nowMs / 1000);
  return { iat, exp: iat + 60 };
}

export type { CloudPosition } from "./cloud-intake.ts";
export type { CloudEvent, CloudReply } from "./cloud-words.ts";

/**
 * The cloud's side of docs/mqtt.md, as small as it can be and complete: it hears every gateway
 * below its prefix, keeps (epoch, seq) for each, sees gaps and repeats, sends commands and waits
 * for their replies and for events. Nothing in it knows the gateway's code, only the wire.
 *
 * ```ts
 * const cloud = await Cloud.connect({ url: "mqtt://127.0.0.1:1883" });
 * await cloud.online("gw-1");
 * const reply = await cloud.command("gw-1", "add_password", { uuid, password: "482915" });
 * const done = await cloud.event("gw-1", "pwdOperation", (event) => event.seq > reply.seq);
 * await cloud.close();
 * ```
 * Every wait has a deadline and fails with a sentence that says what was awaited.
 */
export class Cloud {
  readonly #client: MqttClient;
  readonly #intake: CloudIntake;
  readonly #sign: Sign | undefined;
  readonly #watchers = new Set<() => void>();

  private constructor(client: MqttClient, options: CloudOptions) {
    this.#client = client;
    this.#intake = new CloudIntake(options, this);
    this.#sign = options.sign;
    client.on("message", (topic, payload, packet) => {
      this.#intake.receive(topic, payload, packet.retain);
      for (const look of [...this.#watchers]) look();
    });
    client.on("error", () => {});
  }

  /** Connects and subscribes. It comes back by itself when the broker goes away. */
  static async connect(options: CloudOptions): Promise<Cloud> {
    const isV5 = options.protocol === 5;
    const client = await connectAsync(options.url, {
      clientId: options.clientId ?? `cloud-${randomUUID()}`,
      protocolVersion: options.protocol ?? 4,
      clean: false,
      reconnectPeriod: 50,
      ...(isV5 ? { properties: { sessionExpiryInterval: 3600 } } : {}),
      ...options.mqtt,
    });
    if (client.stream instanceof Socket) client.stream.setNoDelay(true);
    const cloud = new Cloud(client, options);
    await client.subscribeAsync(`${cloud.#intake.prefix}/+/up/+`, { qos: 1 });
    return cloud;
  }

  /** What is known of a gateway; empty before it was heard. */
  gateway(gatewayId: string): GatewayView {
    return this.#intake.gateway(gatewayId);
  }

  /** Sends a command and waits for its reply. */
  async command(
    gatewayId: string,
    command: string,
    params: Fields,
    options: CommandOptions & { readonly deadlineMs?: number } = {},
  ): Promise<CloudReply> {
    const id = await this.send(gatewayId, command, params, options);
    return await this.reply(gatewayId, id, options.deadlineMs);
  }

  /** Sends a command. Resolves with its id when the broker has it, which is no delivery. */
  async send(
    gatewayId: string,
    command: string,
    params: Fields,
    options: CommandOptions = {},
  ): Promise<string> {
    const { id = randomUUID(), iat, exp } = options;
    const body = JSON.stringify({ id, command, params, iat, exp });
    await this.sendBody(gatewayId, "command", body);
    return id;
  }

  /** Sends bytes as they are, or signs the JSON that they are. */
  async sendBody(
    gatewayId: string,
    kind: "command" | "sync",
    body: string | Buffer,
    options: { readonly retain?: boolean } = {},
  ): Promise<void> {
    const topic = `${this.#intake.prefix}/${gatewayId}/down/${kind}`;
    const sent =
      this.#sign === undefined ? body : await this.#sign(gatewayId, kind, JSON.parse(String(body)));
    await this.#client.publishAsync(topic, sent, { qos: 1, retain: options.retain ?? false });
  }

  /** Leaves a message on the gateway's own state topic, as any client that may publish there can. */
  async sendState(gatewayId: string, body: string): Promise<void> {
    const topic = `${this.#intake.prefix}/${gatewayId}/up/state`;
    await this.#client.publishAsync(topic, body, { qos: 1, retain: true });
  }

  /** Says that everything up to `seq` has arrived. */
  acknowledge(gatewayId: string, epoch: string, seq: number): Promise<void> {
    return this.sendBody(gatewayId, "sync", JSON.stringify({ epoch, seq }));
  }

  /** Asks for everything from `from` on once more. */
  replay(gatewayId: string, from: number): Promise<void> {
    return this.sendBody(gatewayId, "sync", JSON.stringify({ replay: { from } }));
  }

  /** Sends the desired state of one lock as a snapshot, and waits for the reply. */
  async snapshot(
    gatewayId: string,
    snapshot: Fields,
    options: CommandOptions = {},
  ): Promise<CloudReply> {
    const { id = randomUUID(), iat, exp } = options;
    await this.sendBody(gatewayId, "sync", JSON.stringify({ id, snapshot, iat, exp }));
    return await this.reply(gatewayId, id);
  }

  /** Asks for the digests of a lock, or of every one. */
  async digests(gatewayId: string, uuid?: string): Promise<CloudPresence> {
    const { presences } = this.gateway(gatewayId);
    const from = presences.length;
    await this.sendBody(gatewayId, "sync", JSON.stringify({ digest: { uuid } }));
    return await this.until(
      `the digests of ${gatewayId}`,
      () => presences.slice(from).find(({ fields }) => "locks" in fields) ?? null,
    );
  }

  /** Tells the time, Unix seconds. */
  tellTime(gatewayId: string, time: number): Promise<void> {
    return this.sendBody(gatewayId, "sync", JSON.stringify({ time }));
  }

  /** Answers the question for the time in the newest birth message, Unix seconds. */
  answerTime(gatewayId: string, time: number): Promise<void> {
    const births = this.gateway(gatewayId).presences.filter(({ state }) => state === "online");
    const nonce = births.at(-1)?.fields["time_nonce"];
    return this.sendBody(gatewayId, "sync", JSON.stringify({ time, nonce }));
  }

  /** Returns the reply to the command `id`, which may have arrived already. */
  reply(gatewayId: string, id: string, deadlineMs?: number): Promise<CloudReply> {
    const view = this.gateway(gatewayId);
    return this.until(
      `the reply to ${id} from ${gatewayId}`,
      () => {
        for (const { kind, fields } of view.records) {
          if (kind === "reply" && isReply(fields) && fields.id === id) return fields;
        }
        return view.asides.filter(isReply).find((fields) => fields.id === id) ?? null;
      },
      deadlineMs,
    );
  }

  /** Returns the first event `name` that `isIt` accepts; it may have arrived already. */
  event(
    gatewayId: string,
    name: string,
    isIt: (event: CloudEvent) => boolean = () => true,
    deadlineMs?: number,
  ): Promise<CloudEvent> {
    const view = this.gateway(gatewayId);
    return this.until(
      `the event ${name} from ${gatewayId}`,
      () => {
        for (const { kind, fields } of view.records) {
          if (kind === "event" && isEvent(fields) && fields.event === name && isIt(fields)) {
            return fields;
          }
        }
        return null;
      },
      deadlineMs,
    );
  }

  /** Waits until the gateway has said that it is there, and nothing else since. */
  online(gatewayId: string, deadlineMs?: number): Promise<CloudPresence> {
    return this.#presence(gatewayId, "online", deadlineMs);
  }

  /** Waits for the gateway's farewell or will. */
  offline(gatewayId: string, deadlineMs?: number): Promise<CloudPresence> {
    return this.#presence(gatewayId, "offline", deadlineMs);
  }

  /** Waits until every record of the gateway up to `seq` has arrived. */
  async upTo(gatewayId: string, seq: number, deadlineMs?: number): Promise<GatewayView> {
    const view = this.gateway(gatewayId);
    return await this.until(
      () => `records up to ${seq} from ${gatewayId}; there are ${view.head}`,
      () => (view.head >= seq ? view : null),
      deadlineMs,
    );
  }

  /** Calls `find` now and after each message, until it returns something. */
  until<T>(
    what: string | (() => string),
    find: () => T | null,
    deadlineMs: number = defaultDeadlineMs,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = find();
        if (found === null) return;
        this.#watchers.delete(look);
        clearTimeout(timer);
        resolve(found);
      };
      const timer = setTimeout(() => {
        this.#watchers.delete(look);
        const text = typeof what === "string" ? what : what();
        reject(new Error(`waited ${deadlineMs} ms in vain for ${text}`));
      }, deadlineMs);
      this.#watchers.add(look);
      look();
    });
  }

  async close(): Promise<void> {
    await this.#client.endAsync(true);
  }

  #presence(
    gatewayId: string,
    state: CloudPresence["state"],
    deadlineMs: number | undefined,
  ): Promise<CloudPresence> {
    const view = this.gateway(gatewayId);
    return this.until(
      `${gatewayId} to be ${state}`,
      () => (view.presence?.state === state ? view.presence : null),
      deadlineMs,
    );
  }
}
