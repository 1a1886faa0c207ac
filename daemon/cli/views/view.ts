import type { TSchema } from "typebox";
import type { JsonObject } from "../../base/json.ts";
import { schemaInfo } from "../../base/schema-info.ts";
import type { Command } from "../../commands/command.ts";
import type { Block } from "../terminal/blocks.ts";
import { grantBlocks, grantsBlocks } from "./grant-view.ts";
import { lockBlocks, locksBlocks } from "./lock-view.ts";
import { passwordsBlocks } from "./password-view.ts";
import { homesBlocks, ordersBlocks } from "./place-view.ts";
import { alarmsBlocks, journalBlocks, keysBlocks, turned } from "./record-view.ts";
import { itemsOf, listBlock, type ReplyFrame, replyBlocks } from "./reply-blocks.ts";

/** What a person sees of a reply. */
export type View = (fields: JsonObject, frame: ReplyFrame) => readonly Block[];

/** A table of one list of the reply, with these fields. */
function list(name: string, none: string, fields: readonly string[]): View {
  return (reply, { timeZone, output }) => [
    listBlock(reply[name], fields, { timeZone, output: itemsOf(fieldOf(output, name)), none }),
  ];
}

const slotFields = ["user_id", "password_id", "at_lock", "confidence", "guard", "verified_at"];

/** Views of single commands; every other reply is shown as its schema describes it. */
const views: Readonly<Record<string, View>> = {
  list_locks: locksBlocks,
  show_lock: lockBlocks,
  list_slots: list("slots", "no slot has been read or used", slotFields),
  list_unmanaged: list("slots", "every code in the lock is the gateway's", [
    "user_id",
    "at_lock",
    "verified_at",
  ]),
  list_alarms: alarmsBlocks,
  get_lock_events: list("lock_events", "nobody has opened it yet", [
    "time",
    "eventid",
    "source",
    "sourceid",
    "source_name",
  ]),
  read_radio_log: list("records", "nothing was sent to it yet", [
    "time",
    "command",
    "user_id",
    "password_id",
    "status",
    "read",
    "by",
  ]),
  fetch_passwords: passwordsBlocks,
  grant_list: grantsBlocks,
  grant_show: grantBlocks,
  grant_create: grantBlocks,
  grant_update: grantBlocks,
  grant_add: grantBlocks,
  grant_remove: grantBlocks,
  grant_freeze: grantBlocks,
  grant_unfreeze: grantBlocks,
  grant_revoke: grantBlocks,
  list_homes: homesBlocks,
  list_orders: ordersBlocks,
  get_network: list("devices", "the network has no devices", [
    "name",
    "uuid",
    "kind",
    "link_quality",
    "last_seen",
    "parent",
  ]),
  read_journal: journalBlocks,
  search_device_op_log: (fields, frame) =>
    list("op_list", "nobody has done anything yet", ["timestamp", "sentence"])(
      turned(fields, "op_list"),
      frame,
    ),
  client_list: list("clients", "no client yet; next: latchctl client add SCOPE NAME", [
    "client_id",
    "scope",
    "created_at",
  ]),
  keys_show: keysBlocks,
  keys_rotate: keysBlocks,
  callback_list: list("callbacks", "no callback is registered", [
    "callback_id",
    "url",
    "state",
    "backlog",
    "left_out",
  ]),
  account_list: list("accounts", "no account yet; next: latchctl page", [
    "name",
    "scope",
    "homes",
    "created_at",
    "sessions",
  ]),
  session_list: list("sessions", "nobody is signed in on the page", [
    "name",
    "kind",
    "device",
    "used_at",
    "expires_at",
  ]),
  pass_list: list("passes", "no installer's pass is good now; next: latchctl page --pass 4h", [
    "pass_id",
    "name",
    "homes",
    "used_at",
    "expires_at",
  ]),
};

/** Returns what a person sees of a command's reply. */
export function viewOf(
  { name, output }: Pick<Command, "name" | "output">,
  frame: Omit<ReplyFrame, "output">,
): (fields: JsonObject) => readonly Block[] {
  const view = views[name] ?? replyBlocks;
  return (fields) => view(fields, { ...frame, output });
}

function fieldOf(output: TSchema | undefined, name: string): TSchema | undefined {
  return output === undefined ? undefined : schemaInfo(output).properties.get(name);
}
