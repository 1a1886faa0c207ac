import type { JsonObject } from "../base/json.ts";
import type { SealedDetail } from "../core/model/journal.ts";
import type { Message } from "../tuya-actions/ports.ts";

/** Returns the fields of a message for a carrier, with times in ms. The code is put at `code` when the message is sent. */
export function messageFields(message: Message): JsonObject {
  return {
    message_id: message.messageId,
    kind: message.kind,
    to: message.to,
    country_code: message.countryCode,
    lock_name: message.lockName,
    name: message.name,
    code: null,
    valid_from: message.validFromMs,
    valid_until: message.validUntilMs,
  };
}

export function sealedCode({ code, boundTo }: Message): SealedDetail {
  return { path: ["code"], code, boundTo };
}
