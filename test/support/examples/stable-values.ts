import { isJsonList, isJsonObject, type Json, type JsonObject } from "../../../daemon/base/json.ts";

/** The time at which every example happens: 2026-12-01, 08:00 UTC. */
const exampleMs = Date.parse("2026-12-01T08:00:00Z");
const hourMs = 3_600_000;
const yearMs = 366 * 86_400_000;

/** Fields whose values are random or secret, and what an example shows in their place. */
const standIns: Readonly<Record<string, string>> = {
  epoch: "hT3vQm8WcJ0",
  boot: "b0Xk2mZr7Lw.Qy4nE1tVd8s",
  proof: "c9Rz1kWmQ2v7yP0s",
  time_nonce: "mN5xD0qLr8Kc",
  desired: "Vb3kQ9xTz0aLm2Rc8nWd1g",
  confirmed: "Pq7sY2hJf6uXo4Ee9tKv3w",
  client_secret: "sK1v…shown-once…9QxZ",
  signing_key: "kR8w…shown-once…2LmT",
  access_token: "tQ5p…15-minutes…7VbN",
  passphrase: "correct horse battery",
  current: "correct horse battery",
  kid: "gw-2026-12",
  x: "u5wqkHb1lZ0cT3nY8fRpV2sXaJm7dGoEiK4xLtQvBhA",
  y: "r2dPzWk6mTqY1vXsB9nHcJfLg8aUo5EiKt3RwZxQpVY",
  version: "0.1.0",
};
const uuid = /\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;
/** Longer texts are shortened, such as the file of a backup. */
const longestText = 200;
const shownOfText = 40;
const isoTime = /\b20\d\d-\d\d-\d\dT\d\d:\d\d(:\d\d)?(\.\d+)?Z/g;

/**
 * Returns a message with stable times, ids and secrets, so that an example changes only if the daemon does.
 * Times keep their distance from the run in whole hours.
 * @param startMs when the run began
 */
export function stable(message: JsonObject, startMs: number): JsonObject {
  const fields = Object.entries(message).map(([name, value]) => {
    return [name, stableValue(name, value, startMs)] as const;
  });
  return Object.fromEntries(fields);
}

function stableValue(name: string, value: Json, startMs: number): Json {
  if (isJsonList(value)) return shortened(value).map((one) => stableValue(name, one, startMs));
  if (isJsonObject(value)) return stable(value, startMs);
  if (typeof value === "number") return stableNumber(value, startMs);
  return typeof value === "string" ? stableText(name, value, startMs) : value;
}

/** Returns the first items of a list; of long items only the first. */
function shortened(list: readonly Json[]): readonly Json[] {
  const isLong = JSON.stringify(list[0] ?? "").length > 150;
  return list.slice(0, isLong ? 1 : 3);
}

function stableNumber(value: number, startMs: number): number {
  if (Math.abs(value - startMs) < yearMs) return shifted(value, startMs);
  const isSeconds = Math.abs(value * 1000 - startMs) < yearMs;
  return isSeconds ? shifted(value * 1000, startMs) / 1000 : value;
}

function shifted(ms: number, startMs: number): number {
  return exampleMs + Math.round((ms - startMs) / hourMs) * hourMs;
}

function stableText(name: string, value: string, startMs: number): string {
  const standIn = standIns[name];
  if (standIn !== undefined && value !== "") return standIn;
  if (value.length > longestText) return `${value.slice(0, shownOfText)}…`;
  return value
    .replace(uuid, "3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9")
    .replace(isoTime, (time) => new Date(shifted(Date.parse(time), startMs)).toISOString())
    .replace(/\/tmp\/latchd-examples-[A-Za-z0-9]+/g, "/var/lib/latchd")
    .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:1883");
}

/** A field that only one of two messages has, or whose value is of another type. */
export interface FormDifference {
  /** As in "records[].detail.by". */
  readonly path: string;
  readonly what: string;
}

/**
 * Returns where two messages differ in form. Null and a value are the same form, because a run may know more than
 * another.
 */
export function formDifferences(left: Json, right: Json, path = ""): readonly FormDifference[] {
  if (left === null || right === null) return [];
  if (isJsonList(left) && isJsonList(right)) {
    const [first, second] = [left[0], right[0]];
    if (first === undefined || second === undefined) return [];
    return formDifferences(first, second, `${path}[]`);
  }
  if (isJsonObject(left) && isJsonObject(right)) {
    const names = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...names].flatMap((name) => {
      const [first, second] = [left[name], right[name]];
      const field = path === "" ? name : `${path}.${name}`;
      if (first !== undefined && second !== undefined) return formDifferences(first, second, field);
      return [{ path: field, what: "is in one of them" }];
    });
  }
  const what = `is a ${typeof left} and a ${typeof right}`;
  return typeof left === typeof right ? [] : [{ path, what }];
}
