import { useCommand } from "../../api/command-state.ts";
import { gatewayZone } from "../../api/gateway-time.ts";
import { mayAs } from "../../api/session.ts";
import type { ScreenProps } from "../../router.ts";
import { timeText } from "../../texts/text.ts";
import { localText, timeOfLocal } from "../../time/zone-time.ts";
import { ActionButton } from "../../widgets/action-button.tsx";
import { useDraft } from "../../widgets/draft.ts";
import { Fault } from "../../widgets/fault.tsx";
import { Field } from "../../widgets/form.tsx";
import { saveFile } from "../../widgets/save-file.ts";
import { Status } from "../../widgets/status.tsx";
import { Check } from "../locks/codes/check.tsx";
import { nameOfCode } from "../locks/codes/code-words.ts";
import { LockFrame, useLock } from "../locks/lock-frame.tsx";
import { texts } from "../locks/texts.ts";
import { byDay } from "./by-day.ts";
import { csvOf } from "./csv.ts";
import { type HistoryRow, kinds, type Names, rowOf } from "./history-rows.ts";
import { type JournalReader, type Period, useJournal } from "./journal-reader.ts";

const csvType = "text/csv;charset=utf-8";

/** `#/locks/:id/history`: openings, wrong codes and alarms in one list. */
export function Screen({ params }: ScreenProps) {
  const id = params["id"] ?? "";
  const state = useLock(id);
  const chosen = useDraft("history.kinds", "openings,refusals,alarms");
  const from = useDraft("history.from");
  const until = useDraft("history.until");
  const journal = useJournal(id, periodOf(from.value, until.value));
  const shownKinds = kinds.filter((kind) => chosen.value.split(",").includes(kind));
  const { history, common } = texts.value;
  const draft = { from, until };
  return (
    <LockFrame id={id} tab="history" state={state}>
      {!mayAs("steward") && <p class="hint">{history.technical}</p>}
      <fieldset class="presets">
        <legend>{history.show}</legend>
        {kinds
          .filter((kind) => kind !== "openings" || mayAs("steward"))
          .map((kind) => (
            <Check
              key={kind}
              label={history.kinds[kind]}
              isChecked={shownKinds.includes(kind)}
              onChange={(isChecked) => {
                const rest = shownKinds.filter((one) => one !== kind);
                chosen.value = (isChecked ? [...rest, kind] : rest).join(",");
              }}
            />
          ))}
      </fieldset>
      <div class="two">
        {(["from", "until"] as const).map((side) => (
          <Field
            key={side}
            label={history[side]}
            type="date"
            value={draft[side].value}
            onValue={(value) => {
              draft[side].value = value;
            }}
          />
        ))}
      </div>
      <Fault error={journal.error.value} />
      {journal.isRead.value ? (
        <NamedRows
          id={id}
          name={state.answer.value?.name ?? id}
          journal={journal}
          shown={shownKinds}
        />
      ) : (
        <p>{common.loading}</p>
      )}
    </LockFrame>
  );
}

function periodOf(from: string, until: string): Period {
  const zone = gatewayZone();
  return {
    fromS: timeOfLocal(`${from}T00:00`, zone, "end")?.atS ?? null,
    toS: timeOfLocal(`${until}T23:59`, zone, "start")?.atS ?? null,
  };
}

interface RowsProps {
  readonly id: string;
  readonly name: string;
  readonly journal: JournalReader;
  readonly shown: readonly HistoryRow["kind"][];
}

/** Events of codes have only their ids; the names come from the lock's passwords. */
function NamedRows(props: RowsProps) {
  const read = useCommand("list_passwords", { uuid: props.id }, { everyMs: 60_000 });
  const codes = read.answer.value?.passwords ?? [];
  const names = new Map(codes.map((code) => [code.password_id, nameOfCode(code)]));
  return <Rows {...props} names={names} />;
}

function Rows({ name, journal, shown, names }: RowsProps & { readonly names: Names }) {
  const { history } = texts.value;
  const rows = journal.records.value
    .flatMap((record) => rowOf(record, names) ?? [])
    .filter(({ kind }) => shown.includes(kind))
    .sort((a, b) => b.atS - a.atS || b.seq - a.seq);
  return (
    <>
      <div class="buttons first-buttons">
        <button
          type="button"
          class="button"
          disabled={rows.length === 0}
          onClick={() => saveFile(`${fileName(name)}.csv`, csvType, csvOf(tableOf(rows)))}
        >
          {history.csv(rows.length)}
        </button>
      </div>
      {rows.length === 0 && <p class="card">{history.none}</p>}
      {byDay(rows, (row) => row.atS).map(([day, own]) => (
        <section key={day}>
          <h2>{day}</h2>
          <ul class="events">
            {own.map((row) => (
              <li key={row.seq}>
                <span class="mono">{timeText(row.atS)}</span>
                <Status level={row.level}>{row.text}</Status>
                {row.who !== "" && <strong>{row.who}</strong>}
              </li>
            ))}
          </ul>
        </section>
      ))}
      {journal.hasMore.value && (
        <ActionButton act={() => journal.more()}>{history.older}</ActionButton>
      )}
    </>
  );
}

function tableOf(rows: readonly HistoryRow[]): readonly (readonly string[])[] {
  const { history } = texts.value;
  const zone = gatewayZone();
  return [
    [history.columns.time, history.columns.kind, history.columns.what, history.columns.who],
    ...rows.map(({ atS, kind, text, who }) => [
      localText(atS, zone).replace("T", " "),
      history.kinds[kind],
      text,
      who,
    ]),
  ];
}

function fileName(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N}]+/gu, "-").replaceAll(/^-|-$/g, "");
}
