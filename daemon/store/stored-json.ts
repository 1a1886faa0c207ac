import type { Json } from "../core/journal.ts";
import { StoreFailure } from "./store-failure.ts";

/** JSON with the keys of every object sorted and nothing undefined: equal values, equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, field: unknown) =>
    typeof field === "object" && field !== null && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).sort(([left], [right]) => (left < right ? -1 : 1)))
      : field,
  );
}

/** @throws StoreFailure `damaged` when the text is not JSON. */
export function parseStored(text: string, what: string): Json {
  try {
    return deepFreeze(JSON.parse(text));
  } catch (error) {
    throw new StoreFailure("damaged", `${what} is not JSON`, { cause: error });
  }
}

/** Freezes a value made by JSON.parse, all the way down. */
export function deepFreeze<V>(value: V): V {
  if (typeof value === "object" && value !== null) {
    for (const field of Object.values(value)) {
      deepFreeze(field);
    }
    Object.freeze(value);
  }
  return value;
}
