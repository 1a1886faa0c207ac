/** A JSON value as it is stored and sent. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

/** Returns whether a value has named fields: it is an object, and neither null nor a list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns whether a value is a JSON object. The caller knows that the value came from a JSON text. */
export function isJsonObject(value: unknown): value is JsonObject {
  return isObject(value);
}

/** Returns whether a JSON value is a list. `Array.isArray` does not narrow read-only lists. */
export function isJsonList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
