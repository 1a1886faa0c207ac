import type { MqttClient } from "mqtt";
import { causeOfReasonCode, type LossCause } from "./loss-cause.ts";

/** PUBACK (MQTT 5.0 §3.4.2.1): accepted, and there is no matching subscriber. */
const noMatchingSubscribers = 0x10;

export interface PublishOptions {
  readonly retain: boolean;
  /** Called with the reason code of a PUBACK that refuses; absent = a refusal drops the connection. */
  onRefused?(reasonCode: number): void;
}

/** A connection that is subscribed and ready to publish. It is never used again once it is lost. */
export interface Connection {
  /** Most QoS 1 publications that may be unacknowledged at one time. */
  readonly window: number;
  /** Largest packet that the broker accepts, in bytes. */
  readonly maximumPacketBytes: number;
  /**
   * Writes a QoS 1 PUBLISH at once; never more than {@link Connection.window} at one time.
   * `onAcknowledged` is called on its PUBACK; `hasSubscriber` is false when the broker says that nobody
   * is subscribed, which only MQTT 5 can. After a loss nothing is called: the link reports the loss to its
   * owner.
   */
  publish(
    topic: string,
    body: string,
    options: PublishOptions,
    onAcknowledged: (hasSubscriber: boolean) => void,
  ): void;
  /** Publications that may still be written before one is acknowledged. */
  readonly room: number;
  /** Cuts the connection without a DISCONNECT: the broker sends again what was not acknowledged. */
  drop(cause: LossCause, why: string): void;
}

/**
 * MQTT.js as a {@link Connection}.
 *
 * INVARIANTS: it publishes only while the client is connected, so MQTT.js never queues or stores
 * anything for later; at most `window` publications are unacknowledged, because MQTT.js ignores the
 * broker's Receive Maximum.
 */
export class ClientConnection implements Connection {
  readonly window: number;
  readonly maximumPacketBytes: number;
  readonly #client: MqttClient;
  readonly #onDrop: (cause: LossCause, why: string) => void;
  readonly #acknowledgeTimeoutMs: number;
  /** Packet ids of publications without a subscriber, until their callback comes. */
  readonly #withoutSubscriber = new Set<number>();
  #unacknowledged = 0;
  #silenceTimer: NodeJS.Timeout | undefined;
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
    // MQTT.js treats this reason code as a success and does not report it.
    client.on("packetreceive", (packet) => {
      if (packet.cmd !== "puback" || packet.reasonCode !== noMatchingSubscribers) return;
      if (packet.messageId !== undefined) this.#withoutSubscriber.add(packet.messageId);
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
    onAcknowledged: (hasSubscriber: boolean) => void,
  ): void {
    if (this.#isClosed || !this.#client.connected) return;
    if (this.room <= 0) {
      throw new Error(`more than ${this.window} publications in flight`);
    }
    this.#unacknowledged += 1;
    if (this.#unacknowledged === 1) this.#startSilenceTimer();
    this.#client.publish(topic, body, { qos: 1, retain: options.retain }, (error, packet) => {
      if (this.#isClosed) return;
      const reasonCode = error === undefined || error === null ? null : refusalOf(error);
      const { onRefused = null } = options;
      if (reasonCode !== null && (onRefused === null || !isOfMessage(reasonCode))) {
        this.drop(causeOfReasonCode(reasonCode), `publication refused: ${error?.message ?? ""}`);
        return;
      }
      this.#unacknowledged -= 1;
      // MQTT sends a publication again only after a reconnect: a PUBACK that is lost on a working
      // connection would stop the journal for ever.
      if (this.#unacknowledged === 0) clearTimeout(this.#silenceTimer);
      else this.#silenceTimer?.refresh();
      if (reasonCode !== null) onRefused?.(reasonCode);
      else onAcknowledged(!this.#withoutSubscriber.delete(packet?.messageId ?? 0));
    });
  }

  drop(cause: LossCause, why: string): void {
    if (this.#isClosed) return;
    this.close();
    this.#onDrop(cause, why);
  }

  /** Ends the connection: no callback is called any more. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#silenceTimer);
  }

  #startSilenceTimer(): void {
    clearTimeout(this.#silenceTimer);
    this.#silenceTimer = setTimeout(
      () => this.drop("unacknowledged", `no PUBACK for ${this.#acknowledgeTimeoutMs} ms`),
      this.#acknowledgeTimeoutMs,
    );
  }
}

/** Quota exceeded: some brokers answer this to a record that is larger than their whole quota. */
const quotaExceeded = 0x97;

/** Returns whether the code concerns the message or its topic, and not only the load of the broker. */
function isOfMessage(reasonCode: number): boolean {
  if (reasonCode === quotaExceeded) return true;
  return reasonCode >= 0x80 && causeOfReasonCode(reasonCode) !== "overloaded";
}

/** Returns the reason code of a PUBACK, or 0 for any other error, after which the connection is unusable. */
function refusalOf(error: Error): number {
  return "code" in error && typeof error.code === "number" ? error.code : 0;
}
