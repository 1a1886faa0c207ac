import type { Message, MessagePort } from "../actions/ports.ts";
import type { PostResult } from "../callbacks/post.ts";
import type { CodeSealer } from "../commands/command.ts";
import { withOpened } from "../commands/opened.ts";
import { messageWords, sealedCode } from "./message-words.ts";

/** So many messages are on their way at one time; one more is not sent. */
const maxUnderWay = 16;

export interface WebhookMessengerPorts {
  /** Posts to the carrier's URL; never rejects. It answers `{ErrNo: 0}` when it has taken the message. */
  post(body: string, signal: AbortSignal): Promise<PostResult>;
  readonly sealer: Pick<CodeSealer, "open">;
  onRefused(messageId: string, why: string): void;
  onFault(cause: unknown): void;
}

/** Messages carried by whoever answers at a URL: an SMS or mail service of the owner's. One try each. */
export class WebhookMessenger implements MessagePort {
  readonly #ports: WebhookMessengerPorts;
  readonly #stop = new AbortController();
  #underWay = 0;

  constructor(ports: WebhookMessengerPorts) {
    this.#ports = ports;
  }

  async handOver(message: Message): Promise<boolean> {
    if (this.#underWay >= maxUnderWay || this.#stop.signal.aborted) return false;
    this.#underWay += 1;
    try {
      const words = { lock: message.lock, ...messageWords(message) };
      const body = JSON.stringify(withOpened(words, [sealedCode(message)], this.#ports.sealer));
      const result = await this.#ports.post(body, this.#stop.signal);
      if (result.kind === "accepted") return true;
      this.#ports.onRefused(message.messageId, result.why);
      return false;
    } catch (cause) {
      // A seal that does not open, a file of authorities that is gone: nothing was handed over.
      this.#ports.onFault(cause);
      return false;
    } finally {
      this.#underWay -= 1;
    }
  }

  /** Ends what is on its way: it counts as not handed over. */
  close(): void {
    this.#stop.abort();
  }
}
