import { type Figure, ratioOf, type Spread } from "./figures.ts";

/** The figures as a table for people. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = [
    ["figure", "ours p50", "p99", "bare p50", "p99", "ratio", "target", "bare parts (p50)"],
    ...figures.map(rowOf),
  ];
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 0 || column === row.length - 1
          ? cell.padEnd(width)
          : cell.padStart(width);
      })
      .join("  ")
      .trimEnd();
  return rows.map(line).join("\n");
}

function rowOf(figure: Figure): string[] {
  const ratio = ratioOf(figure);
  const { unit, target } = figure;
  return [
    `${figure.name} [${unit}]`,
    number(figure.ours.p50),
    many(figure.ours),
    figure.bare === null ? "" : number(figure.bare.p50),
    figure.bare === null ? "" : many(figure.bare),
    ratio === null ? "" : ratio.toFixed(2),
    target === null ? "" : `<= ${target.toFixed(2)}`,
    Object.entries(figure.parts)
      .map(([name, value]) => `${name} ${number(value)}`)
      .join(", "),
  ];
}

function many(spread: Spread): string {
  return spread.samples < 2 ? "" : number(spread.p99);
}

function number(value: number): string {
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}
