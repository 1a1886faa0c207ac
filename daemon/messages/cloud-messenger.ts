import Type from "typebox";
import type { Command } from "../commands/command.ts";
import { type TimeReading, timestampOf } from "../core/model/clock.ts";
import { GatewayError } from "../core/model/errors.ts";
import type { Store } from "../store/store.ts";
import type { Message, MessagePort } from "../tuya-actions/ports.ts";
import { messageFields, sealedCode } from "./message-fields.ts";

/** Time limit of the cloud's acknowledgement. */
const patienceMs = 20_000;
/** Limit of the messages that wait at a time; one more is not sent. */
const maxWaiting = 32;

export interface CloudMessengerPorts {
  readonly store: Store;
  reading(): TimeReading;
  /** Returns whether the cloud is connected now. */
  isConnected(): boolean;
  onFault(cause: unknown): void;
  /** Default 20 s. */
  readonly patienceMs?: number;
}

const input = Type.Object(
  {
    message_id: Type.String({ minLength: 1, maxLength: 64, description: "of the messageRequest" }),
    handed_over: Type.Boolean({ description: "whether a carrier has taken it" }),
  },
  { additionalProperties: false },
);

/**
 * Hands messages to the cloud: each is an event `messageRequest` in the journal, and the cloud answers with the
 * command `message_acknowledge`. A message without an answer in time, or during a restart, counts as not handed
 * over.
 */
export class CloudMessenger implements MessagePort {
  readonly #ports: CloudMessengerPorts;
  readonly #waiting = new Map<string, (isHandedOver: boolean) => void>();

  constructor(ports: CloudMessengerPorts) {
    this.#ports = ports;
  }

  async handOver(message: Message): Promise<boolean> {
    if (!this.#ports.isConnected() || this.#waiting.size >= maxWaiting) return false;
    const answer = this.#answerTo(message.messageId);
    try {
      await this.#request(message);
    } catch (cause) {
      this.#ports.onFault(cause);
      this.#waiting.get(message.messageId)?.(false);
    }
    return await answer;
  }

  /** Ends all waits: these messages count as not handed over. */
  close(): void {
    for (const end of this.#waiting.values()) end(false);
  }

  /** The cloud's answer. */
  readonly acknowledgement: Command<typeof input> = {
    name: "message_acknowledge",
    summary: "Tells whether a message that the gateway asked for was handed over.",
    access: "manager",
    isReadOnly: false,
    errors: ["notFound"],
    // Machines answer it: no person does anything.
    activity: "none",
    input,
    output: Type.Object({}),
    run: (_context, { message_id: messageId, handed_over: isHandedOver }) => {
      const end = this.#waiting.get(messageId);
      if (end === undefined) {
        throw new GatewayError("notFound", "message_id: nobody waits for this message", {
          field: "message_id",
        });
      }
      return { changes: [], journal: [], wake: [], result: {}, after: () => end(isHandedOver) };
    },
  };

  async #request(message: Message): Promise<void> {
    await this.#ports.store.commit(
      {
        changes: [],
        journal: [
          {
            kind: "event",
            event: "messageRequest",
            lock: message.lock,
            detail: messageFields(message),
            sealed: [sealedCode(message)],
          },
        ],
      },
      timestampOf(this.#ports.reading()),
    );
  }

  #answerTo(messageId: string): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (isHandedOver: boolean) => {
        clearTimeout(timer);
        this.#waiting.delete(messageId);
        resolve(isHandedOver);
      };
      const timer = setTimeout(() => end(false), this.#ports.patienceMs ?? patienceMs);
      this.#waiting.set(messageId, end);
    });
  }
}
