import type { Json } from "../base/json.ts";
import { StoreFailure } from "./store-failure.ts";

/** JSON with the keys of every object sorted and nothing undefined: equal values, equal text. */
export function canonicalJson(value: unknown): string {
  return written(value) ?? "null";
}

/** Whether JavaScript may put this name in front of others, in the order of their numbers. */
function isIndexLike(name: string): boolean {
  const first = name.charCodeAt(0);
  return first >= 0x30 && first <= 0x39;
}

/** @returns undefined for what JSON leaves out. */
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
