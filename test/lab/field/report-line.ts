/** One line of the report. */
export interface ReportLine {
  readonly id: string;
  readonly what: string;
  /** Null = right. */
  readonly fault: string | null;
}

export function printLine({ id, what, fault }: ReportLine): void {
  const mark = fault === null ? "right" : "WRONG";
  process.stdout.write(`${mark}  ${id}  ${what}${fault === null ? "" : `  -> ${fault}`}\n`);
}
