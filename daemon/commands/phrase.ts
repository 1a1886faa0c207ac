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
  /** Arguments that may be left out, although the command needs their fields. */
  readonly optional?: readonly string[];
  /** Fields that have a value where nobody gives one. */
  readonly defaults?: JsonObject;
  /** Fields of which latchctl makes an id of its own where nobody gives one, and what the id begins with. */
  readonly made?: Readonly<Record<string, string>>;
  /** Fields that people do not give: printed misspellings, and what does not go with this phrase. */
  readonly unsaid?: readonly string[];
  /** Fields that take a time as people write it. */
  readonly times?: readonly string[];
  /** latchctl asks for the code, or reads it from standard input, when no option gives it. */
  readonly needsCode?: boolean;
  /** The lock has to carry it out, so that `--wait` can follow it there. */
  readonly isForLock?: boolean;
}

/** What a person loses by a command: latchctl says it, and asks before it sends the command. */
export interface Loss {
  /**
   * Whole sentences. A name in braces stands for the field of that name, or for what latchctl looks up:
   * `{lock}`, `{home}`, `{room}`, `{password_count}`, `{clock_change}`.
   */
  readonly text: string;
  /** A script needs no `--yes`: the command takes access away, and nothing may delay that. */
  readonly isRevocation?: true;
  /** The person types the name of what is lost, which has this field: a "y" comes too easily. */
  readonly typed?: "uuid" | "room_id" | "home_id";
}

/** Fields of a period of past time, which take times as people write them. */
export const periodTimes = ["start_time", "end_time"] as const;
