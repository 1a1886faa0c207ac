import { useCommand } from "../../api/command-state.ts";
import type { Finding } from "../../findings/finding-texts.ts";
import { texts } from "../../texts/text.ts";

/** Findings of each kind of trouble at the locks. */
const codesOf = {
  overdue: ["revocationOverdue"],
  lowBattery: ["batteryLow"],
  silent: ["lockOffline", "lockSilent", "lockUnanswering", "lockUnknownToNetwork"],
} as const;

interface Count {
  readonly name: "waiting" | "failed" | keyof typeof codesOf;
  readonly count: number;
  /** Where the list of them is. */
  readonly to: string;
}

/** How many codes and locks wait for something; each number opens the list. */
export function LockCounts({ findings }: { readonly findings: readonly Finding[] }) {
  const { overview } = texts.value;
  const locks = useCommand("list_locks", {}, { everyMs: 10_000 }).answer.value?.locks ?? [];
  const waiting = locks.filter(({ pending_operations: pending }) => pending > 0);
  const failed = locks.filter(({ failed_operations: count }) => count > 0);
  const counts: readonly Count[] = [
    {
      name: "waiting",
      count: sum(waiting.map(({ pending_operations: count }) => count)),
      to: listOf(waiting.map(({ uuid }) => uuid)),
    },
    {
      name: "failed",
      count: sum(failed.map(({ failed_operations: count }) => count)),
      to: listOf(failed.map(({ uuid }) => uuid)),
    },
    ...countsOf(findings),
  ];
  const shown = counts.filter(({ count }) => count > 0);
  return (
    <section>
      <h2>{overview.lists}</h2>
      {shown.length === 0 ? (
        <p>{overview.nothing}</p>
      ) : (
        <ul class="counts">
          {shown.map(({ name, count, to }) => (
            <li key={name}>
              <a class="count" href={`#${to}`}>
                <strong>{count}</strong> <span>{overview[name]}</span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function countsOf(findings: readonly Finding[]): readonly Count[] {
  const names = ["overdue", "lowBattery", "silent"] as const;
  return names.map((name) => {
    const codes: readonly string[] = codesOf[name];
    const own = findings.filter(({ code }) => codes.includes(code));
    const count =
      name === "overdue" ? sum(own.map(({ values }) => Number(values["count"]))) : own.length;
    return { name, count, to: listOf(own.flatMap(({ lock }) => lock ?? [])) };
  });
}

/** One lock: its codes. Several: the list, where each says what is wrong. */
function listOf(locks: readonly string[]): string {
  const [only] = locks;
  return locks.length === 1 && only !== undefined ? `/locks/${only}/codes` : "/locks";
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
