import type { Command as CommanderCommand } from "commander";
import { isJsonObject, type JsonObject } from "../base/json.ts";
import type { Command } from "../commands/command.ts";
import { schemaInfo } from "../commands/schema/schema-info.ts";
import { readTextParams } from "../commands/schema/text-params.ts";
import { GatewayError } from "../core/model/errors.ts";
import { addYes, isAllowed } from "./consent.ts";
import type { DaemonClient } from "./daemon-client.ts";
import { examine } from "./doctor/doctor.ts";
import { losesSomething } from "./doctor/losses.ts";
import { addOptions } from "./options.ts";
import { outcomeOf, outcomeText } from "./outcome-wait.ts";
import { type PairOptions, pair } from "./pair.ts";
import type { PhraseHost } from "./phrase-host.ts";
import { groupSummaries, type Phrase, phrases } from "./phrase-table.ts";
import type { Terminal } from "./terminal/terminal.ts";
import { timeHelp, timeText } from "./terminal/time-text.ts";

const defaultWaitSeconds = 30;

/** Commands in the words of people: `lock show front`, `password add front`, `pair`, `doctor`. */
export function addPhrases(
  root: CommanderCommand,
  commands: readonly Command[],
  host: PhraseHost,
): void {
  const byName = new Map(commands.map((command) => [command.name, command]));
  const groups = new Map<string, CommanderCommand>();
  for (const phrase of phrases) {
    const command = byName.get(phrase.command);
    if (command === undefined) continue;
    const [first, second] = phrase.words;
    if (second === undefined) {
      addPhrase(root.command(first), phrase, command, host);
      continue;
    }
    const group =
      groups.get(first) ?? root.command(first).description(groupSummaries[first] ?? first);
    groups.set(first, group);
    const isDefault = phrase.isDefault === true;
    addPhrase(group.command(second, { isDefault }), phrase, command, host);
  }
  if (byName.has("permit_join")) addPair(root, host);
  root
    .command("doctor")
    .description("Check everything a technician would, and say what to do")
    .action(async () => {
      host.end((await examine(host)) ? 0 : 1);
    });
}

function addPair(root: CommanderCommand, host: PhraseHost): void {
  root
    .command("pair")
    .description("Open the network, show how the pairing goes, and close it again")
    .option("--seconds <seconds>", "how long (1 … 254)", "60")
    .option("--uuid <address>", "let only this device in")
    .option("--install-code <text>", "the lock's install code or the text of its QR code")
    .option("--any", "let any device in that comes")
    .option("--count <locks>", "end after so many locks", "1")
    .action(async (options: PairOptions) => {
      host.end((await pair(host, options)) ? 0 : 1);
    });
}

function addPhrase(
  sub: CommanderCommand,
  phrase: Phrase,
  command: Command,
  host: PhraseHost,
): void {
  const bare = phrase.bare === undefined ? "" : " Without a word: shows it.";
  const code =
    phrase.needsCode === true
      ? " Asks for the code without showing it, or reads it from standard input; --code leaves it in the shell's history."
      : "";
  sub.description(`${command.summary}${bare}${code}`);
  const taken = new Set<string>(phrase.fields);
  if (phrase.isOfLock === true) {
    sub.argument("<lock>", "the lock's name, room or address");
    for (const field of ["uuid", "room_id", "home_id"]) taken.add(field);
  }
  const { required } = schemaInfo(command.input);
  for (const field of phrase.fields ?? []) {
    const isNeeded = required.has(field) && phrase.bare === undefined;
    sub.argument(isNeeded ? `<${field}>` : `[${field}]`);
  }
  for (const field of Object.keys(phrase.fixed ?? {})) taken.add(field);
  const read = (field: string, text: string) =>
    phrase.times?.includes(field) === true
      ? timeText(phrase.names?.[field] ?? field, text, Date.now())
      : text;
  const given = addOptions(sub, command.input, {
    left: taken,
    names: phrase.names ?? {},
    read,
    typeOf: (field) => (phrase.times?.includes(field) === true ? timeHelp : null),
  });
  if (isOfPassword(phrase)) {
    sub.option("--wait [seconds]", "look how the lock takes it (without a number 30 s)");
  }
  if (losesSomething(command.name)) addYes(sub);
  sub.action(async (...args: readonly unknown[]) => {
    const texts = args.filter((arg) => typeof arg === "string");
    // Checked before anything is sent: after a usage error nothing must have changed.
    const { wait } = sub.opts<{ readonly wait?: string | true }>();
    const waitedSeconds = wait === undefined ? null : waitSeconds(wait);
    const client = host.client();
    const address: JsonObject =
      phrase.isOfLock === true
        ? { uuid: await lockOf(client, texts.shift() ?? "", command.isReadOnly) }
        : {};
    const named = (phrase.fields ?? []).flatMap((field, at): [string, string][] => {
      const text = texts[at];
      return text === undefined ? [] : [[field, read(field, text)]];
    });
    if (phrase.bare !== undefined && named.length + given.length === 0) {
      host.finish(await client.command(phrase.bare, {}));
      return;
    }
    const fields = readTextParams(command.input, [...given, ...named]);
    const params = { ...fields, ...phrase.fixed, ...address };
    const { yes } = sub.opts<{ readonly yes?: boolean }>();
    const asked = { command: command.name, params, isYes: yes === true };
    if (!(await isAllowed(host, asked))) return;
    const whole = await withCode(phrase, await withBothEnds(client, params), host.terminal);
    const reply = await client.command(command.name, whole);
    host.finish(reply, phrase.shown);
    if (waitedSeconds !== null && reply.ErrNo === 0) {
      const id = Number(reply["password_id"] ?? params["password_id"]);
      await tellOutcome(host, { uuid: String(params["uuid"]), id }, waitedSeconds);
    }
  });
}

/** Whether a lock has to do something for it. */
function isOfPassword({ words: [group, verb], isOfLock }: Phrase): boolean {
  return group === "password" && isOfLock === true && verb !== "list" && verb !== "show-admin";
}

/** @throws GatewayError `badParameters` */
function waitSeconds(wait: string | true): number {
  if (wait === true) return defaultWaitSeconds;
  const seconds = Number(wait);
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= 3600) return seconds;
  throw new GatewayError("badParameters", "wait: a whole number from 1 to 3600");
}

async function tellOutcome(
  host: PhraseHost,
  password: { readonly uuid: string; readonly id: number },
  seconds: number,
): Promise<void> {
  const outcome = await outcomeOf(host.client(), password, seconds);
  host.terminal.out(`${host.isJson() ? JSON.stringify(outcome) : outcomeText(outcome)}\n`);
  if (outcome.kind === "failed") host.end(1);
  if (outcome.kind === "waiting") host.end(75);
}

/**
 * Who gives one end of a time means the other to stay; the API takes an end that is not given as open.
 * The end that stays is looked up.
 */
async function withBothEnds(client: DaemonClient, params: JsonObject): Promise<JsonObject> {
  const { permission, password_id: id, uuid } = params;
  if (permission === undefined || !isJsonObject(permission) || id === undefined) return params;
  const { passwords } = await client.command("fetch_passwords", { uuid: uuid ?? "" });
  const records = (Array.isArray(passwords) ? passwords : []).filter(isJsonObject);
  const before = records.find((record) => record["id"] === id)?.["permission"];
  if (before === undefined || !isJsonObject(before)) return params;
  const begin = permission["begin"] ?? before["begin"];
  const end = permission["end"] ?? before["end"];
  return { ...params, permission: { begin: begin ?? 0, end: end ?? 0 } };
}

/**
 * A code need not stand in the process list or a shell's history: without one it is asked for, unseen, or
 * read from standard input where nobody can be asked.
 */
async function withCode(
  phrase: Phrase,
  params: JsonObject,
  terminal: Terminal,
): Promise<JsonObject> {
  if (phrase.needsCode !== true || params["password"] !== undefined) return params;
  if (terminal.askHidden !== undefined) {
    return { ...params, password: (await terminal.askHidden("code (not shown): ")).trim() };
  }
  return { ...params, password: (await terminal.readInput()).trim() };
}

/**
 * Finds a lock by its address or name. Part of a name will do only for what changes nothing: a door must
 * not be opened, or a lock unpaired, because its name contains a few letters.
 * @throws GatewayError `notFound`, or `badParameters` where the name fits several or is not whole.
 */
async function lockOf(client: DaemonClient, text: string, isPartEnough: boolean): Promise<string> {
  if (/^0x[0-9a-f]{16}$/.test(text)) return text;
  const { locks } = await client.command("list_locks", {});
  const known = (Array.isArray(locks) ? locks : []).filter(isJsonObject);
  const wanted = text.toLowerCase();
  const named = known.filter((lock) => String(lock["name"]).toLowerCase() === wanted);
  const like = known.filter((lock) => String(lock["name"]).toLowerCase().includes(wanted));
  const found = named.length > 0 ? named : like;
  const [lock] = found;
  if (named.length === 0 && lock !== undefined && !isPartEnough) {
    const names = like.map((one) => `"${String(one["name"])}"`).join(", ");
    const why = "a command that changes something needs the whole name, or the address";
    throw new GatewayError(
      "badParameters",
      `lock: no lock is named "${text}" (there is ${names}); ${why}`,
    );
  }
  if (lock === undefined) throw new GatewayError("notFound", `lock: there is no lock "${text}"`);
  if (found.length > 1) {
    const names = found.map((one) => `${String(one["name"])} (${String(one["uuid"])})`).join(", ");
    throw new GatewayError("badParameters", `lock: "${text}" fits several: ${names}`);
  }
  return String(lock["uuid"]);
}
