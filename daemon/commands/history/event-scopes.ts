import { isJsonList, type Json, type JsonObject } from "../../base/json.ts";
import { type EventName, eventNames, type JournalEntry } from "../../core/model/journal.ts";
import type { Caller } from "../caller.ts";

/**
 * What an event tells, and so who may read it wherever it is shown: `technical` everybody with a token,
 * `code` everybody, but without the people in it, `door` (who used a door, and when) from the steward up
 * as `get_lock_events`, `house` (who did what, and messages to people) the manager as
 * `search_device_op_log`.
 */
type EventFact = "technical" | "code" | "door" | "house";

const facts: Readonly<Record<EventName, EventFact>> = {
  batteryAlarm: "technical",
  clearBattryAlarm: "technical",
  brokenAlarm: "technical",
  wrongPwdAlarm: "door",
  pwdSync: "code",
  pwdAddLocal: "code",
  pwdUpdateLocal: "code",
  pwdDelLocal: "code",
  lockerOpenAlarm: "door",
  centerOfflineAlarm: "technical",
  clearCenterOfflineAlarm: "technical",
  lockOfflineAlarm: "technical",
  clearLockOfflineAlarm: "technical",
  pwdOperation: "code",
  pwdRevokeOverdue: "code",
  duressAlarm: "door",
  lockJammedAlarm: "technical",
  lockNotMovedAlarm: "door",
  outOfWindowOpen: "door",
  accessRefused: "door",
  slotDrift: "code",
  // It tells when a one-time password was used.
  pwdRetired: "door",
  pwdRestored: "code",
  lockPaired: "technical",
  lockRemoved: "technical",
  lockFound: "technical",
  lockRejoinedAlarm: "technical",
  clearLockRejoinedAlarm: "technical",
  joiningClosed: "technical",
  stickOfflineAlarm: "technical",
  clearStickOfflineAlarm: "technical",
  apiOfflineAlarm: "technical",
  clearApiOfflineAlarm: "technical",
  clockAlarm: "technical",
  refusedMessageAlarm: "technical",
  cloudSilentAlarm: "technical",
  clearCloudSilentAlarm: "technical",
  duplicateGatewayAlarm: "technical",
  recordTooLargeAlarm: "technical",
  messageRequest: "house",
  activity: "house",
  signInRefused: "house",
  callDenied: "house",
  journalGap: "technical",
};

const names: ReadonlySet<string> = new Set(eventNames);

function isEventName(name: string): name is EventName {
  return names.has(name);
}

/** Whether this caller may read who used a door and when (`get_lock_events` needs a steward). */
export function mayReadDoors({ scope }: Pick<Caller, "scope">): boolean {
  return scope === "manager" || scope === "steward";
}

/** Whether this caller may see an event of this name at all. The steps of a pairing are technical. */
export function mayReadEvent(caller: Pick<Caller, "scope">, event: string): boolean {
  if (!isEventName(event)) return true;
  switch (facts[event]) {
    case "technical":
    case "code":
      return true;
    case "door":
      return mayReadDoors(caller);
    case "house":
      return caller.scope === "manager";
  }
}

/**
 * Whether this caller may see a record of the journal. An answer to the cloud tells who asked for what
 * and when, a remote opening for instance: it is for the manager.
 */
export function mayReadEntry(caller: Pick<Caller, "scope">, entry: JournalEntry): boolean {
  return entry.kind === "event" ? mayReadEvent(caller, entry.event) : caller.scope === "manager";
}

const contacts: ReadonlySet<string> = new Set([
  "phone",
  "phonenumber",
  "to",
  "send_to",
  "description",
]);
const personal: ReadonlySet<string> = new Set([
  ...contacts,
  "source_name",
  "name",
  "user_name",
  "operator",
  "recipient",
  "by",
  "caller",
  "client",
]);

/** The event's detail as this caller may see it: names where it may know them, numbers for the manager only. */
export function detailFor(
  caller: Pick<Caller, "scope">,
  event: string,
  detail: JsonObject,
): JsonObject {
  if (caller.scope === "manager" || !isEventName(event)) return detail;
  // Whoever may read the history knows the names in it, as get_lock_events tells them.
  return without(facts[event] === "door" ? contacts : personal, detail);
}

/** The same fields, however deep, without those of these names. */
function without(left: ReadonlySet<string>, detail: JsonObject): JsonObject {
  const part = (value: Json): Json => {
    if (isJsonList(value)) return value.map(part);
    return typeof value === "object" && value !== null ? without(left, value) : value;
  };
  const kept = Object.entries(detail).filter(([name]) => !left.has(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, part(value)]));
}
