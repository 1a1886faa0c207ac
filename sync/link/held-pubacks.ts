import type { MqttClient } from "mqtt";

/** How many messages a link takes from the broker before it handles them. */
export interface IntakeLimits {
  readonly messages: number;
  readonly bytes: number;
}

/** One message is taken after the other. */
export const oneAtATime: IntakeLimits = { messages: 1, bytes: Number.POSITIVE_INFINITY };

/** A message as it comes from the broker. */
export interface ReceivedMessage {
  /** Undefined with QoS 0. */
  readonly messageId: number | undefined;
  readonly bytes: number;
  /** Nothing behind it is read before it is handled. */
  readonly isInLine: boolean;
}

/** A message that was received and whose PUBACK is not sent yet. */
interface Held extends ReceivedMessage {
  isHandled: boolean;
  /** Sends its PUBACK; null until MQTT.js has asked for it. */
  send: (() => void) | null;
}

/**
 * Sends the PUBACK of each message when its effect is on disk, in the sequence of the messages (MQTT 4.6), and lets
 * MQTT.js read on meanwhile. By itself MQTT.js reads nothing behind a message that is being handled: PUBACKs for
 * our own records wait there behind every command that the broker has sent, and some brokers send many.
 */
export class HeldPubacks {
  readonly #client: MqttClient;
  readonly #limits: IntakeLimits;
  readonly #held: Held[] = [];
  /** Lets MQTT.js read on. */
  #continue: (() => void) | null = null;
  #messages = 0;
  #bytes = 0;
  /** Messages that are not handled and that the next ones must not overtake. */
  #inLine = 0;

  /** @throws Error when MQTT.js has changed so that this cannot be done */
  constructor(client: MqttClient, limits: IntakeLimits) {
    this.#client = client;
    this.#limits = limits;
    const sendPacket: unknown = Reflect.get(client, "_sendPacket");
    if (typeof sendPacket !== "function") {
      throw new Error("this version of MQTT.js does not show how it sends a PUBACK");
    }
    Reflect.set(client, "_sendPacket", (...given: readonly unknown[]): void => {
      const [packet, done] = given;
      const held = this.#awaited(packet);
      if (held === undefined) {
        Reflect.apply(sendPacket, client, given);
        return;
      }
      held.send = () => Reflect.apply(sendPacket, client, [packet]);
      this.#flush();
      if (typeof done === "function") done();
    });
  }

  /**
   * Notes a message from the broker.
   * @param read lets MQTT.js continue; called at once, or when there is room
   * @returns a function that must be called when its effect is on disk
   */
  receive(message: ReceivedMessage, read: () => void): () => void {
    const held: Held = { ...message, isHandled: false, send: null };
    this.#held.push(held);
    this.#count(held, 1);
    this.#continue = read;
    this.#readOn();
    return () => {
      held.isHandled = true;
      this.#count(held, -1);
      this.#readOn();
      this.#flush();
    };
  }

  #count({ bytes, isInLine }: Held, sign: 1 | -1): void {
    this.#messages += sign;
    this.#bytes += sign * bytes;
    if (isInLine) this.#inLine += sign;
  }

  #readOn(): void {
    const { messages, bytes } = this.#limits;
    const isFull = this.#messages >= messages || this.#bytes >= bytes || this.#inLine > 0;
    if (isFull || !this.#client.connected) return;
    const read = this.#continue;
    this.#continue = null;
    read?.();
  }

  #awaited(packet: unknown): Held | undefined {
    if (typeof packet !== "object" || packet === null) return undefined;
    if (Reflect.get(packet, "cmd") !== "puback") return undefined;
    const messageId: unknown = Reflect.get(packet, "messageId");
    return this.#held.find((held) => held.messageId === messageId && held.send === null);
  }

  #flush(): void {
    for (;;) {
      const [first] = this.#held;
      if (first?.isHandled !== true) return;
      if (first.messageId !== undefined && first.send === null) return;
      this.#held.shift();
      if (this.#client.connected) first.send?.();
    }
  }
}
