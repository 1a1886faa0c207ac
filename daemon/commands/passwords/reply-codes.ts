import { isJsonList, isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import type { SealedDetail } from "../../core/model/journal.ts";
import type { CodeSealer } from "../ports.ts";

/** A copy of `body` with each sealed code opened at its place: for the caller's eyes only. */
export function withOpened(
  body: JsonObject,
  sealed: readonly SealedDetail[],
  sealer: Pick<CodeSealer, "open">,
): JsonObject {
  let opened = body;
  for (const { path, code, boundTo } of sealed) {
    opened = placed(opened, path, sealer.open(code, boundTo).reveal());
  }
  return opened;
}

function placed(body: JsonObject, path: SealedDetail["path"], text: string): JsonObject {
  const [first, ...rest] = path;
  if (first === undefined) return body;
  return { ...body, [first]: placedIn(body[first], rest, text) };
}

function placedIn(value: Json | undefined, path: SealedDetail["path"], text: string): Json {
  const [first, ...rest] = path;
  if (first === undefined) return text;
  if (isJsonList(value)) {
    return value.map((item, index) => (index === first ? placedIn(item, rest, text) : item));
  }
  const object = isJsonObject(value) ? value : {};
  return { ...object, [first]: placedIn(object[first], rest, text) };
}
