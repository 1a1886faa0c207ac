import type { JsonObject } from "../base/json.ts";

/** A command in the words of people, for latchctl. Its options and their help come from the command's schema. */
export interface Phrase {
  /** `latchctl locks`, or a group and a verb: `latchctl lock show`. */
  readonly words: readonly [string] | readonly [string, string];
  /** latchctl runs this verb when its group is given without one. */
  readonly isDefault?: boolean;
  /** Command that latchctl runs when no field is given, to show what the phrase would change. */
  readonly bare?: string;
  /** The first argument is a lock: its name, room or address. */
  readonly isOfLock?: boolean;
  /** Fields that are given as arguments, in this sequence. */
  readonly fields?: readonly string[];
  /** Fields that the phrase itself fixes. */
  readonly fixed?: JsonObject;
  /** Shorter names of options, by field. */
  readonly names?: Readonly<Record<string, string>>;
  /** Fields that take a time as people write it. */
  readonly times?: readonly string[];
  /** latchctl asks for the code, or reads it from standard input, when no option gives it. */
  readonly needsCode?: boolean;
  /** The lock has to carry it out, so that `--wait` can follow it there. */
  readonly isForLock?: boolean;
  /** What a person sees of the reply; absent = all of it. */
  readonly view?: PhraseView;
}

/** Part of a reply: columns of the rows of one list, all but some fields, or a view that latchctl makes. */
export type PhraseView =
  | { readonly list: string; readonly columns: readonly string[] }
  | { readonly without: readonly string[] }
  | "locks"
  | "passwords";

/** What a person loses by a command: latchctl says it, and asks before it sends the command. */
export interface Loss {
  /**
   * Whole sentences. A name in braces stands for the field of that name, or for what latchctl looks up:
   * `{lock}`, `{password_count}`, `{clock_change}`.
   */
  readonly text: string;
  /** A script needs no `--yes`: the command takes access away, and nothing may delay that. */
  readonly isRevocation?: true;
}

/** Names that several phrases give to the options for a period of past time. */
export const periodNames = { start_time: "from", end_time: "until" } as const;
export const periodTimes = ["start_time", "end_time"] as const;
