/** What must never be (DESIGN section 7), counted; and what is only worth knowing. */
export const rules = [
  {
    rule: "liveOutsideWindow",
    text: "codes live outside their window for over 60 s after contact",
  },
  { rule: "revokedLiveAgain", text: "codes of revoked revisions live again" },
  { rule: "grantedWhileLost", text: "codes that went live while the time was lost" },
  { rule: "timeWentBack", text: "trusted time that went back or ran ahead of every source" },
  { rule: "journalBroken", text: "journal numbers lost, repeated or changed" },
  { rule: "commandEnds", text: "commands without exactly one terminal state" },
  { rule: "strangersWritten", text: "writes to strangers' slots" },
  { rule: "sentBeforeDisk", text: "writes sent before what decided them was on disk" },
  { rule: "repeatedOneShot", text: "remote operations that were sent twice" },
  { rule: "missingInWindow", text: "codes told as done and missing inside their window" },
  { rule: "faults", text: "faults inside the gateway" },
] as const;

export type Rule = (typeof rules)[number]["rule"];

export interface Finding {
  readonly rule: Rule;
  readonly step: number;
  readonly atMs: number;
  readonly text: string;
}

/** So many findings are kept with their text; the others are counted. */
const keptFindings = 20;

export class Findings {
  readonly #counts = new Map<Rule, number>();
  readonly kept: Finding[] = [];
  /** Where the simulation stands, for the findings. */
  step = 0;
  atMs = 0;

  add(rule: Rule, text: string): void {
    this.#counts.set(rule, this.count(rule) + 1);
    if (this.kept.length < keptFindings) {
      this.kept.push({ rule, step: this.step, atMs: this.atMs, text });
    }
  }

  count(rule: Rule): number {
    return this.#counts.get(rule) ?? 0;
  }

  get total(): number {
    let total = 0;
    for (const count of this.#counts.values()) total += count;
    return total;
  }
}
