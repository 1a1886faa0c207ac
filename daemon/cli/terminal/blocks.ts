import { displayWidth, padToWidth } from "./display-width.ts";
import { indentText, wrapText } from "./text-wrap.ts";

/** A part of what latchctl shows a person. */
export type Block =
  | {
      readonly kind: "table";
      readonly title?: string;
      readonly rows: readonly Row[];
      readonly none: string;
    }
  | { readonly kind: "facts"; readonly title?: string; readonly facts: Row }
  | { readonly kind: "text"; readonly text: string }
  /** A text to copy: its lines stay as they are. */
  | { readonly kind: "copy"; readonly text: string };

/** Texts by their names, in sequence. */
export type Row = readonly (readonly [name: string, text: string])[];

const gap = 2;
/** A column is not made narrower than this, unless its longest word is shorter. */
const leastColumn = 5;
/** Words longer than this may be divided where a table is too wide: first none but long ones, then shorter ones. */
const longestWords = [19, 10] as const;
/** A date and its time stay together. */
const words = /\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?|[^ ]+/g;

/** What a cell without a value shows. */
export const nothing = "-";

/** Returns the blocks as text, at most `width` columns wide. */
export function blocksText(blocks: readonly Block[], width: number): string {
  return blocks
    .map((block, index) => {
      const isApart = index > 0 && block.kind !== "text";
      return `${isApart ? "\n" : ""}${blockText(block, width)}`;
    })
    .join("");
}

function blockText(block: Block, width: number): string {
  switch (block.kind) {
    case "text":
      return indentText(block.text, { first: "", further: "", width });
    case "copy":
      return `${block.text}\n`;
    case "facts":
      return titleText(block.title, width) + factsText(block.facts, width);
    case "table":
      if (block.rows.length === 0) return block.none === "" ? "" : `${block.none}\n`;
      return titleText(block.title, width) + tableText(block.rows, width);
  }
}

function titleText(title: string | undefined, width: number): string {
  return title === undefined ? "" : indentText(`${title}:`, { first: "", further: "", width });
}

/** Returns names and texts below each other. */
function factsText(facts: Row, width: number): string {
  const names = Math.min(24, Math.max(0, ...facts.map(([name]) => displayWidth(name))));
  return facts
    .map(([name, text]) =>
      indentText(text, {
        first: padToWidth(name, names + gap),
        further: " ".repeat(names + gap),
        width: Math.max(width, names + gap + leastColumn),
      }),
    )
    .join("");
}

/** Returns a table, or where it is too wide for its columns the rows as facts below each other. */
function tableText(all: readonly Row[], width: number): string {
  const names = filledNames(all);
  const rows = all.map((row) => {
    const texts = new Map(row);
    return names.map((name) => texts.get(name) ?? nothing);
  });
  const table = [names, ...rows];
  const widths = columnWidths(table, width);
  if (widths === null) {
    return all
      .map((row) =>
        factsText(
          row.filter(([name]) => names.includes(name)),
          width,
        ),
      )
      .join("\n");
  }
  return table.map((row) => rowText(row, widths)).join("");
}

/** The names of the columns in which some row has a text. */
function filledNames(rows: readonly Row[]): readonly string[] {
  const names = new Set(rows.flatMap((row) => row.map(([name]) => name)));
  const filled = new Set(
    rows.flatMap((row) => row.filter(([, text]) => text !== nothing).map(([name]) => name)),
  );
  return [...names].filter((name) => filled.has(name));
}

function rowText(row: readonly string[], widths: readonly number[]): string {
  const cells = row.map((text, at) => wrapText(text, widths[at] ?? 1));
  const height = Math.max(...cells.map((lines) => lines.length));
  const lines = Array.from({ length: height }, (_, line) =>
    cells.map((cell, at) => padToWidth(cell[line] ?? "", widths[at] ?? 0)).join(" ".repeat(gap)),
  );
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

/** Returns the columns' widths, the widest made narrower until the table fits; null = it cannot fit. */
function columnWidths(
  table: readonly (readonly string[])[],
  width: number,
): readonly number[] | null {
  for (const longestWord of longestWords) {
    const widths = narrowedWidths(table, width, longestWord);
    if (widths !== null) return widths;
  }
  return null;
}

function narrowedWidths(
  table: readonly (readonly string[])[],
  width: number,
  longestWord: number,
): readonly number[] | null {
  const [names = []] = table;
  const widths = names.map((_, at) => Math.max(...table.map((row) => displayWidth(row[at] ?? ""))));
  const least = names.map((_, at) => {
    const lengths = table.flatMap((row) => (row[at] ?? "").match(words) ?? []).map(displayWidth);
    const longest = Math.min(longestWord, Math.max(0, ...lengths));
    return Math.min(widths[at] ?? 0, Math.max(leastColumn, longest));
  });
  const room = width - gap * Math.max(0, names.length - 1);
  for (;;) {
    const total = widths.reduce((sum, one) => sum + one, 0);
    if (total <= room) return widths;
    const slack = widths.map((one, at) => (one > (least[at] ?? 0) ? one : 0));
    const widest = Math.max(...slack);
    if (widest === 0) return null;
    widths[slack.indexOf(widest)] = widest - 1;
  }
}
