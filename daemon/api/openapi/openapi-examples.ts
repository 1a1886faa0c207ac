import type { JsonObject } from "../../base/json.ts";
import { callExamples } from "../../commands/examples/call-examples.ts";

/** The answer to a call that succeeded: its schema, and what the daemon answered in a real run. */
export interface Success {
  readonly schema: JsonObject;
  readonly example?: JsonObject;
}

/** Returns the parameters of a real call, of these fields. */
export function requestExample(command: string, fields: readonly string[]): JsonObject {
  const params: JsonObject = JSON.parse(callExamples[command]?.request ?? "{}");
  return Object.fromEntries(Object.entries(params).filter(([name]) => fields.includes(name)));
}

/** Returns a real answer; nothing where there is only a refusal. */
export function replyExample(command: string): { readonly example?: JsonObject } {
  const reply: JsonObject = JSON.parse(callExamples[command]?.reply ?? "{}");
  return reply["ErrNo"] === 0 ? { example: reply } : {};
}
