import type { LockEvent } from "../../../drivers/lock-driver.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The data's words for sources, in latchd's. */
const sources: Readonly<Record<string, string>> = { unknown: "indeterminate" };

const unixOf2000 = 946_684_800;
/** A lock's local time is at most this far from UTC, s. */
const widestZoneSeconds = 14 * 3_600;

/** @returns what is wrong, or null when the events are those that are expected. */
export function judgeEvents(
  expected: readonly Fields[],
  told: readonly LockEvent[],
): string | null {
  if (expected.length !== told.length) return `told ${describe(told)}`;
  for (const [index, wanted] of expected.entries()) {
    const event = told[index];
    if (event === undefined || !isAsExpected(wanted, event)) return `told ${describe(told)}`;
  }
  return null;
}

/** Fields that the data does not name are not looked at. */
function isAsExpected(wanted: Fields, event: LockEvent): boolean {
  switch (event.kind) {
    case "operationEvent":
      return (
        wanted["kind"] === "operation" &&
        isSource(wanted["source"], event.source) &&
        isValue(wanted["code"], event.code) &&
        isValue(wanted["user"], event.userId) &&
        isTime(wanted["time"], event.localSeconds)
      );
    case "programmingEvent":
      return (
        wanted["kind"] === "programming" &&
        isSource(wanted["source"], event.source) &&
        isValue(wanted["code"], event.code) &&
        isValue(wanted["user"], event.userId) &&
        isPin(wanted["pin"], event.pinCode) &&
        isValue(wanted["userType"], event.userType) &&
        isValue(wanted["userStatus"], event.userStatus) &&
        isTime(wanted["time"], event.localSeconds)
      );
    case "lockState":
      return wanted["kind"] === "lockState" && isValue(wanted["state"], event.lockState);
    case "doorState":
      return wanted["kind"] === "doorState" && isValue(wanted["state"], event.doorState);
    case "battery":
      return wanted["kind"] === "battery" && isValue(wanted["percent"], event.percent);
    case "alarm":
      return wanted["kind"] === "alarm" && isValue(wanted["alarm"] ?? wanted["code"], event.alarm);
    case "batteryLowAlarm":
      return wanted["kind"] === "batteryLow" || wanted["kind"] === "batteryLowAlarm";
    case "heard":
      return false;
  }
}

function isValue(wanted: unknown, told: unknown): boolean {
  return wanted === undefined || wanted === "any" || wanted === told;
}

function isSource(wanted: unknown, told: string): boolean {
  return isValue(typeof wanted === "string" ? (sources[wanted] ?? wanted) : wanted, told);
}

type PinCode = Extract<LockEvent, { kind: "programmingEvent" }>["pinCode"];

/** `digits:4` is a code of so many digits: what they were is nobody's business. */
function isPin(wanted: unknown, told: PinCode): boolean {
  const length = typeof wanted === "string" ? /^digits:([0-9]+)$/.exec(wanted)?.[1] : undefined;
  if (length === undefined) return isValue(wanted, told);
  return told !== null && told !== "masked" && told.length === Number(length);
}

function isTime(wanted: unknown, told: number | null): boolean {
  if (typeof wanted !== "object" || wanted === null) return isValue(wanted, told);
  if ("local2000" in wanted) return wanted.local2000 === told;
  if (!("utc" in wanted) || told === null) return false;
  const { utc } = wanted;
  const seconds = typeof utc === "number" ? utc : Date.parse(String(utc)) / 1000;
  return Math.abs(told + unixOf2000 - seconds) <= widestZoneSeconds;
}

function describe(told: readonly LockEvent[]): string {
  if (told.length === 0) return "nothing";
  return told
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
