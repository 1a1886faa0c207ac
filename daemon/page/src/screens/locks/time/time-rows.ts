import type { Answer } from "../../../api/call.ts";
import { dateTimeText, exactTimeText } from "../../../texts/text.ts";
import { type Code, nameOfCode } from "../codes/code-words.ts";
import { texts } from "../texts.ts";

type Windows = Answer<"lock_windows">;
export type TimeWindow = Windows["windows"][number];

/** A password with its windows, in their sequence. */
export interface TimeRow {
  readonly id: number;
  readonly name: string;
  readonly windows: readonly TimeWindow[];
}

/** Returns a row for each password that has windows, or will have some. */
export function rowsOf({ windows }: Windows, codes: readonly Code[]): readonly TimeRow[] {
  const names = new Map(codes.map((code) => [code.password_id, nameOfCode(code)]));
  const rows = new Map<number, TimeWindow[]>();
  for (const { password_id, is_over } of codes) if (is_over === 0) rows.set(password_id, []);
  for (const one of windows) {
    const own = rows.get(one.password_id);
    if (own === undefined) rows.set(one.password_id, [one]);
    else own.push(one);
  }
  return [...rows]
    .map(([id, own]) => ({
      id,
      name: names.get(id) ?? nameOfCode({ password_id: id }),
      windows: own.sort((a, b) => a.from - b.from),
    }))
    .sort((a, b) => inWords.compare(a.name, b.name));
}

const inWords = new Intl.Collator(undefined, { numeric: true });

/** Returns a window in words: "6 Dec 2026, 10:00 – 6 Dec 2026, 12:00: opens". */
export function windowText(window: TimeWindow, isExact: boolean): string {
  return `${timesText(window, isExact)}: ${texts.value.locks.time.states[window.state]}`;
}

/** Returns from when to when a window is. @param isExact with the zone's clock, because the clocks change */
export function timesText({ from, to }: TimeWindow, isExact: boolean): string {
  const text = isExact ? exactTimeText : dateTimeText;
  return `${text(from)} – ${text(to)}`;
}
