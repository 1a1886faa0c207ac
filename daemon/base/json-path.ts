import { isJsonList, isJsonObject, type Json, type JsonObject } from "./json.ts";

/** Returns `object` with `value` at `path`; objects that are missing on the way are added. */
export function withValueAt(
  object: JsonObject,
  path: readonly (string | number)[],
  value: Json,
): JsonObject {
  const [step, ...rest] = path;
  if (step === undefined) return object;
  return { ...object, [step]: valueIn(object[step], rest, value) };
}

function valueIn(json: Json | undefined, path: readonly (string | number)[], value: Json): Json {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (isJsonList(json)) {
    return json.map((item, index) => (index === Number(step) ? valueIn(item, rest, value) : item));
  }
  return withValueAt(isJsonObject(json) ? json : {}, path, value);
}
