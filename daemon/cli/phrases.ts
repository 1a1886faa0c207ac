import type { Command as CommanderCommand } from "commander";
import { schemaInfo } from "../base/schema-info.ts";
import type { Command } from "../commands/command.ts";
import type { Phrase } from "../commands/phrase.ts";
import type { GivenFields } from "./calls/phrase-call.ts";
import { addOptions, addYes } from "./options.ts";
import type { Session } from "./session.ts";
import { timeHelp, timeText } from "./terminal/time-text.ts";

/** What a group of phrases is about. */
const groupSummaries: Readonly<Record<string, string>> = {
  lock: "Read a lock's state, move it, name it, unpair it",
  password: "The codes of a lock: add, change, freeze, delete",
  home: "Homes of the building",
  room: "Rooms, and the locks in them",
  order: "Installation appointments",
  client: "Who may call the API over TCP",
  callback: "URLs that get the events",
  account: "People who sign in on the page",
  pass: "Installers' passes to the page",
  session: "Browsers that are signed in on the page",
  clock: "Show the gateway's time and its sources, or set it on site",
  keys: "Keys of the end-to-end protection",
};

/** Adds the commands in the words of people: `lock show front`, `password add front`. */
export function addPhrases(
  root: CommanderCommand,
  commands: readonly Command[],
  session: Session,
): void {
  const groups = new Map<string, CommanderCommand>();
  for (const command of commands) {
    for (const phrase of command.phrases ?? []) {
      const [first, second] = phrase.words;
      if (second === undefined) {
        addPhrase(root.command(first), { phrase, command }, session);
        continue;
      }
      const group =
        groups.get(first) ?? root.command(first).description(groupSummaries[first] ?? first);
      groups.set(first, group);
      const isDefault = phrase.isDefault === true;
      addPhrase(group.command(second, { isDefault }), { phrase, command }, session);
    }
  }
}

/** A phrase and the command that it is for. */
interface PhraseOf {
  readonly phrase: Phrase;
  readonly command: Command;
}

function addPhrase(sub: CommanderCommand, of: PhraseOf, session: Session): void {
  const { phrase, command } = of;
  const bare = phrase.bare === undefined ? "" : " Without a word: shows it.";
  const code =
    phrase.needsCode === true
      ? " Asks for the code without showing it, or reads it from standard input; --code leaves it in the shell's history."
      : "";
  sub.description(`${command.summary}${bare}${code}`);
  const arguments_ = addArguments(sub, of);
  const isTime = (field: string) => phrase.times?.includes(field) === true;
  const read = (field: string, text: string) =>
    isTime(field) ? timeText(phrase.names?.[field] ?? field, text, Date.now()) : text;
  const options = addOptions(sub, command.input, {
    left: new Set([...arguments_, ...Object.keys(phrase.fixed ?? {})]),
    names: phrase.names ?? {},
    read,
    typeOf: (field) => (isTime(field) ? timeHelp : null),
  });
  if (phrase.isForLock === true) {
    sub.option("--wait [seconds]", "wait until the lock has it (without a number 30 s)");
  }
  addYes(sub, command);
  sub.action(async (...args: readonly unknown[]) => {
    const texts = args.filter((arg) => typeof arg === "string");
    const lock = phrase.isOfLock === true ? (texts.shift() ?? "") : null;
    const named = (phrase.fields ?? []).flatMap((field, index): [string, string][] => {
      const text = texts[index];
      return text === undefined ? [] : [[field, read(field, text)]];
    });
    const { wait, yes } = sub.opts<Pick<GivenFields, "wait" | "yes">>();
    const { callPhrase } = await import("./calls/phrase-call.ts");
    await callPhrase(session, of, {
      lock,
      fields: [...options, ...named],
      ...(wait === undefined ? {} : { wait }),
      ...(yes === undefined ? {} : { yes }),
    });
  });
}

/** Adds the arguments of a phrase. @returns the fields that they stand for */
function addArguments(sub: CommanderCommand, { phrase, command }: PhraseOf): readonly string[] {
  const { fields = [], bare, isOfLock } = phrase;
  if (isOfLock === true) sub.argument("<lock>", "the lock's name, room or address");
  const { required } = schemaInfo(command.input);
  for (const field of fields) {
    const isNeeded = required.has(field) && bare === undefined;
    sub.argument(isNeeded ? `<${field}>` : `[${field}]`);
  }
  return isOfLock === true ? [...fields, "uuid", "room_id", "home_id"] : fields;
}
