import type { LockEvent } from "../../../drivers/lock-driver.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Maps the names of sources in the data to those of latchd. */
const sources: Readonly<Record<string, string>> = { unknown: "indeterminate" };

const unixOf2000 = 946_684_800;
/** A lock's local time is at most this far from UTC, s. */
const widestZoneSeconds = 14 * 3_600;

/** @returns what is wrong, or null if the events are the expected ones */
export function judgeEvents(
  expected: readonly Fields[],
  reported: readonly LockEvent[],
): string | null {
  if (expected.length !== reported.length) return `reported ${describe(reported)}`;
  for (const [index, wanted] of expected.entries()) {
    const event = reported[index];
    if (event === undefined || !isAsExpected(wanted, event))
      return `reported ${describe(reported)}`;
  }
  return null;
}

type Operation = Extract<LockEvent, { kind: "operationEvent" }>;
type Programming = Extract<LockEvent, { kind: "programmingEvent" }>;

/** A field that the data does not name may have any value. */
function isAsExpected(wanted: Fields, event: LockEvent): boolean {
  const { kind } = wanted;
  switch (event.kind) {
    case "operationEvent":
      return kind === "operation" && isOperation(wanted, event);
    case "programmingEvent":
      return kind === "programming" && isProgramming(wanted, event);
    case "lockState":
      return kind === "lockState" && isValue(wanted["state"], event.lockState);
    case "doorState":
      return kind === "doorState" && isValue(wanted["state"], event.doorState);
    default:
      return isReport(wanted, event);
  }
}

function isOperation(wanted: Fields, event: Operation): boolean {
  return [
    isSource(wanted["source"], event.source),
    isValue(wanted["code"], event.code),
    isValue(wanted["user"], event.userId),
    isTime(wanted["time"], event.localSeconds),
  ].every(Boolean);
}

function isProgramming(wanted: Fields, event: Programming): boolean {
  return [
    isSource(wanted["source"], event.source),
    isValue(wanted["code"], event.code),
    isValue(wanted["user"], event.userId),
    isPin(wanted["pin"], event.pinCode),
    isValue(wanted["userType"], event.userType),
    isValue(wanted["userStatus"], event.userStatus),
    isTime(wanted["time"], event.localSeconds),
  ].every(Boolean);
}

/** The battery and alarms. */
function isReport(wanted: Fields, event: LockEvent): boolean {
  const { kind } = wanted;
  switch (event.kind) {
    case "battery":
      return kind === "battery" && isValue(wanted["percent"], event.percent);
    case "alarm":
      return kind === "alarm" && isValue(wanted["alarm"] ?? wanted["code"], event.alarm);
    case "batteryLowAlarm":
      return kind === "batteryLow" || kind === "batteryLowAlarm";
    default:
      return false;
  }
}

function isValue(wanted: unknown, reported: unknown): boolean {
  return wanted === undefined || wanted === "any" || wanted === reported;
}

function isSource(wanted: unknown, reported: string): boolean {
  return isValue(typeof wanted === "string" ? (sources[wanted] ?? wanted) : wanted, reported);
}

/** `digits:4` stands for any code of four digits: the records do not keep the digits. */
function isPin(wanted: unknown, reported: Programming["pinCode"]): boolean {
  const length = typeof wanted === "string" ? /^digits:([0-9]+)$/.exec(wanted)?.[1] : undefined;
  if (length === undefined) return isValue(wanted, reported);
  return reported !== null && reported !== "masked" && reported.length === Number(length);
}

function isTime(wanted: unknown, reported: number | null): boolean {
  if (typeof wanted !== "object" || wanted === null) return isValue(wanted, reported);
  if ("local2000" in wanted) return wanted.local2000 === reported;
  if (!("utc" in wanted) || reported === null) return false;
  const { utc } = wanted;
  const seconds = typeof utc === "number" ? utc : Date.parse(String(utc)) / 1000;
  return Math.abs(reported + unixOf2000 - seconds) <= widestZoneSeconds;
}

function describe(reported: readonly LockEvent[]): string {
  if (reported.length === 0) return "nothing";
  return reported
    .map((event) =>
      JSON.stringify({
        ...event,
        ...(event.kind === "programmingEvent" && event.pinCode !== null
          ? { pinCode: event.pinCode === "masked" ? "masked" : `digits:${event.pinCode.length}` }
          : {}),
      }),
    )
    .join(" ");
}
