import type { Json, JsonObject } from "../../base/json.ts";
import { readTextParams } from "../../commands/schema/text-params.ts";
import { GatewayError } from "../../core/model/errors.ts";
import type { GivenField, PhraseOf } from "../phrase-options.ts";
import { isUnixMs, peopleTime, type TimeEdge, type TimeFrame } from "../times/people-time.ts";
import { weeklyHours } from "../times/weekly-hours.ts";
import { choiceOf, wordsOfOption } from "../words/option-words.ts";
import { addressOf, type Directory, type KnownLock } from "./directory.ts";

/** What latchctl needs to understand what a person wrote. */
export interface PeopleFrame extends TimeFrame {
  readonly directory: Directory;
  readonly lock: KnownLock | null;
}

export const timeForms =
  '18:00, "friday 18:00", "next friday 18:00", "30.11.2026 18:00", "2026-11-30 18:00", +3d';
const weeklyForms = '"sat,sun 08:00-12:00", "mon-fri 22:00-06:00", daily or weekend';

/**
 * Returns the parameters of a command from what a person wrote: names, times and hours in people's words.
 * @throws GatewayError `notFound`, `badParameters`
 */
export async function peopleParams(
  of: PhraseOf,
  given: readonly GivenField[],
  frame: PeopleFrame,
): Promise<JsonObject> {
  const texts: [string, string][] = [];
  let homeId: string | null = null;
  for (const [field, text] of given) {
    const value = await readField(of, [field, text], { ...frame, homeId });
    if (field === "home_id") homeId = value;
    texts.push([field, value]);
  }
  const { phrase, command } = of;
  const params = readTextParams(command.input, texts);
  const made = Object.entries(phrase.made ?? {}).map(([field, prefix]): [string, Json] => [
    field,
    params[field] ?? newId(prefix),
  ]);
  const address = frame.lock === null ? {} : { uuid: frame.lock.uuid };
  return {
    ...phrase.defaults,
    ...params,
    ...Object.fromEntries(made),
    ...phrase.fixed,
    ...address,
  };
}

interface ValueFrame extends PeopleFrame {
  readonly homeId: string | null;
}

/** Returns a field's value as the API has it, as text. */
async function readField(
  { phrase, command }: PhraseOf,
  [field, text]: GivenField,
  frame: ValueFrame,
): Promise<string> {
  const choice = choiceOf(field, text);
  if (choice !== null) return choice;
  const typed = typedName(command.name, field, phrase.fields?.includes(field) === true);
  if (phrase.times?.includes(field) === true) return timeSeconds(typed, [field, text], frame);
  if (field === "weekly") return weeklyJson(typed, text, frame);
  const isMade = phrase.made?.[field] !== undefined;
  if (isMade) return text;
  if (field === "uuid") return await lockUuid(command, text, frame.directory);
  return await idOf([field, text], frame);
}

async function lockUuid(
  { namesNewLock, isReadOnly }: PhraseOf["command"],
  text: string,
  directory: Directory,
): Promise<string> {
  if (namesNewLock === true) return addressOf(text) ?? text;
  return (await directory.lock(text, isReadOnly)).uuid;
}

/** Returns the id of what a person named; the text itself where the field is no id. */
async function idOf([field, text]: GivenField, frame: ValueFrame): Promise<string> {
  const { directory, lock, homeId } = frame;
  switch (field) {
    case "home_id":
      return (await directory.home(text)).homeId;
    case "rooms":
    case "room_id":
      return (await directory.room(text, homeId)).roomId;
    case "locks":
      return (await directory.lock(text, false)).uuid;
    case "grant_id":
      return await directory.grant(text);
    case "password_id":
      return lock === null ? text : await directory.password(lock.uuid, text);
    default:
      return text;
  }
}

/** Returns what a person typed for a field: an argument's name, or the option. */
function typedName(command: string, field: string, isArgument: boolean): string {
  const words = wordsOfOption(command, field);
  return isArgument || words === null ? field : `--${words.name}`;
}

/** No limit on this side. */
const unlimited: ReadonlySet<string> = new Set(["never", "for ever", "forever", "always", "0"]);

function timeSeconds(typed: string, [field, text]: GivenField, frame: TimeFrame): string {
  const words = text.trim().toLowerCase();
  const isBegin = /begin$/.test(field);
  if (unlimited.has(words) || (isBegin && words === "now")) return "0";
  if (isUnixMs(text)) {
    throw fault(typed, `${text} is a time in milliseconds: give Unix seconds, or ${timeForms}`);
  }
  const atMs = peopleTime(text, frame, edgeOf(field));
  if (atMs === null) throw fault(typed, `"${text}" is no time; write ${timeForms}`);
  return String(Math.floor(atMs / 1000));
}

/** Of a time that occurs twice a password takes what opens less, and a search what finds more. */
function edgeOf(field: string): TimeEdge {
  return /begin$/.test(field) || field === "end_time" ? "last" : "first";
}

function weeklyJson(typed: string, text: string, { timeZone }: TimeFrame): string {
  if (text.trim().toLowerCase() === "none") return "null";
  const hours = weeklyHours(text, timeZone);
  if (hours === null) throw fault(typed, `"${text}" are no hours of a week; write ${weeklyForms}`);
  return JSON.stringify(hours);
}

function fault(field: string, text: string): GatewayError {
  return new GatewayError("badParameters", `${field}: ${text}`, { field });
}

/** Returns an id that is not made of a name, which may change and be that of two. */
export function newId(prefix: string): string {
  const bytes = crypto.getRandomValues(new Uint8Array(6));
  return `${prefix}-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
