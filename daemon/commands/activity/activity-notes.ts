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
import type { JournalEntry } from "../../core/model/journal.ts";
import type { Caller } from "../caller.ts";
import type { Command, CommandContext, Decision } from "../command.ts";
import { lockNamed } from "../locks/address.ts";
import { entryLocation } from "./activity-entry.ts";

/** The numbers of what V1.6 has no number for; a command that is not here is `lockSettingChanged`. */
const idsByCommand: Readonly<Record<string, ActivityId>> = {
  rename_lock: activityIds.lockRenamed,
  permit_join: activityIds.networkOpened,
  client_add: activityIds.clientAdded,
  client_remove: activityIds.clientRemoved,
  callback_add: activityIds.callbackAdded,
  callback_remove: activityIds.callbackRemoved,
  make_backup: activityIds.backupMade,
  set_log_level: activityIds.logLevelSet,
  set_clock: activityIds.clockSet,
  keys_rotate: activityIds.keysRotated,
  member_put: activityIds.memberPut,
  member_remove: activityIds.memberRemoved,
  add_home: activityIds.homeChanged,
  update_home: activityIds.homeChanged,
  del_home: activityIds.homeChanged,
  find_service: activityIds.homeChanged,
  add_room: activityIds.roomChanged,
  update_room: activityIds.roomChanged,
  del_room: activityIds.roomChanged,
  bind_center: activityIds.gatewayBound,
  unbind_center: activityIds.gatewayBound,
  order_add: activityIds.appointmentChanged,
  order_update: activityIds.appointmentChanged,
  order_confirm: activityIds.appointmentChanged,
  adopt_code: activityIds.codeAdopted,
  delete_unmanaged: activityIds.codeCleared,
  scan_lock: activityIds.lockScanned,
  release_grants: activityIds.grantsReleased,
  support_bundle: activityIds.supportBundleMade,
};

/** Reads that are an activity although no code is in their answer: what they tell leaves the house. */
const toldReads: ReadonlySet<string> = new Set(["support_bundle"]);
/** Carried by the gateway itself, and answered by machines: no person does anything with them. */
const quiet: ReadonlySet<string> = new Set(["message_acknowledge"]);

/** The same read, or a technician's same call, is noted again after this. */
const repeatMs = 10 * 60_000;
/** Calls remembered for that; beyond it the oldest is forgotten, and noted again. */
const maxRemembered = 256;

/** What a call is noted with. */
interface Activity {
  readonly entry: ActivityEntry;
  readonly event: JournalEntry;
}

/**
 * Notes in the activity log, and tells by the event `activity`, every call that changes something or shows
 * codes and has no line of V1.6's own there: with the caller and the transport, in the batch of the call
 * itself. A reader or a technician cannot wash older lines out of the log: their repeats are left out for
 * ten minutes.
 */
export class ActivityNotes {
  /** When each call was noted last; the oldest first. */
  readonly #noted = new Map<string, number>();

  /** Returns the decision with its activity, or as it is if there is none to note. */
  noted(
    decision: Decision,
    call: { readonly command: Command; readonly context: CommandContext; readonly params: unknown },
  ): Decision {
    const { command, context } = call;
    if ((decision.operations ?? []).length > 0 || quiet.has(command.name)) return decision;
    const showsCodes = (decision.sealed ?? []).length > 0;
    const isRead = command.isReadOnly;
    if (isRead && !showsCodes && !toldReads.has(command.name)) return decision;
    const { entry, event } = activityOf(decision, call);
    const isRepeatable = isRead || command.access === "technician";
    if (isRepeatable && this.#isRepeat(entry, command.name, context.time)) return decision;
    return { ...decision, operations: [entry], journal: [event, ...decision.journal] };
  }

  #isRepeat(entry: ActivityEntry, command: string, { nowMs }: TimeReading): boolean {
    const { operator, target, recipient, transport } = entry;
    const key = JSON.stringify([command, operator.id, transport, target.id, recipient?.id]);
    const before = this.#noted.get(key);
    if (before !== undefined && nowMs - before < repeatMs) return true;
    this.#noted.delete(key);
    this.#noted.set(key, nowMs);
    const [oldest] = this.#noted.keys();
    if (this.#noted.size > maxRemembered && oldest !== undefined) this.#noted.delete(oldest);
    return false;
  }
}

function activityOf(
  decision: Decision,
  { command, context, params }: Parameters<ActivityNotes["noted"]>[1],
): Activity {
  const { caller, view } = context;
  const fallback = command.isReadOnly ? activityIds.codesListed : activityIds.lockSettingChanged;
  const opId = idsByCommand[command.name] ?? fallback;
  const lock = lockOf(view, params);
  const place =
    lock === null
      ? { target: targetOf(context, { ...decision.result, ...fieldsOf(params) }), ...nowhere }
      : entryLocation(view, lock);
  const operator = { id: caller.name, name: caller.name };
  const transport = caller.transport;
  const entry = { opId, operator, recipient: subjectOf(params), transport, ...place };
  return { entry, event: activityEvent(entry, command.name, lock) };
}

/** The lock that the call names; the lock actions call it `devId`. */
function lockOf(view: CommandContext["view"], params: unknown): LockId | null {
  const { devId } = fieldsOf(params);
  return lockNamed(view, typeof devId === "string" ? { uuid: devId } : params);
}

const nowhere = { holder: null, lock: "", homeId: null, roomId: null } as const;

/** The event `activity`; the caller's words are its id, never what it sent. */
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

function targetOf({ site }: CommandContext, fields: JsonObject): TypedParty {
  const id = (name: string) => {
    const value = fields[name];
    return typeof value === "string" ? value : undefined;
  };
  const client = id("client_id");
  if (client !== undefined) return { type: "client", id: client, name: client };
  const callback = id("callback_id");
  if (callback !== undefined) return { type: "callback", id: callback, name: hostOf(id("url")) };
  const member = id("user_id");
  if (member !== undefined) return { type: "member", id: member, name: "" };
  const room = id("room_id");
  if (room !== undefined) return { type: "room", id: room, name: "" };
  const home = id("home_id");
  if (home !== undefined) return { type: "home", id: home, name: "" };
  const { gatewayId, name } = site.gateway();
  return { type: "gateway", id: gatewayId, name };
}

/** The one word that says what was wanted, where it is neither secret nor personal. */
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

/** A URL may hold a key in its path or query. */
function hostOf(url: string | undefined): string {
  return url !== undefined && URL.canParse(url) ? new URL(url).host : "";
}

function fieldsOf(params: unknown): JsonObject {
  return isJsonObject(params) ? params : {};
}

/** Who was refused, as a line of the activity log: nobody has shown who it was. */
export function refusalEntry(
  opId: ActivityId,
  operator: Party,
  gateway: Party,
  transport: Caller["transport"],
): ActivityEntry {
  const target: TypedParty = { type: "gateway", ...gateway };
  return { opId, operator, recipient: null, transport, target, ...nowhere };
}
