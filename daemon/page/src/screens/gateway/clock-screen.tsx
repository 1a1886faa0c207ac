import type { Answer } from "../../api/call.ts";
import { useCommand } from "../../api/command-state.ts";
import { nowS } from "../../api/gateway-time.ts";
import { dateTimeText, durationText, relativeText, secondsText, texts } from "../../texts/text.ts";
import { Status } from "../../widgets/status.tsx";
import { CommandLine } from "./command-line.tsx";
import { Fact, Facts } from "./facts.tsx";
import { PartFindings } from "./part-findings.tsx";
import { ReadScreen } from "./read-screen.tsx";
import { gateway } from "./texts.ts";

await gateway.load();

const levels = { synced: "ok", holding: "warn", lost: "bad" } as const;
/** A system clock that differs by more is worth a look, s. */
const apartLimitS = 5;

/** `#/clock`: the time that the codes go by, who says so, and what to do when nobody does. */
export function Screen() {
  const state = useCommand("get_clock", {}, { everyMs: 5_000 });
  return (
    <ReadScreen title={texts.value.common.clock} state={state}>
      {(clock) => (
        <>
          <PartFindings parts={["clock"]} />
          <ClockFacts clock={clock} />
          <Sources sources={clock.sources} />
          <SetClock />
        </>
      )}
    </ReadScreen>
  );
}

function ClockFacts({ clock }: { readonly clock: Answer<"get_clock"> }) {
  const { facts, clock: text } = gateway.texts.value;
  const apartS = Math.round(Math.abs(clock.difference_ms) / 1000);
  return (
    <Facts>
      <Fact name={facts.state}>
        <Status level={levels[clock.state]}>{text.states[clock.state]}</Status>
      </Fact>
      <Fact name={text.gateway}>
        <strong>{dateTimeText(clock.time)}</strong>
      </Fact>
      <Fact name={text.zone}>{clock.time_zone}</Fact>
      <Fact name={text.system}>
        {apartS > apartLimitS ? (
          <Status level="warn">{text.apart(durationText(apartS))}</Status>
        ) : (
          dateTimeText(clock.system_time)
        )}
      </Fact>
      <Fact name={text.trust}>{text.trusts[clock.trust]}</Fact>
    </Facts>
  );
}

function Sources({ sources }: { readonly sources: Answer<"get_clock">["sources"] }) {
  const { clock: text } = gateway.texts.value;
  return (
    <section class="card" aria-labelledby="sources">
      <h2 id="sources">{text.sources}</h2>
      {sources.length === 0 && <p>{text.noSources}</p>}
      <ul class="plain source-list">
        {sources.map(({ source, time, said_s_ago, verdict }) => (
          <li key={source}>
            <strong>{text.sourceNames[source]}</strong>
            <Status level={verdict === "believed" ? "ok" : "warn"}>{text.verdicts[verdict]}</Status>
            <span class="quiet">
              {text.says} {secondsText(time)} · {text.ago}{" "}
              {relativeText(nowS() - said_s_ago, nowS())}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function SetClock() {
  const { clock: text, commandHint } = gateway.texts.value;
  return (
    <section class="card" aria-labelledby="set-clock">
      <h2 id="set-clock">{text.set}</h2>
      <p>{text.setText}</p>
      <p class="hint">{commandHint}</p>
      <CommandLine command={'sudo latchctl clock set "2026-12-21 10:30"'} />
      <p class="hint">{text.bySource}</p>
      <CommandLine command="sudo latchctl clock set --source ntp" />
    </section>
  );
}
