import type { MqttClient } from "mqtt";
import type { Logger } from "pino";
import { delay } from "../../daemon/base/delay.ts";
import { openerOf } from "./broker-client.ts";
import {
  type ClientIdentity,
  clientOptionsOf,
  type LinkSettings,
  maxPacketBytes,
} from "./client-options.ts";
import { ClientConnection, type Connection } from "./connection.ts";
import { HeldPubacks, type IntakeLimits, oneAtATime } from "./held-pubacks.ts";
import { causeOfErrorCode, causeOfReasonCode, isAlarm, type LossCause } from "./loss-cause.ts";
import { waitMs } from "./reconnect.ts";

/** After a connection of this length the waits begin again at the first one. */
const steadyMs = 30_000;
/** How long the broker may take to close after our DISCONNECT. */
const closeTimeoutMs = 1_000;
/** The limit of a broker that names none: the largest packet of MQTT. */
const mqttMaxPacketBytes = 256 * 1024 * 1024;

/** One message from the broker. */
export interface IncomingMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly isRetained: boolean;
  /** Returns whether the connection is lost: the broker sends the message again, with all that came after it. */
  isWithdrawn?(): boolean;
}

/** Whether the broker lets the gateway subscribe to a topic that is not essential. */
export interface Watch {
  /** Null while the broker has not answered, or was not asked. */
  readonly isGranted: boolean | null;
}

/** What the link reports to its owner. */
export interface LinkOwner {
  /** Connected and subscribed. */
  onUp(connection: Connection, watch: Watch): void;
  /** The connection of the last `onUp` is lost. */
  onDown(cause: LossCause, why: string): void;
  /** An attempt failed before the link was up. */
  onFailed(cause: LossCause, why: string): void;
  /**
   * The PUBACK is sent when the promise resolves. If it rejects, the connection is dropped, and the broker
   * sends the message again.
   */
  onMessage(message: IncomingMessage): Promise<void>;
}

export interface LinkOptions {
  /** How log lines call it, e.g. `cloud link`. */
  readonly name: string;
  readonly settings: LinkSettings;
  readonly identity: ClientIdentity;
  readonly subscriptions: readonly string[];
  /** A topic that is also subscribed to if the broker allows it; null = none. */
  readonly watched: string | null;
  /** The broker stores messages of QoS 1 while the connection is lost. */
  readonly keepsSession: boolean;
  /** How much is taken from the broker before it is handled; absent = one message after the other. */
  readonly intake?: IntakeLimits;
  /** Uniform in [0, 1). */
  random(): number;
  readonly logger: Logger;
}

/** After this many connections that ended before the broker answered for the watched topic it is left out. */
const maxUnansweredWatches = 2;

interface Ending {
  readonly cause: LossCause;
  readonly why: string;
  /** How long the link was up, null when it never was. */
  readonly upMs: number | null;
}

/**
 * Keeps a connection to the broker: one MQTT.js client per attempt, waits with full jitter between
 * attempts, and subscribes each time. A broker that is away is never an error of the daemon.
 */
export class Link {
  readonly #options: LinkOptions;
  readonly #owner: LinkOwner;
  readonly #stopping = new AbortController();
  #running: Promise<void> | null = null;
  /** Connections in a row that ended before the broker answered for the watched topic. */
  #unansweredWatches = 0;

  constructor(options: LinkOptions, owner: LinkOwner) {
    this.#options = options;
    this.#owner = owner;
  }

  start(): void {
    this.#running ??= this.#run(this.#stopping.signal);
  }

  /** Sends DISCONNECT, so that the broker does not publish the will, and ends. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { settings, logger, random, name } = this.#options;
    const { urls } = settings;
    let failures = 0;
    let isFresh = !this.#options.keepsSession;
    let broker = 0;
    while (!signal.aborted) {
      const url = urls[broker % urls.length] ?? "";
      const ending: Ending = await this.#attempt(url, isFresh, signal).catch((error: unknown) =>
        this.#failToTry(error),
      );
      const { cause, why, upMs } = ending;
      if (signal.aborted) return;
      if (upMs !== null && upMs >= steadyMs) failures = 0;
      // With the old session the broker would send an oversize message again for ever.
      isFresh = cause === "oversize" || !this.#options.keepsSession;
      if (upMs === null || cause === "moved") broker += 1;
      // The wait grows once per round through the list: the second broker is tried as soon as the first.
      const rounds = Math.floor(failures / urls.length);
      const ms = Math.round(waitMs(cause, rounds, settings.reconnect, random()));
      failures += 1;
      const line = { url, cause, why, failures, waitMs: ms };
      if (isAlarm(cause)) logger.error(line, `${name} needs attention`);
      else logger.warn(line, `${name} down`);
      await delay(ms, signal);
    }
  }

  /** One connection from its first packet to its last. Rejects only when it cannot even be tried. */
  async #attempt(url: string, isFresh: boolean, signal: AbortSignal): Promise<Ending> {
    const { settings, identity, subscriptions, keepsSession } = this.#options;
    const open = await openerOf(url);
    if (signal.aborted) return { cause: "stopped", why: "stopping", upMs: null };
    const client = open(clientOptionsOf(settings, identity, { isFresh, isKept: keepsSession }));
    let end: { readonly cause: LossCause; readonly why: string } | null = null;
    let connection: ClientConnection | null = null;
    let upAtMs = 0;

    const drop = (cause: LossCause, why: string) => {
      end ??= { cause, why };
      client.stream.destroy();
    };
    const onAbort = () => {
      if (connection === null) {
        drop("stopped", "stopping");
      } else {
        end ??= { cause: "stopped", why: "stopping" };
        disconnect(client, connection);
      }
    };
    signal.addEventListener("abort", onAbort, { once: true });
    const setupTimer = setTimeout(
      () => drop("unreachable", `not subscribed within ${settings.connectTimeoutMs} ms`),
      settings.connectTimeoutMs,
    );

    this.#receive(client, drop);
    client.on("error", (error) => {
      const cause = causeOfErrorCode("code" in error ? error.code : undefined);
      drop(cause ?? (connection === null ? "unreachable" : "cut"), error.message);
    });
    client.on("connect", (connack) => {
      const wanted = Object.fromEntries(subscriptions.map((topic) => [topic, { qos: 1 as const }]));
      client.subscribe(wanted, (error, granted) => {
        if (end !== null || !client.connected) return;
        if (error !== null || granted === undefined || granted.some(({ qos }) => qos !== 1)) {
          drop("subscribeRefused", error?.message ?? "subscription granted below QoS 1");
          return;
        }
        clearTimeout(setupTimer);
        upAtMs = performance.now();
        const { window, acknowledgeTimeoutMs } = settings;
        const limits = {
          window: Math.min(window, connack.properties?.receiveMaximum ?? window),
          maximumPacketBytes: connack.properties?.maximumPacketSize ?? mqttMaxPacketBytes,
          acknowledgeTimeoutMs,
        };
        connection = new ClientConnection(client, limits, drop);
        this.#owner.onUp(connection, this.#watch(client));
      });
    });

    return await new Promise((resolve) => {
      client.once("close", () => {
        clearTimeout(setupTimer);
        signal.removeEventListener("abort", onAbort);
        connection?.close();
        const upMs = connection === null ? null : performance.now() - upAtMs;
        const { cause, why } = end ?? endingOfClose(upMs);
        if (upMs === null) this.#owner.onFailed(cause, why);
        else this.#owner.onDown(cause, why);
        resolve({ cause, why, upMs });
      });
    });
  }

  /** Subscribes to the watched topic in a packet of its own: some brokers close the connection over it. */
  #watch(client: MqttClient): Watch {
    const watch: { isGranted: boolean | null } = { isGranted: null };
    const { watched, logger } = this.#options;
    if (watched === null || this.#unansweredWatches >= maxUnansweredWatches) return watch;
    const onClose = () => {
      this.#unansweredWatches += 1;
      if (this.#unansweredWatches < maxUnansweredWatches) return;
      logger.warn(
        { topic: watched },
        "the broker closes the connection over this subscription; continuing without it",
      );
    };
    client.once("close", onClose);
    client.subscribe({ [watched]: { qos: 1 } }, (error, granted) => {
      if (!client.connected) return;
      client.off("close", onClose);
      this.#unansweredWatches = 0;
      watch.isGranted = error === null && granted?.every(({ qos }) => qos <= 1) === true;
    });
    return watch;
  }

  /** TLS throws at once for a certificate or key that it cannot read. That must not end the daemon. */
  #failToTry(error: unknown): Ending {
    const ending = {
      cause: "refused",
      why: `cannot connect: ${textOf(error)}`,
      upMs: null,
    } as const;
    this.#owner.onFailed(ending.cause, ending.why);
    return ending;
  }

  #receive(client: MqttClient, drop: (cause: LossCause, why: string) => void): void {
    const pubacks = new HeldPubacks(client, this.#options.intake ?? oneAtATime);
    let isWithdrawn = false;
    client.once("close", () => {
      isWithdrawn = true;
    });
    client.handleMessage = (packet, done) => {
      const { topic, payload, retain, messageId } = packet;
      const body = typeof payload === "string" ? Buffer.from(payload) : payload;
      const handled = this.#owner.onMessage({
        ...{ topic, payload: body, isRetained: retain },
        isWithdrawn: () => isWithdrawn,
      });
      // What the owner learns from its own retained state decides whether it may send anything.
      const isInLine = topic === this.#options.watched;
      const isHandled = pubacks.receive({ messageId, bytes: body.length, isInLine }, done);
      handled.then(isHandled, (error: unknown) => {
        // The next messages must not be handled before this one.
        isWithdrawn = true;
        // The PUBACKs of the messages before are written in this turn.
        setImmediate(() => drop("storeFailed", textOf(error)));
      });
    };
    client.on("disconnect", ({ reasonCode = 0, properties }) => {
      const code = `0x${reasonCode.toString(16).padStart(2, "0")}`;
      const reference = properties?.serverReference;
      const hint = reference === undefined ? "" : `, use ${reference}`;
      drop(causeOfReasonCode(reasonCode), `broker disconnects with ${code}${hint}`);
    });
    // MQTT 3.1.1 has no limit for packets, and MQTT.js reports a packet only when it is complete.
    let bytesSincePacket = 0;
    client.on("packetreceive", () => {
      bytesSincePacket = 0;
    });
    client.stream.on("data", (chunk: Buffer) => {
      bytesSincePacket += chunk.length;
      if (bytesSincePacket > maxPacketBytes) {
        drop("oversize", `a packet from the broker is larger than ${maxPacketBytes} bytes`);
      }
    });
  }
}

/** Sends DISCONNECT. If the broker does not close in time, the socket is closed here. */
function disconnect(client: MqttClient, connection: ClientConnection): void {
  const isQuiet = connection.unacknowledged === 0;
  connection.close();
  const abandon = setTimeout(() => client.stream.destroy(), closeTimeoutMs);
  client.once("close", () => clearTimeout(abandon));
  // MQTT.js would wait without a limit for the PUBACKs of unacknowledged publications.
  client.end(!isQuiet);
}

function endingOfClose(upMs: number | null): { readonly cause: LossCause; readonly why: string } {
  return upMs === null
    ? { cause: "unreachable", why: "closed before the link was up" }
    : { cause: "cut", why: "closed by the broker" };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
