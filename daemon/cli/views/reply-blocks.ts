import type { TSchema } from "typebox";
import { isJsonList, isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { schemaInfo } from "../../base/schema-info.ts";
import { cleanText } from "../../core/input/plain-text.ts";
import { type Block, nothing, type Row } from "../terminal/blocks.ts";
import { cellText } from "./cell-text.ts";
import { fieldName } from "./value-words.ts";

/** What is known about a reply beside its fields. */
export interface ReplyFrame {
  /** The gateway's zone. */
  readonly timeZone: string;
  /** Schema of the reply; absent = not known. */
  readonly output?: TSchema | undefined;
  /** Names of locks, homes and rooms, by their ids. */
  readonly names?: ReadonlyMap<string, string>;
}

/** Returns a reply for people: its own fields below each other, and each list of records as a table. */
export function replyBlocks(
  fields: JsonObject,
  { timeZone, output }: ReplyFrame,
): readonly Block[] {
  const schemas = propertiesOf(output);
  const own: [string, string][] = [];
  const further: Block[] = [];
  for (const [field, value] of Object.entries(fields)) {
    const schema = schemas.get(field);
    if (isJsonList(value) && value.every(isJsonObject)) {
      const title = fieldName(field);
      const rows = value.filter(isJsonObject).map((row) => rowOf(row, itemsOf(schema), timeZone));
      further.push({ kind: "table", title, rows, none: `no ${title}` });
    } else if (isJsonObject(value)) {
      const facts = rowOf(value, schema, timeZone);
      if (facts.length > 0) further.push({ kind: "facts", title: fieldName(field), facts });
    } else {
      own.push([nameText(field), cellText({ field, value, schema }, timeZone)]);
    }
  }
  const facts = own.filter(([, text]) => text !== nothing);
  return facts.length === 0 ? further : [{ kind: "facts", facts }, ...further];
}

/** Returns a record's fields as names and texts. @param names only these, in this sequence; absent = all */
export function rowOf(record: JsonObject, schema: TSchema | undefined, timeZone: string): Row {
  const schemas = propertiesOf(schema);
  return Object.entries(record).map(([field, value]) => {
    return [nameText(field), cellText({ field, value, schema: schemas.get(field) }, timeZone)];
  });
}

/** Returns one table of a list's records with these fields. */
export function listBlock(
  rows: Json | undefined,
  fields: readonly string[],
  { timeZone, output, none }: ReplyFrame & { readonly none: string },
): Block {
  const schemas = propertiesOf(output);
  const records = isJsonList(rows) ? rows.filter(isJsonObject) : [];
  return {
    kind: "table",
    none,
    rows: records.map((record) =>
      fields.map((field) => [
        nameText(field),
        cellText({ field, value: record[field], schema: schemas.get(field) }, timeZone),
      ]),
    ),
  };
}

function nameText(field: string): string {
  return cleanText(fieldName(field));
}

function propertiesOf(schema: TSchema | undefined): ReadonlyMap<string, TSchema> {
  return schema === undefined ? new Map() : schemaInfo(schema).properties;
}

/** Returns the schema of a list's records. */
export function itemsOf(schema: TSchema | undefined): TSchema | undefined {
  return schema === undefined ? undefined : schemaInfo(schema).items;
}
