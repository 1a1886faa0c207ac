import type { JsonObject } from "../base/json.ts";
import type { PostResult } from "../callbacks/poster.ts";
import { withOpened } from "../commands/passwords/reply-codes.ts";
import type { CodeSealer } from "../commands/ports.ts";
import type { Message, MessagePort } from "../tuya-actions/ports.ts";
import { messageFields, sealedCode } from "./message-fields.ts";

/** Limit of the messages that one carrier transports at a time; one more is not sent. */
const maxUnderWay = 16;

export interface DirectMessengerPorts {
  /**
   * Hands the message to the carrier: the fields of {@link messageFields} with `lock`, and the code in clear. Ends
   * early when `signal` is aborted.
   */
  carry(fields: JsonObject, signal: AbortSignal): Promise<PostResult>;
  readonly sealer: Pick<CodeSealer, "open">;
  onRefused(messageId: string, why: string): void;
  onFault(cause: unknown): void;
}

/** Hands messages directly to a carrier of the owner, with one try each. */
export class DirectMessenger implements MessagePort {
  readonly #ports: DirectMessengerPorts;
  readonly #stop = new AbortController();
  #underWay = 0;

  constructor(ports: DirectMessengerPorts) {
    this.#ports = ports;
  }

  async handOver(message: Message): Promise<boolean> {
    if (this.#underWay >= maxUnderWay || this.#stop.signal.aborted) return false;
    this.#underWay += 1;
    try {
      const sealed = { lock: message.lock, ...messageFields(message) };
      const fields = withOpened(sealed, [sealedCode(message)], this.#ports.sealer);
      const result = await this.#ports.carry(fields, this.#stop.signal);
      if (result.kind === "accepted") return true;
      this.#ports.onRefused(message.messageId, result.why);
      return false;
    } catch (cause) {
      // For example a seal that does not open, or a missing file of authorities: nothing was handed over.
      this.#ports.onFault(cause);
      return false;
    } finally {
      this.#underWay -= 1;
    }
  }

  /** Aborts all messages under way: they count as not handed over. */
  close(): void {
    this.#stop.abort();
  }
}
