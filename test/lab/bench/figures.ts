/** One row of the report. */
export interface Figure {
  readonly name: string;
  readonly unit: "ms" | "KiB" | "MiB" | "1/s" | "µs" | "reads" | "openings";
  readonly ours: Spread;
  /** The bare parts together, measured in the same run; null where there is nothing to compare with. */
  readonly bare: Spread | null;
  /** Medians of the bare parts by name. */
  readonly parts: Readonly<Record<string, number>>;
  /** The maximum ratio of latchd's median to the bare median; without bare parts, of the median itself. */
  readonly target: number | null;
}

export interface Spread {
  readonly p50: number;
  readonly p99: number;
  readonly samples: number;
}

/** @param values at least one. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), samples: sorted.length };
}

/**
 * The bare parts one after the other: the median is the sum of their medians, p99 that of the sums of
 * each round.
 * @param parts the same number of values each, by round.
 */
export function sumOf(parts: Readonly<Record<string, readonly number[]>>): {
  readonly bare: Spread;
  readonly parts: Readonly<Record<string, number>>;
} {
  const columns = Object.values(parts);
  const rounds = (columns[0] ?? []).map((_, round) =>
    columns.reduce((sum, values) => sum + (values[round] ?? 0), 0),
  );
  const medians = Object.fromEntries(
    Object.entries(parts).map(([name, values]) => [name, spreadOf(values).p50]),
  );
  const p50 = Object.values(medians).reduce((sum, median) => sum + median, 0);
  return { bare: { ...spreadOf(rounds), p50 }, parts: medians };
}

export function ratioOf({ ours, bare }: Figure): number | null {
  return bare === null ? null : ours.p50 / bare.p50;
}

/** Returns whether a figure without a counterpart, which no other machine's speed changes, is above its limit. */
export function isAboveLimit({ ours, bare, target }: Figure): boolean {
  return bare === null && target !== null && ours.p50 > target;
}

function quantile(sorted: readonly number[], share: number): number {
  const at = Math.min(sorted.length - 1, Math.floor(share * sorted.length));
  const value = sorted[at];
  if (value === undefined) throw new Error("no samples");
  return value;
}

/** Returns a figure without a bare counterpart. */
export function bareFigure(name: string, unit: Figure["unit"], values: readonly number[]): Figure {
  return { name, unit, ours: spreadOf(values), bare: null, parts: {}, target: null };
}
