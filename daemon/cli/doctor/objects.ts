import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";

/** Returns the objects of a list in a reply. */
export function objects(value: Json | undefined): readonly JsonObject[] {
  if (!Array.isArray(value)) return [];
  const list: readonly Json[] = value;
  return list.filter(isJsonObject);
}
