import type { JsonObject } from "../../../daemon/base/json.ts";
import type { LockId } from "../../../daemon/core/model/door-lock.ts";
import type { EventName } from "../../../daemon/core/model/journal.ts";
import type { CodeVault } from "../../../daemon/store/secrets/sealing.ts";
import type { Store } from "../../../daemon/store/store.ts";

const pageSize = 1_000;

/** An event of the journal. */
export interface JournalEvent {
  readonly seq: number;
  readonly event: EventName;
  readonly lock: LockId | null;
  readonly detail: JsonObject | null;
  /** The first code that it carries, opened. */
  readonly code: string | null;
}

/** Returns the events of one lock, oldest first; of the gateway itself if `lock` is null. */
export async function eventsIn(
  store: Store,
  vault: CodeVault,
  lock: LockId | null,
): Promise<JournalEvent[]> {
  const events: JournalEvent[] = [];
  const { tail, head } = store.journalRange();
  for (let from = tail; from <= head; from += pageSize) {
    for (const { seq, entry } of await store.readJournal(from, pageSize)) {
      if (entry.kind !== "event" || entry.lock !== lock) continue;
      const [sealed] = entry.sealed ?? [];
      const code = sealed === undefined ? null : vault.open(sealed.code, sealed.boundTo).reveal();
      events.push({ seq, event: entry.event, lock, detail: entry.detail, code });
    }
  }
  return events;
}
