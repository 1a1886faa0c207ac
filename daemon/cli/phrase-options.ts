import { type Command as CommanderCommand, Option } from "commander";
import { schemaInfo } from "../base/schema-info.ts";
import type { Command } from "../commands/command.ts";
import type { Phrase } from "../commands/phrase.ts";
import { leavesOf } from "./options.ts";
import {
  argumentName,
  argumentText,
  type OptionWords,
  wordsOfOption,
} from "./words/option-words.ts";

/** A phrase and the command that it is for. */
export interface PhraseOf {
  readonly phrase: Phrase;
  readonly command: Command;
}

/** A field with the text that a person gave for it. */
export type GivenField = readonly [field: string, text: string];

/** Fields that say which lock is meant: the phrase's first argument says it. */
const lockFields = ["uuid", "room_id", "home_id"] as const;

/** Adds the arguments of a phrase. */
export function addArguments(sub: CommanderCommand, { phrase, command }: PhraseOf): void {
  const { fields = [], bare, isOfLock } = phrase;
  if (isOfLock === true) sub.argument("<lock>", "its name, its room, or its address");
  const { required } = schemaInfo(command.input);
  for (const field of fields) {
    const isNeeded =
      required.has(field) && bare === undefined && phrase.optional?.includes(field) !== true;
    const name = argumentName(field);
    const text = argumentText(field);
    sub.argument(isNeeded ? `<${name}>` : `[${name}]`, text);
  }
}

/** An option of a phrase. */
export interface PeoplesOption extends OptionWords {
  readonly field: string;
  readonly isFlag: boolean;
}

/** Returns the options of a phrase in people's words; a field without words is none. */
export function peoplesOptions({ phrase, command }: PhraseOf): readonly PeoplesOption[] {
  const elsewhere = new Set([
    ...(phrase.fields ?? []),
    ...Object.keys(phrase.fixed ?? {}),
    ...(phrase.unsaid ?? []),
    ...(phrase.isOfLock === true ? lockFields : []),
  ]);
  return peoplesFields(command).flatMap(({ name: field, isFlag }) => {
    const words = elsewhere.has(field) ? null : wordsOfOption(command.name, field);
    return words === null ? [] : [{ ...words, field, isFlag }];
  });
}

/**
 * Adds the options of a phrase.
 * @returns the fields that were given, in sequence: filled while commander parses
 */
export function addPhraseOptions(sub: CommanderCommand, of: PhraseOf): readonly GivenField[] {
  const given: GivenField[] = [];
  for (const { field, name, value, text, isFlag } of peoplesOptions(of)) {
    const give = (typed: string): string => {
      given.push([field, typed]);
      return typed;
    };
    // A code without digits is asked for.
    if (field === "password") {
      sub.addOption(new Option(`--${name} [${value}]`, text));
      sub.on(`option:${name}`, (typed: string | null) => give(typed ?? ""));
      continue;
    }
    if (!isFlag) {
      sub.addOption(new Option(`--${name} <${value}>`, text).argParser(give));
      continue;
    }
    sub.addOption(new Option(`--${name}`, text));
    sub.on(`option:${name}`, () => give("1"));
    if (!of.command.name.startsWith("update_")) continue;
    sub.addOption(new Option(`--no-${name}`, "no longer so"));
    sub.on(`option:no-${name}`, () => give("0"));
  }
  return given;
}

interface PeoplesField {
  readonly name: string;
  readonly isFlag: boolean;
}

/** The command's fields, with the weekly hours as one. */
function peoplesFields(command: Command): readonly PeoplesField[] {
  const { properties } = schemaInfo(command.input);
  const leaves = leavesOf(command.input).filter(({ name }) => !name.startsWith("weekly"));
  const fields = leaves.map(({ name, type, isFlag }) => ({
    name,
    isFlag: isFlag || type === "0 | 1",
  }));
  return properties.has("weekly") ? [...fields, { name: "weekly", isFlag: false }] : fields;
}
