import { type Command as CommanderCommand, Option } from "commander";
import type { TSchema } from "typebox";
import { describeType, schemaInfo } from "../../commands/schema/schema-info.ts";

export interface OptionWords {
  /** Fields that come in another way. */
  readonly left?: ReadonlySet<string>;
  /** Shorter names for people, by field. */
  readonly names?: Readonly<Record<string, string>>;
  /** How people write a field's value. */
  readonly read?: (field: string, text: string) => string;
  /** What people write there, if it is not what the schema says; null = it is. */
  readonly typeOf?: (field: string) => string | null;
}

/**
 * An option for each field of a schema, described by the schema itself.
 * @returns what was given, in order: filled while commander parses.
 */
export function addOptions(
  sub: CommanderCommand,
  schema: TSchema,
  words: OptionWords = {},
): (readonly [string, string])[] {
  const fields: (readonly [string, string])[] = [];
  for (const field of leaves(schema, "", true)) {
    if (words.left?.has(field.name) === true) continue;
    const about = schemaInfo(field.schema);
    const type = words.typeOf?.(field.name) ?? describeType(field.schema);
    const isFlag = about.type === "boolean";
    const name = words.names?.[field.name] ?? field.name;
    const option = new Option(
      isFlag ? `--${name} [true|false]` : `--${name} <value>`,
      [summaryOf(about.description, type), `(${type}${field.isRequired ? ", required" : ""})`]
        .filter((part) => part !== undefined)
        .join(" "),
    ).argParser((text: string) => {
      fields.push([field.name, words.read?.(field.name, text) ?? text]);
      return text;
    });
    sub.addOption(isFlag ? option.preset("true") : option);
  }
  return fields;
}

/** A unit in the description would contradict what people write. */
function summaryOf(description: string | undefined, type: string): string | undefined {
  return type.includes("Unix seconds") ? description?.replace(", Unix seconds", "") : description;
}

interface Leaf {
  readonly name: string;
  readonly schema: TSchema;
  readonly isRequired: boolean;
}

function leaves(schema: TSchema, prefix: string, isRequired: boolean): readonly Leaf[] {
  const words = schemaInfo(schema);
  return [...words.properties].flatMap(([key, inner]) => {
    const name = `${prefix}${key}`;
    const isInnerRequired = isRequired && words.required.has(key);
    return schemaInfo(inner).properties.size > 0
      ? leaves(inner, `${name}.`, isInnerRequired)
      : [{ name, schema: inner, isRequired: isInnerRequired }];
  });
}
