import type { EventEntry, EventName, JournalEntry } from "../model/journal.ts";
import type { PasswordRecord } from "../model/password.ts";

/** Returns `pwdAddLocal` or `pwdUpdateLocal`: {password: {id, password}}, null if the lock hides the code. */
export function keypadEvent(
  event: Extract<EventName, "pwdAddLocal" | "pwdUpdateLocal">,
  password: PasswordRecord,
): EventEntry {
  const entry = {
    kind: "event",
    event,
    lock: password.lock,
    detail: { password: { id: password.id, password: null } },
  } as const;
  if (password.code === null) return entry;
  const path = ["password", "password"];
  return { ...entry, sealed: [{ path, code: password.code, boundTo: password.sealedFor }] };
}

/** Returns `pwdDelLocal`: {password: {id}}. */
export function keypadDeletionEvent({ lock, id }: PasswordRecord): EventEntry {
  return { kind: "event", event: "pwdDelLocal", lock, detail: { password: { id } } };
}

/** Returns the event of a keypad edit, marked as put back or as waiting for somebody's agreement. */
export function withMark(entry: JournalEntry, mark: "reverted" | "ask"): JournalEntry {
  if (entry.kind !== "event") return entry;
  switch (entry.event) {
    case "pwdAddLocal":
    case "pwdUpdateLocal":
    case "pwdDelLocal":
      // Nobody is asked about a code that comes back in any case.
      if (entry.detail?.["reverted"] === 1) return entry;
      return { ...entry, detail: { ...entry.detail, [mark]: 1 } };
    default:
      return entry;
  }
}
