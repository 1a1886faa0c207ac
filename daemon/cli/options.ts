import { type Command as CommanderCommand, Option } from "commander";
import type { TSchema } from "typebox";
import { describeType, type SchemaInfo, schemaInfo } from "../base/schema-info.ts";
import type { Command } from "../commands/command.ts";

/** How options differ from the fields of a command. */
export interface OptionStyle {
  /** Fields that come in another way. */
  readonly left?: ReadonlySet<string>;
  /** Shorter names for people, by field. */
  readonly names?: Readonly<Record<string, string>>;
  /** Returns a field's value as the API has it, from the text that a person wrote. */
  readonly read?: (field: string, text: string) => string;
  /** Returns what people write there, or null if it is what the schema says. */
  readonly typeOf?: (field: string) => string | null;
}

/** Adds the option that spares the question, where the command loses something. */
export function addYes(sub: CommanderCommand, { loss }: Command): void {
  if (loss === undefined) return;
  sub.option("--yes", "do not ask; needed where nobody can be asked", false);
}

/**
 * Adds an option for each field of a schema, described by the schema itself.
 * @returns the fields that were given, in sequence: filled while commander parses
 */
export function addOptions(
  sub: CommanderCommand,
  schema: TSchema,
  style: OptionStyle = {},
): (readonly [string, string])[] {
  const given: (readonly [string, string])[] = [];
  for (const field of leavesOf(schema)) {
    if (style.left?.has(field.name) === true) continue;
    const type = style.typeOf?.(field.name) ?? field.type;
    const name = style.names?.[field.name] ?? field.name;
    const option = new Option(
      field.isFlag ? `--${name} [true|false]` : `--${name} <value>`,
      [summaryOf(field.description, type), `(${type}${field.isRequired ? ", required" : ""})`]
        .filter((part) => part !== undefined)
        .join(" "),
    ).argParser((text: string) => {
      given.push([field.name, style.read?.(field.name, text) ?? text]);
      return text;
    });
    sub.addOption(field.isFlag ? option.preset("true") : option);
  }
  return given;
}

/** Leaves out a unit that would contradict what people write. */
function summaryOf(description: string | undefined, type: string): string | undefined {
  return type.includes("Unix seconds") ? description?.replace(", Unix seconds", "") : description;
}

/** A field that no other fields are in. */
interface Leaf {
  /** With a dot between it and the field that it is in. */
  readonly name: string;
  readonly type: string;
  readonly description: string | undefined;
  readonly isFlag: boolean;
  readonly isRequired: boolean;
}

/** Leaves by schema, because a command and its phrases have the same. */
const known = new WeakMap<TSchema, readonly Leaf[]>();

function leavesOf(schema: TSchema): readonly Leaf[] {
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
