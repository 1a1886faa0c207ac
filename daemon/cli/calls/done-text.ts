import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import type { CommandReply } from "../../commands/execution.ts";
import { objects } from "../doctor/objects.ts";
import type { PhraseOf } from "../phrase-options.ts";
import type { Session } from "../session.ts";
import type { TimeFrame } from "../times/people-time.ts";
import { whenText } from "../views/password-view.ts";
import { phraseWords } from "../words/phrase-words.ts";
import { sentence, shellWord } from "../words/shell-word.ts";
import type { Directory, KnownLock } from "./directory.ts";

/** A call that was answered, and what is known about its names. */
export interface AnsweredCall {
  readonly params: JsonObject;
  readonly reply: CommandReply;
  readonly lock: KnownLock | null;
  readonly directory: Directory;
  readonly time: TimeFrame;
}

/**
 * Says what was done.
 * @returns false when the phrase has no words for that, or the reply must be shown as it is
 */
export async function sayDone(
  session: Session,
  { phrase }: PhraseOf,
  call: AnsweredCall,
): Promise<boolean> {
  if (call.reply.ErrNo !== 0 || session.isJson()) return false;
  const { done } = phraseWords[phrase.words.join(" ")] ?? {};
  if (done === undefined) return false;
  const values = await valuesOf(session, call);
  const isWindowChanged = windowFields.some((field) => call.params[field] !== undefined);
  const when = done.includes("{when}") || !isWindowChanged ? "" : "; it opens {when}";
  session.say(sentence(`${done}${when}`, values));
  return true;
}

/** Says what comes next, with the names of what was done. */
export async function sayNext(
  session: Session,
  { phrase }: PhraseOf,
  call: AnsweredCall,
): Promise<void> {
  const { next } = phraseWords[phrase.words.join(" ")] ?? {};
  if (next !== undefined) session.say(`next: ${sentence(next, await valuesOf(session, call))}`);
}

async function valuesOf(
  session: Session,
  call: AnsweredCall,
): Promise<ReadonlyMap<string, string>> {
  const { params, reply, lock } = call;
  const values = new Map<string, string>();
  for (const [field, value] of [...Object.entries(reply), ...Object.entries(params)]) {
    if (typeof value === "string" || typeof value === "number") {
      values.set(field, shellWord(String(value)));
    }
  }
  const name = params["name"] ?? params["home_name"] ?? params["room_name"];
  if (typeof name === "string") values.set("quoted", shellWord(name));
  if (lock !== null) {
    values.set("was", shellWord(lock.name));
    values.set("lock", shellWord(lock.name));
  }
  values.set("when", await whenOf(session, call));
  for (const [field, text] of await placeNames(call)) values.set(field, text);
  return values;
}

/** Returns what people call the home and the room of the call. */
async function placeNames({
  params: { home_id: homeId, room_id: roomId },
  directory,
}: AnsweredCall): Promise<readonly (readonly [string, string])[]> {
  const homes = await directory.homes();
  const home = homes.find((one) => one["home_id"] === homeId);
  const homeName = nameOf(home?.["home_name"], homeId);
  const rooms = Array.isArray(home?.["rooms"]) ? home["rooms"].filter(isJsonObject) : [];
  const room = rooms.find((one) => one["room_id"] === roomId);
  const roomName = nameOf(room?.["room_name"], roomId);
  const place =
    roomId === undefined ? `the outer door of ${homeName}` : `room ${roomName} of ${homeName}`;
  return [
    ["home", homeName],
    ["room", roomName],
    ["place", place],
  ];
}

function nameOf(name: Json | undefined, id: Json | undefined): string {
  return shellWord(typeof name === "string" && name !== "" ? name : String(id ?? ""));
}

/** Returns when the password of the call opens, as the gateway has it now. */
async function whenOf(session: Session, { params, reply, time }: AnsweredCall): Promise<string> {
  const { uuid } = params;
  const id = reply["password_id"] ?? params["password_id"];
  if (typeof uuid !== "string" || id === undefined) return "";
  const { passwords } = await session.client().command("fetch_passwords", { uuid });
  const record = objects(passwords).find((one) => one["id"] === id);
  return record === undefined ? "" : whenText(record, time.timeZone);
}

const windowFields = ["permission_begin", "permission_end", "weekly"] as const;
