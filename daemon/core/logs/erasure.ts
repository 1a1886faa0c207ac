import { isJsonList, type Json, type JsonObject } from "../../base/json.ts";
import type { LockId } from "../model/door-lock.ts";
import type { JournalEntry } from "../model/journal.ts";
import type { ActivityEntry } from "./activity-log.ts";

/** Identifies the records about a lock that was unpaired. */
export interface ErasureScope {
  readonly lock: LockId;
  /** The id of its key, which is the prefix of every code that the key sealed. */
  readonly keyId: string | null;
}

/** Fields of an event's detail whose texts come from latchd and name nobody. */
const impersonal: ReadonlySet<string> = new Set([
  "reason",
  "method",
  "command",
  "status",
  "read",
  "by",
  "command_id",
  "outcome",
]);

/**
 * Returns what stays in the journal of an entry about an unpaired lock: what happened, when, and its
 * numbers. Codes, names and every other text about people are removed.
 * @returns null if the entry is not about that lock, or has nothing to remove.
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
 * Returns what stays in the activity log of an entry about an unpaired lock: who did what, when and on which
 * lock. Names and the recipient are removed.
 * @returns null if the entry is about another lock, or has no names.
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
