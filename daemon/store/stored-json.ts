import type { Json } from "../base/json.ts";
import { StoreFailure } from "./store-failure.ts";

/** Returns JSON with sorted keys and without undefined fields, so that equal values give equal texts. */
export function canonicalJson(value: unknown): string {
  return written(value) ?? "null";
}

/** Returns whether JavaScript may order this name as a number, in front of all others. */
function isIndexLike(name: string): boolean {
  const first = name.charCodeAt(0);
  return first >= 0x30 && first <= 0x39;
}

/** @returns undefined for what JSON omits */
function written(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => written(item) ?? "null").join(",")}]`;
  const names = Object.keys(value).sort();
  if (names.some(isIndexLike)) return JSON.stringify(sorted(value));
  let text = "";
  for (const name of names) {
    const field = written(Reflect.get(value, name));
    if (field !== undefined) text += `${text === "" ? "" : ","}${JSON.stringify(name)}:${field}`;
  }
  return `{${text}}`;
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

/** Freezes a value that JSON.parse made, and everything in it. */
export function deepFreeze<V>(value: V): V {
  if (typeof value === "object" && value !== null) {
    for (const field of Object.values(value)) {
      deepFreeze(field);
    }
    Object.freeze(value);
  }
  return value;
}
