import { useSignal } from "@preact/signals";
import { useCommand } from "../../../api/command-state.ts";
import { isLive } from "../../../api/live-events.ts";
import { mayAs } from "../../../api/session.ts";
import { texts } from "../../../texts/text.ts";
import { ActionButton } from "../../../widgets/action-button.tsx";
import { Fault } from "../../../widgets/fault.tsx";
import { Choice } from "../../../widgets/form.tsx";
import { Status } from "../../../widgets/status.tsx";
import { gateway } from "../texts.ts";
import { Activities } from "./activities.tsx";
import { eventName, type JournalRecord, journalRow } from "./journal-rows.ts";
import { LogLevelChoice } from "./log-level.tsx";
import { useLogLines } from "./log-lines.ts";
import { LogRows } from "./log-rows.tsx";
import "../../../styles/gateway.css";

await gateway.load();

type Kind = "events" | "activities";

/** `#/log`: what happens, as it happens. */
export function Screen() {
  const kind = useSignal<Kind>("events");
  const { log: text } = gateway.texts.value;
  return (
    <>
      <h1>{texts.value.common.log}</h1>
      {mayAs("manager") && (
        <fieldset class="switch">
          <legend class="unseen">{text.show}</legend>
          {(["events", "activities"] as const).map((one) => (
            <button
              key={one}
              type="button"
              class="button"
              aria-pressed={kind.value === one}
              onClick={() => {
                kind.value = one;
              }}
            >
              {text[one]}
            </button>
          ))}
        </fieldset>
      )}
      {kind.value === "events" ? <Journal /> : <Activities />}
      <LogLevelChoice />
    </>
  );
}

const everything = "";

function Journal() {
  const lines = useLogLines();
  const wanted = useSignal<string>(everything);
  const locks = useCommand("list_locks", {}, { everyMs: 60_000, isAffectedBy: () => false });
  const { log: text } = gateway.texts.value;
  const records = lines.records.value;
  if (records === null) {
    return lines.error.value === null ? (
      <p>{texts.value.common.loading}</p>
    ) : (
      <Fault error={lines.error.value} />
    );
  }
  const names = new Map((locks.answer.value?.locks ?? []).map(({ uuid, name }) => [uuid, name]));
  const shown = records.filter(
    (record) => wanted.value === everything || record.event === wanted.value,
  );
  return (
    <>
      <div class="log-head">
        <Choice
          label={text.show}
          value={wanted.value}
          options={kindsOf(records)}
          onValue={(value) => {
            wanted.value = value;
          }}
        />
        <Pause isPaused={lines.isPaused.value} onPause={(v) => (lines.isPaused.value = v)} />
      </div>
      <p class="hint">{text.newest}</p>
      <Fault error={lines.error.value} />
      <LogRows rows={shown.map((record) => journalRow(record, names))} />
      {shown.length === 0 && <p>{text.none}</p>}
      {lines.hasOlder.value && <ActionButton act={() => lines.older()}>{text.older}</ActionButton>}
    </>
  );
}

interface PauseProps {
  readonly isPaused: boolean;
  onPause(isPaused: boolean): void;
}

function Pause({ isPaused, onPause }: PauseProps) {
  const { log: text } = gateway.texts.value;
  return (
    <div class="pause">
      <span role="status">
        <Status level={isPaused || !isLive.value ? "off" : "ok"}>
          {isPaused ? text.paused : isLive.value ? text.live : "…"}
        </Status>
      </span>
      <button type="button" class="button" onClick={() => onPause(!isPaused)}>
        {isPaused ? text.goOn : text.pause}
      </button>
    </div>
  );
}

/** The choices of the filter: the kinds that are in the list. */
function kindsOf(records: readonly JournalRecord[]): readonly (readonly [string, string])[] {
  const found = new Set(records.flatMap(({ event }) => (event === undefined ? [] : [event])));
  const kinds = [...found].map((event) => [event, eventName(event)] as const);
  const { all } = gateway.texts.value.log;
  return [[everything, all], ...kinds.sort(([, one], [, other]) => one.localeCompare(other))];
}
