import type { JsonObject } from "../base/json.ts";
import type { SealedDetail } from "../core/model/journal.ts";
import type { Message } from "../tuya-actions/ports.ts";

/** A message as a carrier gets it: times in ms. The code stands at `code`, put there when it leaves. */
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
