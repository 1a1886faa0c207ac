import type { MqttClient } from "mqtt";
import { causeOfReasonCode, type LossCause } from "./loss-cause.ts";

/** PUBACK (MQTT 5.0 §3.4.2.1): taken, and there is no matching subscriber. */
const noMatchingSubscribers = 0x10;

export interface PublishOptions {
  readonly retain: boolean;
  /** Called with the reason code of a PUBACK that refuses; absent = the connection is dropped then. */
  onRefused?(reasonCode: number): void;
}

/** A standing connection: subscribed, ready to publish. Dead for good once it is lost. */
export interface Connection {
  /** Most QoS 1 publications that may be unacknowledged at one time. */
  readonly window: number;
  /** Largest packet the broker takes, in bytes. */
  readonly maximumPacketBytes: number;
  /**
   * Writes a QoS 1 PUBLISH at once; never more than {@link Connection.window} at one time.
   * `onAcknowledged` is called on its PUBACK; `isHeard` is false when the broker says that nobody
   * is subscribed, which only MQTT 5 can. When the connection is lost, nothing is called: the link tells
   * its owner of the loss.
   */
  publish(
    topic: string,
    body: string,
    options: PublishOptions,
    onAcknowledged: (isHeard: boolean) => void,
  ): void;
  /** Publications that may still be written before one is acknowledged. */
  readonly room: number;
  /** Cuts the connection without a word, so that the broker sends again what was not acknowledged. */
  drop(cause: LossCause, why: string): void;
}

/**
 * MQTT.js as a {@link Connection}.
 *
 * INVARIANTS: publishes only while the client is connected, so MQTT.js never queues or stores
 * anything for later; at most `window` publications are open, because MQTT.js itself does not
 * heed the broker's Receive Maximum.
 */
export class ClientConnection implements Connection {
  readonly window: number;
  readonly maximumPacketBytes: number;
  readonly #client: MqttClient;
  readonly #onDrop: (cause: LossCause, why: string) => void;
  readonly #acknowledgeTimeoutMs: number;
  /** Packet ids of publications that nobody heard, until their callback comes. */
  readonly #unheard = new Set<number>();
  #unacknowledged = 0;
  #silence: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(
    client: MqttClient,
    limits: {
      readonly window: number;
      readonly maximumPacketBytes: number;
      readonly acknowledgeTimeoutMs: number;
    },
    onDrop: (cause: LossCause, why: string) => void,
  ) {
    this.#client = client;
    this.window = limits.window;
    this.maximumPacketBytes = limits.maximumPacketBytes;
    this.#acknowledgeTimeoutMs = limits.acknowledgeTimeoutMs;
    this.#onDrop = onDrop;
    // MQTT.js takes this reason for a success and keeps it to itself.
    client.on("packetreceive", (packet) => {
      if (packet.cmd !== "puback" || packet.reasonCode !== noMatchingSubscribers) return;
      if (packet.messageId !== undefined) this.#unheard.add(packet.messageId);
    });
  }

  get unacknowledged(): number {
    return this.#unacknowledged;
  }

  get room(): number {
    return this.window - this.#unacknowledged;
  }

  publish(
    topic: string,
    body: string,
    options: PublishOptions,
    onAcknowledged: (isHeard: boolean) => void,
  ): void {
    if (this.#isClosed || !this.#client.connected) return;
    if (this.room <= 0) {
      throw new Error(`more than ${this.window} publications on their way`);
    }
    this.#unacknowledged += 1;
    if (this.#unacknowledged === 1) this.#listen();
    this.#client.publish(topic, body, { qos: 1, retain: options.retain }, (error, packet) => {
      if (this.#isClosed) return;
      const reasonCode = error === undefined || error === null ? null : refusalOf(error);
      const { onRefused = null } = options;
      if (reasonCode !== null && (onRefused === null || !isOfMessage(reasonCode))) {
        this.drop(causeOfReasonCode(reasonCode), `publication refused: ${error?.message ?? ""}`);
        return;
      }
      this.#unacknowledged -= 1;
      // MQTT sends a publication again only after a reconnect: a lost PUBACK on a living link
      // would stop the journal for ever.
      if (this.#unacknowledged === 0) clearTimeout(this.#silence);
      else this.#silence?.refresh();
      if (reasonCode !== null) onRefused?.(reasonCode);
      else onAcknowledged(!this.#unheard.delete(packet?.messageId ?? 0));
    });
  }

  drop(cause: LossCause, why: string): void {
    if (this.#isClosed) return;
    this.close();
    this.#onDrop(cause, why);
  }

  /** The connection is over: no callback is called any more. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#silence);
  }

  #listen(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(
      () => this.drop("unacknowledged", `no PUBACK for ${this.#acknowledgeTimeoutMs} ms`),
      this.#acknowledgeTimeoutMs,
    );
  }
}

/** Quota exceeded: some brokers answer so to a record that is larger than their quota ever gets. */
const quotaExceeded = 0x97;

/** Whether it says something about the message or its topic, not about the broker's load alone. */
function isOfMessage(reasonCode: number): boolean {
  if (reasonCode === quotaExceeded) return true;
  return reasonCode >= 0x80 && causeOfReasonCode(reasonCode) !== "overloaded";
}

/** The reason code of a PUBACK, or 0 for an error that is none: the connection cannot be used then. */
function refusalOf(error: Error): number {
  return "code" in error && typeof error.code === "number" ? error.code : 0;
}
