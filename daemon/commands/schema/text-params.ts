import type { TSchema } from "typebox";
import { isJsonList, isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { schemaInfo } from "../../base/schema-info.ts";
import { readText } from "../../base/schema-text.ts";
import { GatewayError } from "../../core/model/errors.ts";

const forbiddenNames: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);
const maxFields = 64;
const maxDepth = 4;

interface Fields {
  [name: string]: Json;
}

/**
 * Reads parameters that come as text (query string, command line) by the command's schema: `"5"` becomes 5 for
 * an integer and stays `"5"` for a string, so that a code keeps its zeros. Dotted names fill nested objects, a
 * repeated name fills a list, and a list or an object may also come as JSON. A text that does not fit stays as
 * it is, and the check of the schema names it.
 * @throws GatewayError `badParameters` for a name twice that is no list, and a name that cannot be one
 */
export function readTextParams(
  schema: TSchema,
  fields: Iterable<readonly [string, string]>,
): JsonObject {
  const params: Fields = {};
  let count = 0;
  for (const [name, text] of fields) {
    count += 1;
    if (count > maxFields) {
      throw new GatewayError("badParameters", `more than ${maxFields} parameters`);
    }
    putField({ schema, params, name }, name.split("."), text);
  }
  return params;
}

/** An object that is being filled. */
interface Target {
  readonly schema: TSchema | undefined;
  readonly params: Fields;
  /** The whole name as the caller gave it, for messages. */
  readonly name: string;
}

function putField(target: Target, path: readonly string[], text: string): void {
  const [head, ...rest] = path;
  if (head === undefined || head === "" || path.length > maxDepth || forbiddenNames.has(head)) {
    throw fault(target.name, "is not a parameter name");
  }
  const { params, name } = target;
  const schema =
    target.schema === undefined ? undefined : schemaInfo(target.schema).properties.get(head);
  const present = Object.hasOwn(params, head) ? params[head] : undefined;
  if (rest.length === 0) {
    params[head] = valueAfter({ schema, present, name }, text);
    return;
  }
  const inner = present ?? {};
  if (!isFields(inner)) throw fault(name, `contradicts ${head}`);
  params[head] = inner;
  putField({ schema, params: inner, name }, rest, text);
}

/** Returns a field's value once `text` was given for it. */
function valueAfter(
  field: Pick<Target, "schema" | "name"> & { readonly present: Json | undefined },
  text: string,
): Json {
  const { schema, present, name } = field;
  const info = schema === undefined ? undefined : schemaInfo(schema);
  const isList = info?.type === "array";
  if (present !== undefined) {
    if (!isList || !isJsonList(present)) throw fault(name, "is given twice");
    return [...present, readText(info.items, text)];
  }
  return isList && !text.startsWith("[") ? [readText(info.items, text)] : readText(schema, text);
}

function fault(name: string, what: string): GatewayError {
  return new GatewayError("badParameters", `${name}: ${what}`, { field: name });
}

function isFields(value: Json): value is Fields {
  return isJsonObject(value);
}
