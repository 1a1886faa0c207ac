import { isObject } from "../../../daemon/base/json.ts";
import { count } from "../../../drivers/simulated/lock/field-record.ts";

/** One line of `frames.jsonl`. */
export interface FieldFrame {
  readonly id: string;
  readonly cluster: number;
  readonly endpoint: number;
  readonly isFromLock: boolean;
  readonly manufacturerCode: number | null;
  /** `id` of an entry of locks.json; null = the source does not name the lock. */
  readonly model: string | null;
  readonly did: string;
  readonly bytes: Buffer;
  readonly expect: Expectation;
  /** Values of the file that the play does not know; null = none. */
  readonly notUnderstood: string | null;
}

type Fields = Readonly<Record<string, unknown>>;

export type Expectation =
  /** Events, in sequence; none = the gateway must report nothing. */
  | { readonly kind: "events"; readonly events: readonly Fields[] }
  | {
      readonly kind: "reply";
      readonly command: string;
      readonly args: Fields;
      readonly result: string;
    }
  | { readonly kind: "readResponse"; readonly values: ReadonlyMap<number, unknown> }
  | { readonly kind: "command"; readonly command: string };

/** @throws TypeError naming the line */
export function readFieldFrames(text: string): FieldFrame[] {
  return text
    .split("\n")
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== "")
    .map(({ line, number }) => readFrame(parsed(line, number), number));
}

function parsed(text: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TypeError(`frame in line ${line}: is no JSON`, { cause });
  }
}

function readFrame(entry: unknown, line: number): FieldFrame {
  if (!isObject(entry)) throw new TypeError(`frame in line ${line}: must be an object`);
  const cluster = count(entry["cluster"]);
  const hex = entry["zcl"];
  if (cluster === null) throw new TypeError(`frame in line ${line}: cluster must be a number`);
  if (typeof hex !== "string" || !/^([0-9a-f]{2})+$/i.test(hex)) {
    throw new TypeError(`frame in line ${line}: zcl must be hex`);
  }
  const { id, model, did, direction } = entry;
  return {
    id: typeof id === "string" ? id : `line ${line}`,
    cluster,
    endpoint: count(entry["endpoint"]) ?? 1,
    isFromLock: direction !== "gateway->lock",
    manufacturerCode: count(entry["manufacturerCode"]),
    model: typeof model === "string" ? model : null,
    did: typeof did === "string" ? did : "",
    bytes: Buffer.from(hex, "hex"),
    expect: readExpectation(entry["expect"], line),
    notUnderstood: notUnderstoodIn(entry),
  };
}

function readExpectation(value: unknown, line: number): Expectation {
  if (Array.isArray(value)) return { kind: "events", events: value.filter(isObject) };
  if (!isObject(value)) throw new TypeError(`frame in line ${line}: expect is missing`);
  const command = String(value["command"]);
  switch (value["kind"]) {
    case "reply": {
      const args = isObject(value["args"]) ? value["args"] : {};
      return { kind: "reply", command, args, result: String(value["result"]) };
    }
    case "readResponse": {
      const values = isObject(value["values"]) ? Object.entries(value["values"]) : [];
      const byId = values.map(([name, one]) => [count(name) ?? -1, one] as const);
      return { kind: "readResponse", values: new Map(byId) };
    }
    case "command":
      return { kind: "command", command };
    default:
      // A single event that is not in a list.
      return { kind: "events", events: [value] };
  }
}

const directions: ReadonlySet<unknown> = new Set([undefined, "lock->gateway", "gateway->lock"]);
const kinds: ReadonlySet<unknown> = new Set([
  "operation",
  "programming",
  "lockState",
  "doorState",
  "battery",
  "batteryLow",
  "batteryLowAlarm",
  "alarm",
]);
const kindsOfOne: ReadonlySet<unknown> = new Set([...kinds, "reply", "readResponse", "command"]);

function notUnderstoodIn({ direction, expect }: Fields): string | null {
  if (!directions.has(direction)) return `direction ${JSON.stringify(direction)}`;
  const isKnown = (known: ReadonlySet<unknown>, one: unknown) =>
    isObject(one) && known.has(one["kind"]);
  const strange = Array.isArray(expect)
    ? expect.find((one: unknown) => !isKnown(kinds, one))
    : [expect].find((one) => !isKnown(kindsOfOne, one));
  return strange === undefined ? null : `expect ${JSON.stringify(strange)}`;
}
