import { isJsonList, type Json, type JsonObject } from "../../base/json.ts";
import { type EventName, eventNames, type JournalEntry } from "../../core/model/journal.ts";
import type { Caller } from "../caller.ts";
import type { CommandView } from "../ports.ts";
import {
  mayAdopt,
  mayEnter,
  mayPair,
  mayTouch,
  type Worker,
  wasPairedInSession,
} from "../work/may-touch.ts";

/** The part of a caller that decides what it may read. */
export type Reader = Pick<Caller, "scope"> & Worker;

/**
 * What an event says, which decides who may read it: `technical` and `code` everybody with a token, but of
 * `code` without the people in it; `door` (who used a door, and when) a steward or manager, as for
 * `get_lock_events`, and live, without who it was, the installer who tries a code ({@link mayWatch}); `house` (who did what, and messages to people) a manager, as for `search_device_op_log`.
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
  // It says when a one-time password was used.
  pwdRetired: "door",
  pwdRestored: "code",
  grantOutcome: "house",
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
  upgradeRolledBack: "technical",
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

/** Returns whether this caller may read who used a door and when (`get_lock_events` needs a steward). */
export function mayReadDoors({ scope }: Pick<Caller, "scope">): boolean {
  return scope === "manager" || scope === "steward";
}

/** Returns whether this caller may read the names of people who have codes (`fetch_passwords` needs a manager). */
export function mayReadNames({ scope }: Pick<Caller, "scope">): boolean {
  return scope === "manager";
}

/** Returns whether this caller may see an event of this name at all. The steps of a pairing are technical. */
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
 * Returns whether this caller may see a record of the journal. A reply to the cloud says who wanted what and
 * when, for example a remote opening, so that only a manager may see it.
 */
export function mayReadEntry(caller: Reader, view: CommandView, entry: JournalEntry): boolean {
  if (entry.kind !== "event") return caller.scope === "manager";
  return mayReadEvent(caller, entry.event) && isOfWork(caller, view, entry);
}

/** What is known of an event when it is shown. */
export interface ShownEvent {
  /** An event of the journal, or a step of a pairing. */
  readonly event: string;
  /** The lock that it concerns; null = the gateway. */
  readonly lock: string | null;
  readonly detail: JsonObject | null;
}

/** Returns whether this caller gets an event while it watches. */
export function mayWatch(caller: Reader, view: CommandView, shown: ShownEvent): boolean {
  const { event, lock } = shown;
  if (!isEventName(event)) return lock === null || mayPair(caller, view, lock);
  const mayRead = mayReadEvent(caller, event) || isOfTrial(caller, view, shown);
  return mayRead && isOfWork(caller, view, shown);
}

/** What a lock sends while somebody tries a code at it. */
const trialEvents: ReadonlySet<string> = new Set(["lockerOpenAlarm", "wrongPwdAlarm"]);

/** An installer tries the code at a lock that was paired in his session: nobody else uses that door yet. */
function isOfTrial(caller: Reader, view: CommandView, { event, lock }: ShownEvent): boolean {
  const isTrial = caller.scope === "installer" && trialEvents.has(event);
  return isTrial && lock !== null && wasPairedInSession(caller, view, lock);
}

/** Returns whether an event concerns the gateway, or a lock of the caller's work. */
function isOfWork(caller: Worker, view: CommandView, { event, lock, detail }: ShownEvent): boolean {
  if (lock === null) {
    return event !== "lockFound" || mayAdopt(caller, view, textOf(detail, "uuid"));
  }
  if (mayTouch(caller, view, lock)) return true;
  // No record says any more where a lock was that is gone.
  return event === "lockRemoved" && mayEnter(caller, textOf(detail, "home_id"));
}

function textOf(detail: JsonObject | null, field: string): string {
  const value = detail?.[field];
  return typeof value === "string" ? value : "";
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

/** Which code, card or finger opened. */
const credentials: ReadonlySet<string> = new Set([
  "sourceid",
  "unlock_id",
  "user_id",
  "password_id",
]);
/** What an installer does not get of the events of a trial. */
const personalAtDoor: ReadonlySet<string> = new Set([...personal, ...credentials]);

/** Returns the event's detail as this caller may see it: contacts for managers only, names for who may know them. */
export function detailFor(
  caller: Pick<Caller, "scope">,
  event: string,
  detail: JsonObject,
): JsonObject {
  if (caller.scope === "manager" || !isEventName(event)) return detail;
  if (facts[event] !== "door") return without(personal, detail);
  // A caller that may read the history knows the names in it from get_lock_events.
  return without(mayReadDoors(caller) ? contacts : personalAtDoor, detail);
}

/** Returns the fields, however deep, without those of these names. */
function without(left: ReadonlySet<string>, detail: JsonObject): JsonObject {
  const part = (value: Json): Json => {
    if (isJsonList(value)) return value.map(part);
    return typeof value === "object" && value !== null ? without(left, value) : value;
  };
  const kept = Object.entries(detail).filter(([name]) => !left.has(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, part(value)]));
}
