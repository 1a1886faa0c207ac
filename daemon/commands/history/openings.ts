import Type, { type Static } from "typebox";
import { bindingsOf, findHome } from "../homes/lock-location.ts";
import { findLock } from "../locks/address.ts";
import type { CommandView } from "../ports.ts";
import { lockAddress, seconds } from "../schema/request-fields.ts";
import { eventIndexOf, historyEvents, type IndexEntry } from "./event-index.ts";

/** Which openings a request means: of one lock, of a home's locks, or of all; within a period. */
export const openingFilter = {
  ...lockAddress,
  start_time: Type.Optional(seconds("from, Unix seconds")),
  end_time: Type.Optional(seconds("until, Unix seconds")),
};

const filter = Type.Object(openingFilter, { additionalProperties: false });

/** Returns the openings of V1.6's history that fit, the oldest first. */
export async function openings(
  view: CommandView,
  input: Static<typeof filter>,
): Promise<readonly IndexEntry[]> {
  const locks = locksOf(view, input);
  const fromMs = (input.start_time ?? 0) * 1000;
  const untilMs = input.end_time === undefined ? Number.MAX_SAFE_INTEGER : input.end_time * 1000;
  const entries = await eventIndexOf(view).entries();
  return entries.filter(
    ({ atMs, event, lock }) =>
      historyEvents.has(event) &&
      atMs >= fromMs &&
      atMs <= untilMs &&
      (locks === null || locks.has(lock)),
  );
}

/** Returns one lock, those of a home, or null for all locks. */
function locksOf(view: CommandView, input: Static<typeof filter>): ReadonlySet<string> | null {
  if (input.uuid !== undefined || input.room_id !== undefined) {
    return new Set([findLock(view, input).lock]);
  }
  if (input.home_id === undefined) return null;
  return new Set(bindingsOf(view, findHome(view, input.home_id).homeId).map(({ lock }) => lock));
}
