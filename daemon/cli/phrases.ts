import type { Command as CommanderCommand } from "commander";
import type { Command } from "../commands/command.ts";
import type { GivenFields } from "./calls/phrase-call.ts";
import { addYes } from "./options.ts";
import { addArguments, addPhraseOptions, type PhraseOf } from "./phrase-options.ts";
import type { Session } from "./session.ts";
import { groupWords, phraseWords } from "./words/phrase-words.ts";

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
        groups.get(first) ?? root.command(first).description(groupWords[first] ?? first);
      groups.set(first, group);
      const isDefault = phrase.isDefault === true;
      addPhrase(group.command(second, { isDefault }), { phrase, command }, session);
    }
  }
}

const timeNote = `
Times are the gateway's: 18:00, tomorrow, "friday 18:00", "next friday 18:00",
"30.11.2026 18:00", "2026-11-30 18:00", 2026-11-30T18:00+01:00, +3d, +90m.`;

const codeNote = `
latchctl asks for the code and does not show it; in a script it reads the code
from standard input.`;

function addPhrase(sub: CommanderCommand, of: PhraseOf, session: Session): void {
  const { phrase, command } = of;
  sub.description(phraseWords[phrase.words.join(" ")]?.summary ?? command.summary);
  addArguments(sub, of);
  const options = addPhraseOptions(sub, of);
  if (phrase.isForLock === true) {
    sub.option("--wait [seconds]", "wait until the lock has it, 30 s without a number");
  }
  addYes(sub, command);
  if (phrase.needsCode === true) sub.addHelpText("after", codeNote);
  if (phrase.times !== undefined) sub.addHelpText("after", timeNote);
  sub.action(async (...args: readonly unknown[]) => {
    const texts = args.filter((arg) => typeof arg === "string");
    const lock = phrase.isOfLock === true ? (texts.shift() ?? "") : null;
    const named = (phrase.fields ?? []).flatMap((field, index): [string, string][] => {
      const text = texts[index];
      return text === undefined ? [] : [[field, text]];
    });
    const { wait, yes } = sub.opts<Pick<GivenFields, "wait" | "yes">>();
    const { callPhrase } = await import("./calls/phrase-call.ts");
    await callPhrase(session, of, {
      lock,
      // A home that an option gives is known before the room in it.
      fields: [...options, ...named],
      ...(wait === undefined ? {} : { wait }),
      ...(yes === undefined ? {} : { yes }),
    });
  });
}
