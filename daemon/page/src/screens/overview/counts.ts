import type { Answer } from "../../api/call.ts";
import { nowS } from "../../api/gateway-time.ts";
import type { Finding } from "../../findings/finding.ts";
import { relativeText } from "../../texts/text.ts";
import type { Level } from "../../widgets/status.tsx";
import { overview } from "./texts.ts";

export const countNames = ["waiting", "failed", "overdue", "battery", "silent"] as const;
export type CountName = (typeof countNames)[number];

/** A lock in the list that a count opens. */
export interface CountedLock {
  readonly uuid: string;
  readonly name: string;
  /** What is to say of it. */
  readonly text: string;
  readonly to: string;
}

export interface Count {
  readonly name: CountName;
  readonly level: Level;
  readonly total: number;
  readonly locks: readonly CountedLock[];
}

type Lock = Answer<"list_locks">["locks"][number];

const silentCodes: ReadonlySet<string> = new Set([
  "lockUnknownToNetwork",
  "lockOffline",
  "lockUnanswering",
  "lockSilent",
]);
const levels: Readonly<Record<CountName, Level>> = {
  waiting: "wait",
  failed: "bad",
  overdue: "bad",
  battery: "warn",
  silent: "warn",
};

/** Returns the counts of what is open at the locks, each with its locks. */
export function countsOf(locks: readonly Lock[], findings: readonly Finding[]): readonly Count[] {
  const rows = locks.map((lock) => ({
    lock,
    found: findings.filter(({ lock: about }) => about === lock.uuid),
  }));
  const count = (name: CountName, of: (row: (typeof rows)[number]) => number): Count => {
    const hit = rows.filter((row) => of(row) > 0);
    const isOfLocks = name === "battery" || name === "silent";
    return {
      name,
      level: levels[name],
      total: isOfLocks ? hit.length : hit.reduce((sum, row) => sum + of(row), 0),
      locks: hit.map((row) => ({
        uuid: row.lock.uuid,
        name: row.lock.name,
        text: textOf(name, row.lock, of(row)),
        to: `/locks/${row.lock.uuid}${isOfLocks ? "" : "/codes"}`,
      })),
    };
  };
  return [
    // The doctor leaves out codes that wait for their own begin.
    count(
      "waiting",
      ({ found }) =>
        numberIn(found, "changesWait", "count") + numberIn(found, "changesLate", "count"),
    ),
    count("failed", ({ lock }) => lock.failed_operations),
    count("overdue", ({ found }) => numberIn(found, "revocationOverdue", "count")),
    count("battery", ({ found }) => found.filter(({ code }) => code === "batteryLow").length),
    count("silent", ({ found }) => found.filter(({ code }) => silentCodes.has(code)).length),
  ];
}

function numberIn(found: readonly Finding[], code: Finding["code"], value: string): number {
  return Number(found.find((one) => one.code === code)?.values[value] ?? 0);
}

function textOf(name: CountName, lock: Lock, count: number): string {
  const texts = overview.texts.value;
  if (name === "battery") return texts.percent(lock.power);
  if (name !== "silent") return String(count);
  if (lock.silent_for_s === null) return "";
  return texts.heard(relativeText(nowS() - lock.silent_for_s, nowS()));
}
