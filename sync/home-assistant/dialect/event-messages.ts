import { isJsonObject, type Json, type JsonObject } from "../../../daemon/base/json.ts";
import type { LockId, UserId } from "../../../daemon/core/model/door-lock.ts";
import type { EventEntry, JournalRecord } from "../../../daemon/core/model/journal.ts";
import type { PasswordRecord } from "../../../daemon/core/model/password.ts";
import type { HomeMessage } from "../settings.ts";
import type { HomeEventType } from "./event-types.ts";
import { lockTopicsOf } from "./topics.ts";

/** An event that was reported later than this is history: an automation must not act on it now. */
export const maxLateMs = 10 * 60_000;

/** What an event's messages need beside its record. */
export interface EventPlace {
  readonly baseTopic: string;
  readonly hasNames: boolean;
  /** The lock's name in topics; null = the lock is not announced. */
  nameOf(lock: LockId): string | null;
  passwordOf(lock: LockId, id: number): PasswordRecord | undefined;
  /** Returns the lock's state as its topic has it, without slots. */
  stateOf(lock: LockId): JsonObject;
}

/** Returns what Home Assistant gets of a journal record: for its event entity, and as an action of Zigbee2MQTT. */
export function eventMessages(record: JournalRecord, place: EventPlace): readonly HomeMessage[] {
  const { entry } = record;
  if (entry.kind !== "event" || entry.lock === null) return [];
  const name = place.nameOf(entry.lock);
  const atMs = entry.happened?.atMs ?? record.atMs;
  if (name === null || record.atMs - atMs > maxLateMs) return [];
  const topics = lockTopicsOf(place.baseTopic, name);
  const found = happeningOf(entry, entry.lock, place);
  if (found === null) return [];
  const { type, attributes = {}, action } = found;
  const messages: HomeMessage[] = [];
  if (action !== undefined) {
    // With the state, because templates of other entities read this message too.
    const body = JSON.stringify({ ...place.stateOf(entry.lock), ...action });
    messages.push({ topic: topics.state, body, isRetained: false });
  }
  if (type !== undefined) {
    const time = new Date(atMs).toISOString();
    const body = JSON.stringify({ event_type: type, ...attributes, time });
    messages.push({ topic: topics.event, body, isRetained: false });
  }
  return messages;
}

interface Happening {
  readonly type?: HomeEventType;
  readonly attributes?: JsonObject;
  readonly action?: JsonObject;
}

function happeningOf(entry: EventEntry, lock: LockId, place: EventPlace): Happening | null {
  const detail = entry.detail ?? {};
  switch (entry.event) {
    case "lockerOpenAlarm":
      return openingOf(detail, lock, place);
    case "wrongPwdAlarm":
      return { type: "wrong_code" };
    case "outOfWindowOpen":
      return {
        type: "out_of_window",
        attributes: slotAttribute(detail["password_id"], lock, place),
      };
    case "duressAlarm":
      return { type: "duress", attributes: slotAttribute(detail["password_id"], lock, place) };
    case "brokenAlarm":
      return { type: "forced", attributes: { cause: detail["cause"] ?? null } };
    case "pwdAddLocal":
    case "pwdUpdateLocal":
      return pinAction("pin_code_added", slotOfEdit(detail, lock, place));
    case "pwdDelLocal":
      return pinAction("pin_code_deleted", slotOfEdit(detail, lock, place));
    case "pwdOperation":
      return refusalOf(detail, lock, place);
    default:
      return null;
  }
}

/** The lock, not the gateway, refused a code that a program had set: nobody else hears of it. */
function refusalOf(detail: JsonObject, lock: LockId, place: EventPlace): Happening | null {
  const { password_id: id, operation_stage: stage, reason } = detail;
  const password = typeof id === "number" ? place.passwordOf(lock, id) : undefined;
  const isOurs = password?.origin === "home_assistant" && password.onlyUserId !== undefined;
  if (!isOurs || stage !== 2 || typeof reason !== "string" || reason === "superseded") return null;
  return { type: "code_refused", attributes: { slot: password.onlyUserId, reason } };
}

/** How Zigbee2MQTT names the ways of opening, with the numbers of ZCL 7.3.2.17.31. */
const ways: ReadonlyMap<Json | undefined, readonly [HomeEventType, number, string]> = new Map([
  ["keypad", ["keypad_unlock", 0, "keypad"]],
  ["rf", ["rf_unlock", 1, "rf"]],
  ["manual", ["manual_unlock", 2, "manual"]],
  ["rfid", ["unlock", 3, "rfid"]],
]);

function openingOf(detail: JsonObject, lock: LockId, place: EventPlace): Happening {
  const { method, sourceid, source_name: person } = detail;
  const [type, source, sourceName] = ways.get(method) ?? ["unlock", 255, "unknown"];
  const userId = userIdIn(detail["unlock_id"]) ?? slotOf(sourceid, lock, place);
  const hasName = place.hasNames && sourceid !== undefined && typeof person === "string";
  return {
    type,
    attributes: {
      method: method ?? null,
      slot: userId,
      ...(hasName ? { name: person } : {}),
    },
    action: {
      action: type,
      action_user: userId,
      action_source: source,
      action_source_name: sourceName,
    },
  };
}

/** Returns the user number in `kind-number`. */
function userIdIn(unlockId: Json | undefined): UserId | null {
  const digits = typeof unlockId === "string" ? /^\d+-(\d{1,5})$/.exec(unlockId)?.[1] : undefined;
  return digits === undefined ? null : Number(digits);
}

function slotOf(id: Json | undefined, lock: LockId, place: EventPlace): UserId | null {
  return typeof id === "number" ? (place.passwordOf(lock, id)?.userId ?? null) : null;
}

function slotAttribute(id: Json | undefined, lock: LockId, place: EventPlace): JsonObject {
  const userId = slotOf(id, lock, place);
  return userId === null ? {} : { slot: userId };
}

/** Returns the slot of a code that was edited at the keypad; null = its password is gone. */
function slotOfEdit(detail: JsonObject, lock: LockId, place: EventPlace): UserId | null {
  const { password } = detail;
  return slotOf(isJsonObject(password) ? password["id"] : undefined, lock, place);
}

function pinAction(action: string, userId: UserId | null): Happening | null {
  const source = { action_source: 0, action_source_name: "keypad" };
  return userId === null ? null : { action: { action, action_user: userId, ...source } };
}
