import type { Requester } from "../core/model/requester.ts";
import type { Change } from "../store/store.ts";

/** Returns the changes so that every password in them says who wanted it so. */
export function withRequester(changes: readonly Change[], requester: Requester): readonly Change[] {
  return changes.map((change) =>
    change.table === "password" && change.value !== null
      ? { ...change, value: { ...change.value, asked: requester } }
      : change,
  );
}
