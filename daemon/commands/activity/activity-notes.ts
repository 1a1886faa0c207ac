import { isJsonObject, type JsonObject } from "../../base/json.ts";
import {
  type ActivityEntry,
  type ActivityId,
  activityIds,
  type Party,
  type TypedParty,
} from "../../core/logs/activity-log.ts";
import type { TimeReading } from "../../core/model/clock.ts";
import type { LockId } from "../../core/model/door-lock.ts";
import { accountKey } from "../../core/model/gateway/account.ts";
import type { JournalEntry } from "../../core/model/journal.ts";
import type { Caller } from "../caller.ts";
import type { Command, CommandContext, Decision } from "../command.ts";
import { lockNamed } from "../locks/address.ts";
import { entryLocation, operatorOf } from "./activity-entry.ts";

/** Pause after which the same read, or a technician's same call, is noted again. */
const repeatMs = 10 * 60_000;
/** Limit of calls remembered for that; one more forgets the oldest, which is then noted again. */
const maxRemembered = 256;

/** The line and the event of one call, or of a sign-in. */
export interface Activity {
  readonly entry: ActivityEntry;
  readonly event: JournalEntry;
}

/** One call as it was carried out. */
interface Call {
  readonly command: Command;
  readonly context: CommandContext;
  readonly params: unknown;
}

/**
 * Writes a line of the activity log and the event `activity`, with the caller and the transport, in the
 * batch of every call that changes something or shows codes, unless the call has a line of V1.6's own. A
 * reader or a technician cannot push older lines out of the log, because it leaves out their repeats for ten
 * minutes.
 */
export class ActivityNotes {
  /** When each call was noted last; the oldest first. */
  readonly #noted = new Map<string, number>();

  /** Returns the decision with its activity, or as it is if there is none to note. */
  noted(decision: Decision, call: Call): Decision {
    const { command, context } = call;
    if ((decision.activities ?? []).length > 0 || command.activity === "none") return decision;
    const showsCodes = (decision.sealed ?? []).length > 0;
    const isRead = command.isReadOnly;
    if (isRead && !showsCodes && command.activity === undefined) return decision;
    const { entry, event } = activityOf(decision, call);
    const isRepeatable = isRead || command.access === "technician";
    if (isRepeatable && this.#isRepeat(entry, command.name, context.time)) return decision;
    return { ...decision, activities: [entry], journal: [event, ...decision.journal] };
  }

  #isRepeat(entry: ActivityEntry, command: string, { nowMs }: TimeReading): boolean {
    const { operator, target, recipient, transport } = entry;
    const key = JSON.stringify([command, operator.id, transport, target.id, recipient?.id]);
    const before = this.#noted.get(key);
    // A time in the future is from before a setback.
    if (before !== undefined && before <= nowMs && nowMs - before < repeatMs) return true;
    this.#noted.delete(key);
    this.#noted.set(key, nowMs);
    const [oldest] = this.#noted.keys();
    if (this.#noted.size > maxRemembered && oldest !== undefined) this.#noted.delete(oldest);
    return false;
  }
}

function activityOf(decision: Decision, { command, context, params }: Call): Activity {
  const { caller, view } = context;
  const opId = idOf(command);
  const lock = lockOf(view, params);
  const location =
    lock === null
      ? { target: targetOf(context, { ...decision.result, ...fieldsOf(params) }), ...nowhere }
      : entryLocation(view, lock);
  const operator = operatorOf(caller);
  const { transport } = caller;
  const entry = { opId, operator, recipient: subjectOf(params), transport, ...location };
  return { entry, event: activityEvent(entry, command.name, lock) };
}

function idOf({ activity, isReadOnly }: Command): ActivityId {
  if (activity !== undefined && activity !== "none") return activity;
  return isReadOnly ? activityIds.codesListed : activityIds.lockSettingChanged;
}

/** Returns the lock that the call names; the lock actions call it `devId`. */
function lockOf(view: CommandContext["view"], params: unknown): LockId | null {
  const { devId } = fieldsOf(params);
  return lockNamed(view, typeof devId === "string" ? { uuid: devId } : params);
}

const nowhere = { holder: null, lock: "", homeId: null, roomId: null } as const;

/** Returns the event `activity`. Of what the caller sent it has ids only. */
function activityEvent(entry: ActivityEntry, activity: string, lock: LockId | null): JournalEntry {
  const { opId, operator, recipient, target, transport } = entry;
  const detail: JsonObject = {
    activity,
    op_id: String(opId),
    caller: operator.id,
    transport: transport ?? null,
    target: { ...target },
    ...(recipient === null ? {} : { subject: recipient.id }),
  };
  return { kind: "event", event: "activity", lock, detail };
}

/** Kinds of targets by the field that names one, the most particular first. */
const targetFields = [
  ["client_id", "client"],
  ["callback_id", "callback"],
  ["user_id", "member"],
  ["account", "account"],
  ["pass_id", "pass"],
  ["session_id", "session"],
  ["room_id", "room"],
  ["home_id", "home"],
] as const;

function targetOf({ site }: CommandContext, fields: JsonObject): TypedParty {
  for (const [field, type] of targetFields) {
    const id = fields[field];
    if (typeof id === "string") return { type, id, name: targetName(type, id, fields) };
  }
  const { gatewayId, name } = site.gateway();
  return { type: "gateway", id: gatewayId, name };
}

function targetName(type: TypedParty["type"], id: string, { url }: JsonObject): string {
  if (type === "client" || type === "account") return id;
  return type === "callback" && typeof url === "string" ? hostOf(url) : "";
}

/** Returns the one field that says what was wanted, where it is neither secret nor personal. */
function subjectOf(params: unknown): Party | null {
  const fields = fieldsOf(params);
  for (const name of ["level", "scope", "seconds", "time", "slot"]) {
    const value = fields[name];
    if (typeof value === "string" || typeof value === "number") {
      return { id: String(value), name: `${name} ${value}` };
    }
  }
  return null;
}

/** Leaves out path and query, which may hold a key. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "";
}

function fieldsOf(params: unknown): JsonObject {
  return isJsonObject(params) ? params : {};
}

/** Returns the line of the activity log for a refused caller, whose name nothing proves, or for a sign-in. */
export function accessEntry(
  opId: ActivityId,
  operator: Party,
  about: Party | TypedParty,
  transport: Caller["transport"],
): ActivityEntry {
  const target: TypedParty = { type: "gateway", ...about };
  return { opId, operator, recipient: null, transport, target, ...nowhere };
}

/** Returns the line and the event of a person who has signed in on the page. */
export function signInActivity(
  caller: Pick<Caller, "name" | "session">,
  gateway: Party,
  address: string,
): Activity {
  const { id, name } = operatorOf(caller);
  const operator = { id, name: `${name} at ${address}` };
  const entry = accessEntry(activityIds.signedIn, operator, gateway, "rest");
  return { entry, event: activityEvent(entry, "sign_in", null) };
}

/** Returns the line and the event of a person who has made the first account, with the code for it. */
export function firstAccountActivity(name: string, address: string): Activity {
  const operator = { id: `account:${accountKey(name)}`, name: `${name} at ${address}` };
  const target = { type: "account", id: name, name } as const;
  const entry = accessEntry(activityIds.accountAdded, operator, target, "rest");
  return { entry, event: activityEvent(entry, "account_add", null) };
}
