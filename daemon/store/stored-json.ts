import type { Json } from "../core/journal.ts";
import { StoreFailure } from "./store-failure.ts";

/** JSON with the keys of every object sorted and nothing undefined: equal values, equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value));
}

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  const fields = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(fields.map(([name, field]) => [name, sorted(field)]));
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
