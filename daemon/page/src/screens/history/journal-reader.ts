import { type Signal, signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { type Answer, call } from "../../api/call.ts";
import { onLiveEvent } from "../../api/live-events.ts";
import { isOf } from "../locks/lock-frame.tsx";

type JournalRecord = Answer<"read_journal">["records"][number];

const pageLength = 200;
/** Limit of records in memory; older ones are found by the dates. */
const maxRecords = 5_000;

export interface Period {
  /** Unix seconds; null = no limit on that side. */
  readonly fromS: number | null;
  readonly toS: number | null;
}

/** The events of one lock, the newest first, page by page. */
export interface JournalReader {
  readonly records: Signal<readonly JournalRecord[]>;
  readonly error: Signal<Error | null>;
  readonly isRead: Signal<boolean>;
  /** Whether there are older ones. */
  readonly hasMore: Signal<boolean>;
  /** Reads the next older page. @throws Refusal, Unreachable */
  more(): Promise<void>;
}

export function useJournal(uuid: string, period: Period): JournalReader {
  const key = JSON.stringify([uuid, period]);
  const reader = useMemo(() => readerOf(uuid, period), [key]);
  useEffect(() => {
    const unsubscribe = onLiveEvent((event) => {
      if (isOf(uuid)(event)) void reader.newer();
    });
    void reader.newer();
    return unsubscribe;
  }, [reader]);
  return reader;
}

function readerOf(
  uuid: string,
  { fromS, toS }: Period,
): JournalReader & { newer(): Promise<void> } {
  const records = signal<readonly JournalRecord[]>([]);
  const error = signal<Error | null>(null);
  const isRead = signal(false);
  const hasMore = signal(false);
  let before: number | null = null;
  const read = (at: number | null): Promise<Answer<"read_journal">> =>
    call("read_journal", {
      uuid,
      count: pageLength,
      ...(at === null ? {} : { before: at }),
      ...(fromS === null ? {} : { start_time: fromS }),
      ...(toS === null ? {} : { end_time: toS }),
    });
  const newer = async (): Promise<void> => {
    try {
      const page = await read(null);
      const [newest] = records.value;
      const fresh = newestFirst(page.records).filter(({ seq }) => seq > (newest?.seq ?? 0));
      if (!isRead.value) {
        before = page.previous;
        hasMore.value = page.previous !== null;
      }
      records.value = [...fresh, ...records.value].slice(0, maxRecords);
      isRead.value = true;
      error.value = null;
    } catch (cause) {
      error.value = cause instanceof Error ? cause : new Error(String(cause));
    }
  };
  const more = async (): Promise<void> => {
    if (before === null) return;
    const page = await read(before);
    before = page.previous;
    records.value = [...records.value, ...newestFirst(page.records)].slice(0, maxRecords);
    hasMore.value = before !== null && records.value.length < maxRecords;
  };
  return { records, error, isRead, hasMore, newer, more };
}

function newestFirst(records: readonly JournalRecord[]): readonly JournalRecord[] {
  return [...records].sort((a, b) => b.seq - a.seq);
}
