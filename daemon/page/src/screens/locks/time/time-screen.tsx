import { useSignal } from "@preact/signals";
import { useCommand } from "../../../api/command-state.ts";
import { gatewayZone, nowS } from "../../../api/gateway-time.ts";
import type { ScreenProps } from "../../../router.ts";
import { dateTimeText } from "../../../texts/text.ts";
import { offsetS } from "../../../time/zone-time.ts";
import { useDraft } from "../../../widgets/draft.ts";
import { Fault } from "../../../widgets/fault.tsx";
import { isOf, LockFrame, useLock } from "../lock-frame.tsx";
import { texts } from "../texts.ts";
import { type ClockChange, type Place, TimeChart } from "./time-chart.tsx";
import { rowsOf, type TimeRow, windowText } from "./time-rows.ts";
import { type SpanKind, shifted, spanKinds, spanOf } from "./time-span.ts";
import { TimeTable } from "./time-table.tsx";
import "../../../styles/time-line.css";

/** `#/locks/:id/time`: when each password opens, as the gateway's own rules say. */
export function Screen({ params }: ScreenProps) {
  const id = params["id"] ?? "";
  const state = useLock(id);
  const kind = useDraft("time.kind", "week");
  const anchor = useSignal(nowS());
  const place = useSignal<Place>({ row: 0, at: 0 });
  const zone = gatewayZone();
  const span = spanOf(kindOf(kind.value), anchor.value, zone);
  const read = useCommand(
    "lock_windows",
    { uuid: id, from: span.fromS, to: span.toS },
    { isAffectedBy: isOf(id) },
  );
  const { time } = texts.value.locks;
  const answer = read.answer.value;
  const codes = useCommand("list_passwords", { uuid: id }, { isAffectedBy: isOf(id) });
  const rows =
    answer === null || codes.answer.value === null
      ? []
      : rowsOf(answer, codes.answer.value.passwords);
  const isEmpty = answer !== null && answer.windows.length === 0;
  const at = placeIn(rows, place.value);
  const changes = (answer?.transitions ?? []).map(({ at }) => changeOf(at, zone));
  const move = (by: -1 | 1): void => {
    anchor.value = shifted(span, by, zone);
    place.value = { row: 0, at: 0 };
  };
  return (
    <LockFrame id={id} tab="time" state={state}>
      <div class="time-head">
        <fieldset class="segments">
          <legend>{time.span}</legend>
          {spanKinds.map((one) => (
            <label key={one} class="chip">
              <input
                type="radio"
                name="span"
                checked={kind.value === one}
                onChange={() => {
                  kind.value = one;
                  place.value = { row: 0, at: 0 };
                }}
              />
              {time.kinds[one]}
            </label>
          ))}
        </fieldset>
        <div class="buttons">
          <button type="button" class="button" aria-label={time.before} onClick={() => move(-1)}>
            ‹
          </button>
          <button
            type="button"
            class="button"
            onClick={() => {
              anchor.value = nowS();
            }}
          >
            {time.today}
          </button>
          <button type="button" class="button" aria-label={time.after} onClick={() => move(1)}>
            ›
          </button>
        </div>
      </div>
      <h2 aria-live="polite">{span.title}</h2>
      <Fault error={read.error.value} />
      {isEmpty && <p class="card">{time.none}</p>}
      {rows.length > 0 && !isEmpty && (
        <>
          <TimeChart
            span={span}
            rows={rows}
            changes={changes}
            place={at}
            choose={(chosen) => {
              place.value = chosen;
            }}
          />
          <Chosen rows={rows} place={at} isExact={changes.length > 0} />
          <Legend />
        </>
      )}
      <p class="hint">
        {time.zone(answer?.time_zone ?? zone)}
        {changes.map(({ atS, text }) => (
          <span key={atS}> · {text}</span>
        ))}
      </p>
      {answer?.is_truncated === 1 && <p class="card">{time.truncated}</p>}
      {!isEmpty && rows.length > 0 && <TimeTable rows={rows} isExact={changes.length > 0} />}
    </LockFrame>
  );
}

/** Returns the place, or the first that has a window. */
function placeIn(rows: readonly TimeRow[], place: Place): Place {
  if (rows[place.row]?.windows[place.at] !== undefined) return place;
  return {
    row: Math.max(
      0,
      rows.findIndex(({ windows }) => windows.length > 0),
    ),
    at: 0,
  };
}

function kindOf(text: string): SpanKind {
  return spanKinds.find((one) => one === text) ?? "week";
}

function changeOf(atS: number, zone: string): ClockChange {
  const { time } = texts.value.locks;
  const byS = offsetS(atS, zone) - offsetS(atS - 1, zone);
  const minutes = Math.abs(byS) / 60;
  const text =
    byS > 0 ? time.forward(dateTimeText(atS), minutes) : time.back(dateTimeText(atS), minutes);
  return { atS, text };
}

interface ChosenProps {
  readonly rows: readonly TimeRow[];
  readonly place: Place;
  readonly isExact: boolean;
}

/** The window that was chosen in the picture, in words. */
function Chosen({ place, rows, isExact }: ChosenProps) {
  const row = rows[place.row];
  const window = row?.windows[place.at];
  return (
    <p role="status" class="chosen">
      {row !== undefined && window !== undefined && (
        <>
          <strong>{row.name}</strong> {windowText(window, isExact)}
        </>
      )}
    </p>
  );
}

function Legend() {
  const { time } = texts.value.locks;
  return (
    <ul class="legend">
      {(["open", "waiting", "overstay"] as const).map((state) => (
        <li key={state}>
          <svg width="28" height="16" aria-hidden="true">
            <rect width="28" height="16" rx="3" class={`bar ${state}`} />
          </svg>
          {time.states[state]}
        </li>
      ))}
    </ul>
  );
}
