import { isJsonList, type Json, type JsonObject } from "../../base/json.ts";
import type { LockId } from "../model/door-lock.ts";
import type { JournalEntry } from "../model/journal.ts";
import type { ActivityEntry } from "./activity-log.ts";

/** Which records tell of a lock that was unpaired. */
export interface ErasureScope {
  readonly lock: LockId;
  /** Of the key it had: stands in front of every code that was sealed for it. */
  readonly keyId: string | null;
}

/** Words of an event's detail that are latchd's own and name nobody. */
const impersonal: ReadonlySet<string> = new Set([
  "reason",
  "method",
  "command",
  "status",
  "read",
  "by",
  "command_id",
]);

/**
 * What stays in the journal of an entry about a lock that was unpaired: that it happened, when, and its
 * numbers. Codes, names and every other word of its people go.
 * @returns null when the entry is not about that lock, or says nothing of the kind.
 */
export function erasedEntry(entry: JournalEntry, unpaired: ErasureScope): JournalEntry | null {
  if (!isAbout(entry, unpaired)) return null;
  const { sealed, ...rest } = entry;
  const erased: JournalEntry =
    rest.kind === "event"
      ? { ...rest, detail: rest.detail === null ? null : impersonalOf(rest.detail) }
      : { ...rest, errMsg: "", result: {} };
  const isSame = sealed === undefined && JSON.stringify(erased) === JSON.stringify(entry);
  return isSame ? null : erased;
}

function isAbout(entry: JournalEntry, { lock, keyId }: ErasureScope): boolean {
  if (entry.kind === "event" && entry.lock !== null) return entry.lock === lock;
  if (entry.kind === "reply" && entry.lock === lock) return true;
  const text = JSON.stringify(entry);
  return text.includes(lock) || (keyId !== null && text.includes(keyId));
}

function impersonalOf(detail: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(detail).flatMap(([name, value]): [string, Json][] => {
      const kept = keptOf(name, value);
      return kept === undefined ? [] : [[name, kept]];
    }),
  );
}

function keptOf(name: string, value: Json): Json | undefined {
  if (typeof value === "string") return impersonal.has(name) ? value : undefined;
  if (typeof value !== "object" || value === null) return value;
  if (!isJsonList(value)) return impersonalOf(value);
  return value.flatMap((item) => {
    const kept = keptOf(name, item);
    return kept === undefined ? [] : [kept];
  });
}

/**
 * A line of the operation log about a lock that was unpaired: who did what, when and at which door. Names
 * and whom it was for go.
 * @returns null when the line is about another lock, or has no names.
 */
export function erasedActivity<T extends ActivityEntry>(line: T, lock: LockId): T | null {
  if (line.lock !== lock) return null;
  const { target, holder, recipient } = line;
  if (target.name === "" && (holder?.name ?? "") === "" && recipient === null) return null;
  return {
    ...line,
    target: { ...target, name: "" },
    holder: holder === null ? null : { ...holder, name: "" },
    recipient: null,
  };
}
