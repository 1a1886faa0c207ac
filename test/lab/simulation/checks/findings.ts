import { busyHour } from "../house.ts";

/** The rules whose violations are counted (docs/simulation.md), and counts that are only informative. */
export const rules = [
  {
    rule: "liveOutsideWindow",
    text: "codes live outside their window for over 60 s after contact",
  },
  { rule: "revokedLiveAgain", text: "codes of revoked revisions live again" },
  { rule: "grantedWhileLost", text: "codes that went live while the time was lost" },
  {
    rule: "timeWrong",
    text: "trusted time that one source moved too far, or that went back untold",
  },
  { rule: "journalBroken", text: "journal numbers lost, repeated or changed" },
  { rule: "commandEnds", text: "commands without exactly one terminal state" },
  { rule: "strangersWritten", text: "writes to strangers' slots" },
  { rule: "sentBeforeDisk", text: "writes sent before what decided them was on disk" },
  { rule: "repeatedOneShot", text: "remote operations that were sent twice" },
  { rule: "revisionFell", text: "revisions, wanted or applied, that fell" },
  { rule: "plainCodes", text: "codes in clear in the store's files, the journal or the log" },
  { rule: "notSettled", text: "slots that differ from what is wanted after hours of quiet" },
  {
    rule: "duressUntold",
    text: "openings under duress without an alarm, or alarms without duress",
  },
  { rule: "missingInWindow", text: "codes reported as done and missing inside their window" },
  { rule: "restless", text: `locks that were sent over ${busyHour} operations within an hour` },
  {
    rule: "leaveUntold",
    text: "departures that were not reported within a minute, or locks sent to after one",
  },
  {
    rule: "withoutLeave",
    text: "commands that nobody sent, or that came too late, and were taken",
  },
  { rule: "grantWrong", text: "grants that say done with a door missing, or open when revoked" },
  { rule: "codeTwice", text: "codes that latchd made and that a lock had before" },
  { rule: "unseenEdit", text: "passwords' slots that are not as the gateway says, for over a day" },
  { rule: "faults", text: "faults inside the gateway" },
] as const;

export type Rule = (typeof rules)[number]["rule"];

export interface Finding {
  readonly rule: Rule;
  readonly step: number;
  readonly atMs: number;
  readonly text: string;
  /** The lines of the trace before the finding; if it is about a lock, only the lines of that lock. */
  readonly before: readonly string[];
}

/** Lines of the trace that are kept for a finding. */
const keptLines = 25;
/** The number of lines kept for all locks together. */
const rememberedLines = 4_000;

/** The number of findings kept with their text; later ones are only counted. */
const keptFindings = 20;

export class Findings {
  readonly #counts = new Map<Rule, number>();
  readonly kept: Finding[] = [];
  readonly #lines: string[] = [];
  /** The position of the simulation, for the findings. */
  step = 0;
  atMs = 0;

  add(rule: Rule, text: string): void {
    this.#counts.set(rule, this.count(rule) + 1);
    if (this.kept.length < keptFindings) {
      const [lock = ""] = /0x[0-9a-f]{16}/.exec(text) ?? [];
      const before = this.#lines.filter((line) => line.includes(lock)).slice(-keptLines);
      this.kept.push({ rule, step: this.step, atMs: this.atMs, text, before });
    }
  }

  /** Adds a line to the trace, which keeps only the newest lines. */
  note(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > 2 * rememberedLines) this.#lines.splice(0, rememberedLines);
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
