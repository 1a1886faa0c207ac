import { useSignal } from "@preact/signals";
import { useCommand } from "../../api/command-state.ts";
import { lastSignedIn, mayAs } from "../../api/session.ts";
import type { Finding } from "../../findings/finding.ts";
import { FindingLines } from "../../findings/finding-list.tsx";
import { texts } from "../../texts/text.ts";
import { Fault } from "../../widgets/fault.tsx";
import { Status } from "../../widgets/status.tsx";
import { type Count, type CountName, countsOf } from "./counts.ts";
import { overview } from "./texts.ts";
import "../../styles/overview.css";

await overview.load();

/** A pulled stick must show within 5 s, also when its alarm is held back. */
const everyMs = 3_000;

/** The parts that are always shown, with the screen that tells more. */
const parts = [
  ["store", null],
  ["stick", "/stick"],
  ["network", "/network"],
  ["clock", "/clock"],
  ["cloud", "/cloud"],
] as const;
const partNames: ReadonlySet<string> = new Set(parts.map(([name]) => name));

/** Warnings that the counts already say. */
const counted: ReadonlySet<string> = new Set([
  "batteryLow",
  "passwordsFailed",
  "lockUnanswering",
  "lockSilent",
]);

/** `#/`: how the gateway is and what to do, and what is open at the locks. */
export function Screen() {
  const doctor = useCommand("doctor", {}, { everyMs });
  const locks = useCommand("list_locks", {}, { everyMs: 10_000 });
  const { common } = texts.value;
  const found = doctor.answer.value;
  if (found === null) {
    return (
      <>
        <h1>{common.overview}</h1>
        {doctor.error.value === null ? (
          <p>{common.loading}</p>
        ) : (
          <Fault error={doctor.error.value} />
        )}
      </>
    );
  }
  const listed = locks.answer.value?.locks ?? [];
  const { findings } = found;
  const others = findings.filter(
    ({ part, state, code }) =>
      state !== "ok" &&
      !partNames.has(part) &&
      (state === "bad" || !counted.has(code)) &&
      code !== "noLock",
  );
  const isIll = findings.some(({ part, state }) => partNames.has(part) && state !== "ok");
  const gateway = (
    <section aria-labelledby="gateway-health">
      <h2 id="gateway-health">{overview.texts.value.gateway}</h2>
      <ul class="health">
        {parts.map(([part, to]) => (
          <Part key={part} part={part} to={to} findings={findings} />
        ))}
      </ul>
    </section>
  );
  return (
    <>
      <h1>{common.overview}</h1>
      <Fault error={doctor.error.value} />
      <Verdict findings={findings} />
      {isIll && gateway}
      {locks.answer.value !== null && listed.length === 0 && <FirstLock />}
      {others.length > 0 && (
        <section aria-labelledby="more-findings">
          <h2 id="more-findings">{overview.texts.value.more}</h2>
          <ul class="health">
            {others.map((one) => (
              <li key={`${one.code} ${one.lock ?? ""}`}>
                <FindingLines finding={one} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {!isIll && gateway}
      {listed.length > 0 && (
        <section aria-labelledby="lock-counts">
          <h2 id="lock-counts">{common.locks}</h2>
          <Counts counts={countsOf(listed, findings)} total={listed.length} />
        </section>
      )}
    </>
  );
}

/** The whole in one line, told to screen readers when it changes. */
function Verdict({ findings }: { readonly findings: readonly Finding[] }) {
  const text = overview.texts.value;
  const bad = findings.filter(({ state }) => state === "bad").length;
  const warn = findings.filter(({ state, code }) => state === "warn" && code !== "noLock").length;
  const level = bad > 0 ? "bad" : warn > 0 ? "warn" : "ok";
  const { gateway, version } = lastSignedIn.value ?? { gateway: "", version: "" };
  return (
    <div class={`verdict ${level}`}>
      <div role="status">
        <Status level={level}>
          {bad > 0 ? text.bad(bad) : warn > 0 ? text.warn(warn) : text.well}
        </Status>
      </div>
      <div class="hint">{text.version(gateway, version)}</div>
    </div>
  );
}

function FirstLock() {
  const text = overview.texts.value;
  return (
    <div class="card first-lock">
      <p>{text.noLock}</p>
      {mayAs("installer") && (
        <a class="button primary" href="#/pair">
          {text.pairFirst}
        </a>
      )}
    </div>
  );
}

interface PartProps {
  readonly part: (typeof parts)[number][0];
  readonly to: string | null;
  readonly findings: readonly Finding[];
}

function Part({ part, to, findings }: PartProps) {
  const own = findings.filter((one) => one.part === part);
  const name = overview.texts.value.parts[part];
  return (
    <li>
      <h3>{to === null ? name : <a href={`#${to}`}>{name}</a>}</h3>
      {own.length === 0 && (
        <div class="finding">
          <Status level="off">{overview.texts.value.notKnown}</Status>
        </div>
      )}
      {own.map((one) => (
        <FindingLines key={one.code} finding={one} />
      ))}
    </li>
  );
}

function Counts({ counts, total }: { readonly counts: readonly Count[]; readonly total: number }) {
  const open = useSignal<CountName | null>(null);
  const text = overview.texts.value;
  const shown = counts.find(({ name }) => name === open.value);
  return (
    <>
      <div class="counts">
        <a class="count" href="#/locks">
          <span class="number">{total}</span>
          <span>{texts.value.common.locks}</span>
        </a>
        {counts.map(({ name, level, total: number }) => (
          <button
            key={name}
            type="button"
            class={`count ${number > 0 ? level : ""}`}
            aria-expanded={open.value === name}
            aria-controls="counted-locks"
            onClick={() => {
              open.value = open.value === name ? null : name;
            }}
          >
            <span class="number">{number}</span>
            <span>{text.counts[name]}</span>
          </button>
        ))}
      </div>
      <div id="counted-locks">
        {shown !== undefined && (
          <ul class="counted" aria-label={text.counts[shown.name]}>
            {shown.locks.length === 0 && <li class="empty">{text.inOrder}</li>}
            {shown.locks.map(({ uuid, name, text: about, to }) => (
              <li key={uuid}>
                <a href={`#${to}`}>
                  <span>{name}</span>
                  <span class="about">{about}</span>
                </a>
              </li>
            ))}
          </ul>
        )}
      </div>
    </>
  );
}
