import { isJsonList, isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import type { Command } from "../../commands/command.ts";
import { cleanText } from "../../core/input/plain-text.ts";
import type { DaemonClient } from "../daemon-client.ts";
import { columnsOf, type Terminal } from "../terminal/terminal.ts";
import { indentText } from "../terminal/text-wrap.ts";
import { timeText } from "../times/time-format.ts";
import { Directory, plainName } from "./directory.ts";
import { gatewayTime } from "./gateway-time.ts";

/** A command that a person is about to send. */
export interface Sending {
  readonly command: Pick<Command, "loss">;
  readonly params: JsonObject;
  /** `--yes` was given: latchctl asks nobody. */
  readonly isYes: boolean;
}

/** Whether latchctl may send a command. */
export type Consent = "given" | "refused" | "nobodyToAsk";

/**
 * Asks the person at the terminal before something is lost.
 * @throws DaemonUnreachable
 */
export async function consentTo(
  { command: { loss }, params, isYes }: Sending,
  client: DaemonClient,
  terminal: Terminal,
): Promise<Consent> {
  if (loss === undefined || isYes) return "given";
  if (terminal.ask === undefined) return loss.isRevocation === true ? "given" : "nobodyToAsk";
  const text = await filled(loss.text, params, client);
  // A lock's name comes from elsewhere, and must not steer the terminal.
  terminal.error(
    indentText(cleanText(text), { first: "", further: "", width: columnsOf(terminal) }),
  );
  if (loss.typed === undefined) {
    const answer = await terminal.ask("Go on? [y/N] ");
    return ["y", "yes"].includes(answer.trim().toLowerCase()) ? "given" : "refused";
  }
  const name = await nameOf(params, loss.typed, client);
  const answer = await terminal.ask(cleanText(`Type its name (${name}) to go on: `));
  return plainName(answer) === plainName(name) ? "given" : "refused";
}

/** Returns what people call the thing that is lost. */
async function nameOf(
  params: JsonObject,
  field: "uuid" | "room_id" | "home_id",
  client: DaemonClient,
): Promise<string> {
  const id = String(params[field]);
  const directory = new Directory(client);
  switch (field) {
    case "uuid":
      return (await directory.lock(id, true)).name;
    case "room_id": {
      const { home_id: home } = params;
      return (await directory.room(id, typeof home === "string" ? home : null)).name;
    }
    case "home_id":
      return (await directory.home(id)).name;
  }
}

type LookUp = (client: DaemonClient, params: JsonObject) => Promise<string>;

/** What latchctl looks up for a text; other names in braces are fields of the command. */
const lookUps: Readonly<Record<string, LookUp>> = {
  lock: async (client, { uuid }) => {
    const { locks } = await client.command("list_locks", {});
    const lock = objects(locks).find((one) => one["uuid"] === uuid);
    return lock === undefined
      ? `Lock ${String(uuid)}`
      : `Lock "${String(lock["name"])}" (${String(uuid)})`;
  },
  home: async (client, params) => `"${await nameOf(params, "home_id", client)}"`,
  room: async (client, params) => `"${await nameOf(params, "room_id", client)}"`,
  password_count: async (client, { uuid }) => {
    const { passwords } = await client.command("fetch_passwords", { uuid: uuid ?? "" });
    return String(objects(passwords).length);
  },
  clock_change: async (client, { time, source }) => {
    const clock = await client.command("get_clock", {});
    const nowS = Number(clock["time"]);
    const wantedS = time === undefined ? timeOf(clock["sources"], source) : Number(time);
    if (wantedS === null) return `The gateway takes the time of ${String(source)}.`;
    const { timeZone } = await gatewayTime(client);
    const text = (seconds: number) => timeText(seconds * 1000, timeZone);
    const change = `The gateway's time changes from ${text(nowS)} to ${text(wantedS)}.`;
    return wantedS > nowS
      ? `${change} Windows that end before then are over at once, and their codes are cleared.`
      : `${change} Passwords that ended after then are valid again.`;
  },
};

async function filled(text: string, params: JsonObject, client: DaemonClient): Promise<string> {
  const names = [...text.matchAll(/\{([a-z_]+)\}/g)].map((match) => match[1] ?? "");
  let result = text;
  for (const name of new Set(names)) {
    const value = (await lookUps[name]?.(client, params)) ?? String(params[name]);
    result = result.replaceAll(`{${name}}`, () => value);
  }
  return result;
}

function timeOf(sources: Json | undefined, name: Json | undefined): number | null {
  const source = objects(sources).find((one) => one["source"] === name);
  return source === undefined ? null : Number(source["time"]);
}

function objects(value: Json | undefined): readonly JsonObject[] {
  return isJsonList(value) ? value.filter(isJsonObject) : [];
}
