import type { JsonObject } from "../../base/json.ts";
import { withValueAt } from "../../base/json-path.ts";
import type { SealedDetail } from "../../core/model/journal.ts";
import type { CodeSealer } from "../ports.ts";

/** Returns a copy of `body` with each sealed code in clear at its path; only the caller may get it. */
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
