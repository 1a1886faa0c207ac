import type { Answer } from "../../../api/call.ts";
import { dateTimeText } from "../../../texts/text.ts";
import { texts } from "../texts.ts";

type Windows = Answer<"lock_windows">;
export type TimeWindow = Windows["windows"][number];

/** A password with its windows, in their sequence. */
export interface TimeRow {
  readonly id: number;
  readonly name: string;
  readonly windows: readonly TimeWindow[];
}

/** Returns a row for each password. */
export function rowsOf({ windows }: Windows): readonly TimeRow[] {
  const rows = new Map<number, TimeWindow[]>();
  for (const one of windows) rows.set(one.password_id, [...(rows.get(one.password_id) ?? []), one]);
  return [...rows]
    .map(([id, own]) => ({
      id,
      name: nameOf(own[0]),
      windows: own.sort((a, b) => a.from - b.from),
    }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** Returns a window in words: "Sun, 6 Dec 2026, 10:00 – 12:00: opens". */
export function windowText({ from, to, state }: TimeWindow): string {
  return `${dateTimeText(from)} – ${dateTimeText(to)}: ${texts.value.locks.time.states[state]}`;
}

/** A technician gets no names. */
function nameOf(window: TimeWindow | undefined): string {
  const { codes } = texts.value.locks;
  const id = window?.password_id ?? 0;
  if (window?.name !== undefined && window.name !== "") return window.name;
  return id === 999 ? codes.administrator : codes.unnamed(id);
}
