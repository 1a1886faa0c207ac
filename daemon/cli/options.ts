import { type Command as CommanderCommand, Option } from "commander";
import type { TSchema } from "typebox";
import { describeType, type SchemaInfo, schemaInfo } from "../base/schema-info.ts";
import type { Command } from "../commands/command.ts";

/** Adds the option that spares the question, where the command loses something. */
export function addYes(sub: CommanderCommand, { loss }: Command): void {
  if (loss === undefined) return;
  sub.option("--yes", "do not ask; needed where nobody can be asked");
}

/**
 * Adds an option for each field of a schema, described by the schema itself.
 * @returns the fields that were given, in sequence: filled while commander parses
 */
export function addOptions(sub: CommanderCommand, schema: TSchema): (readonly [string, string])[] {
  const given: (readonly [string, string])[] = [];
  for (const { name, type, description, isFlag, isRequired } of leavesOf(schema)) {
    const option = new Option(
      isFlag ? `--${name} [true|false]` : `--${name} <value>`,
      [description, `(${type}${isRequired ? ", required" : ""})`]
        .filter((part) => part !== undefined)
        .join(" "),
    ).argParser((text: string) => {
      given.push([name, text]);
      return text;
    });
    sub.addOption(isFlag ? option.preset("true") : option);
  }
  return given;
}

/** A field that no other fields are in. */
export interface Leaf {
  /** With a dot between it and the field that it is in. */
  readonly name: string;
  readonly type: string;
  readonly description: string | undefined;
  readonly isFlag: boolean;
  readonly isRequired: boolean;
}

/** Leaves by schema, because a command and its phrases have the same. */
const known = new WeakMap<TSchema, readonly Leaf[]>();

/** Returns the fields of a schema that no others are in, with dots in their names. */
export function leavesOf(schema: TSchema): readonly Leaf[] {
  const leaves = known.get(schema) ?? leavesIn(schemaInfo(schema), "", true);
  known.set(schema, leaves);
  return leaves;
}

function leavesIn(info: SchemaInfo, prefix: string, isRequired: boolean): readonly Leaf[] {
  return [...info.properties].flatMap(([key, schema]) => {
    const inner = schemaInfo(schema);
    const name = `${prefix}${key}`;
    const isInnerRequired = isRequired && info.required.has(key);
    if (inner.properties.size > 0) return leavesIn(inner, `${name}.`, isInnerRequired);
    return [
      {
        name,
        type: describeType(schema),
        description: inner.description,
        isFlag: inner.type === "boolean",
        isRequired: isInnerRequired,
      },
    ];
  });
}
