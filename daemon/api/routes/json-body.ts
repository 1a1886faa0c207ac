import { isJsonList, type Json, type JsonObject } from "../../base/json.ts";
import { GatewayError } from "../../core/model/errors.ts";

/** Limit of nesting; no command needs more. */
export const maxJsonDepth = 16;

const forbiddenNames: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/**
 * Parses a request's body.
 * @throws GatewayError `badParameters` for text that is no JSON object, is too deep, or names a prototype
 */
export function parseJsonBody(text: string): JsonObject {
  let body: Json;
  try {
    body = JSON.parse(text);
  } catch (cause) {
    throw new GatewayError("badParameters", "body: is not JSON", { cause });
  }
  if (typeof body !== "object" || body === null || isJsonList(body)) {
    throw new GatewayError("badParameters", "body: must be a JSON object");
  }
  refuseOddShapes(body, 1);
  return body;
}

function refuseOddShapes(value: Json, depth: number): void {
  if (typeof value !== "object" || value === null) {
    return;
  }
  if (depth > maxJsonDepth) {
    throw new GatewayError("badParameters", `body: is nested deeper than ${maxJsonDepth}`);
  }
  for (const [name, inner] of Object.entries(value)) {
    if (forbiddenNames.has(name)) {
      throw new GatewayError("badParameters", `${name}: is not a parameter name`, { field: name });
    }
    refuseOddShapes(inner, depth + 1);
  }
}
