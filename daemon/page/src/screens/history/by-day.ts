import { dayText } from "../../texts/text.ts";

/** Returns rows under the day of each, in the gateway's zone; their sequence stays. */
export function byDay<Row>(
  rows: readonly Row[],
  atS: (row: Row) => number,
): readonly (readonly [string, readonly Row[]])[] {
  const days = new Map<string, Row[]>();
  for (const row of rows) {
    const day = dayText(atS(row));
    const own = days.get(day);
    if (own === undefined) days.set(day, [row]);
    else own.push(row);
  }
  return [...days];
}
