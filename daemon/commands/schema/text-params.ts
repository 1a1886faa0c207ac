import type { TSchema } from "typebox";
import { isObject, type Json, type JsonObject } from "../../base/json.ts";
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
 * Parameters that come as text (query string, command line), read as the command's schema says:
 * `"5"` becomes 5 for an integer and stays `"5"` for a string, so a code keeps its zeros.
 * Dotted names fill nested objects, a repeated name fills a list, and a list or an object may
 * also come as JSON. A text that does not fit is left as it is: the schema check then names it.
 *
 * @throws GatewayError badParameters: a name twice that is no list, or a name that cannot be one.
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

interface Place {
  readonly schema: TSchema | undefined;
  readonly params: Fields;
  /** The whole name as it was given, for messages. */
  readonly name: string;
}

function putField(place: Place, path: readonly string[], text: string): void {
  const [head, ...rest] = path;
  if (head === undefined || head === "" || path.length > maxDepth || forbiddenNames.has(head)) {
    throw fault(place.name, "is not a parameter name");
  }
  const schema =
    place.schema === undefined ? undefined : schemaInfo(place.schema).properties.get(head);
  const present = Object.hasOwn(place.params, head) ? place.params[head] : undefined;
  if (rest.length > 0) {
    const inner = present === undefined ? {} : present;
    if (!isFields(inner)) {
      throw fault(place.name, `contradicts ${head}`);
    }
    place.params[head] = inner;
    putField({ schema, params: inner, name: place.name }, rest, text);
    return;
  }
  const isList = schema !== undefined && schemaInfo(schema).type === "array";
  if (present !== undefined) {
    if (!isList || !Array.isArray(present)) {
      throw fault(place.name, "is given twice");
    }
    place.params[head] = [...present, readText(schemaInfo(schema).items, text)];
    return;
  }
  if (isList && !text.startsWith("[")) {
    place.params[head] = [readText(schemaInfo(schema).items, text)];
    return;
  }
  place.params[head] = readText(schema, text);
}

function fault(name: string, what: string): GatewayError {
  return new GatewayError("badParameters", `${name}: ${what}`, { field: name });
}

function isFields(value: Json): value is Fields {
  return isObject(value);
}
