import type { JsonObject } from "../../base/json.ts";
import { withValueAt } from "../../base/json-path.ts";
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
    opened = withValueAt(opened, path, sealer.open(code, boundTo).reveal());
  }
  return opened;
}
