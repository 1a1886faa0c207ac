import { useSignal } from "@preact/signals";
import { useCommand } from "../../api/command-state.ts";
import { FindingList } from "../../findings/finding-list.tsx";
import type { Finding } from "../../findings/finding-texts.ts";
import { texts } from "../../texts/text.ts";
import { Fault } from "../../widgets/fault.tsx";
import { Status } from "../../widgets/status.tsx";
import { LockCounts } from "./lock-counts.tsx";
import "../../styles/overview.css";

/** Often enough that a stick that was pulled out is on the screen within five seconds. */
const everyMs = 3_000;

/** Parts in the sequence in which a technician looks at them, and the screen of each. */
const parts = [
  ["store", null],
  ["stick", "/stick"],
  ["network", "/network"],
  ["clock", "/clock"],
  ["cloud", "/cloud"],
] as const;

const ranks = { bad: 0, warn: 1, ok: 2 } as const;

/** `#/`: how the gateway is, what needs attention, and what to do about it. */
export function Screen() {
  const read = useCommand("doctor", {}, { everyMs });
  const { common, overview } = texts.value;
  const answer = read.answer.value;
  if (answer === null) {
    return (
      <>
        <h1>{common.overview}</h1>
        {read.error.value === null ? <p>{common.loading}</p> : <Fault error={read.error.value} />}
      </>
    );
  }
  const open = answer.findings
    .filter(({ state }) => state !== "ok")
    .sort((one, other) => ranks[one.state] - ranks[other.state]);
  const worst = open[0]?.state ?? "ok";
  return (
    <>
      <h1>{common.overview}</h1>
      <p class="headline" role="status">
        <Status level={worst}>
          {open.length === 0 ? overview.allWell : overview.look(open.length)}
        </Status>
      </p>
      <Fault error={read.error.value} />
      <FindingList findings={open} />
      <LockCounts findings={answer.findings} />
      <section class="cards">
        {parts.map(([part, to]) => (
          <PartCard key={part} part={part} to={to} findings={answer.findings} />
        ))}
      </section>
      <AllFindings findings={answer.findings.filter(({ state }) => state === "ok")} />
    </>
  );
}

interface PartCardProps {
  readonly part: (typeof parts)[number][0];
  readonly to: string | null;
  readonly findings: readonly Finding[];
}

/** One part of the gateway: its worst state in a word. */
function PartCard({ part, to, findings }: PartCardProps) {
  const own = findings.filter((finding) => finding.part === part);
  const worst = [...own].sort((one, other) => ranks[one.state] - ranks[other.state])[0];
  const name = texts.value.overview.parts[part];
  if (worst === undefined) return null;
  return (
    <div class="card part">
      <h2>{to === null ? name : <a href={`#${to}`}>{name}</a>}</h2>
      <FindingList findings={[worst]} />
    </div>
  );
}

/** What is well, behind a button: a technician wants to see that it was looked at. */
function AllFindings({ findings }: { readonly findings: readonly Finding[] }) {
  const isOpen = useSignal(false);
  return (
    <details
      onToggle={(event) => {
        isOpen.value = event.currentTarget.open;
      }}
    >
      <summary>
        {texts.value.common.details} ({findings.length})
      </summary>
      {isOpen.value && <FindingList findings={findings} />}
    </details>
  );
}
