import { useSignal } from "@preact/signals";
import { type Answer, call } from "../../../api/call.ts";
import { useCommand } from "../../../api/command-state.ts";
import { gatewayZone } from "../../../api/gateway-time.ts";
import { lastSignedIn, mayAs } from "../../../api/session.ts";
import { dateTimeText, dayText, texts } from "../../../texts/text.ts";
import { localText } from "../../../time/zone-time.ts";
import { Fault } from "../../../widgets/fault.tsx";
import { Form } from "../../../widgets/form.tsx";
import { Status } from "../../../widgets/status.tsx";
import { ToggleButton } from "../../../widgets/toggle-button.tsx";
import { household } from "../texts.ts";
import { AddVisit } from "./add-visit.tsx";
import { VisitFields, visitFields } from "./visit-form.tsx";
import "../../../styles/gateway.css";
import "../../../styles/household.css";

type Visit = Answer<"list_orders">["orders"][number];

/** `#/visits`: a steward asks for an installation, the installer confirms it. */
export function Screen() {
  const { common } = texts.value;
  if (mayAs("steward") || mayAs("installer")) return <Visits />;
  return (
    <>
      <h1>{common.visits}</h1>
      <p>{common.notAllowed(common.scopes[lastSignedIn.value?.scope ?? "technician"])}</p>
    </>
  );
}

function Visits() {
  const read = useCommand("list_orders", {});
  const homes = useCommand("list_homes", {}, { everyMs: 60_000 });
  const isAdding = useSignal(false);
  const { common } = texts.value;
  const { visits: text } = household.texts.value;
  const visits = [...(read.answer.value?.orders ?? [])].sort(
    (one, other) => one.stage - other.stage || dayOf(one) - dayOf(other),
  );
  const known = homes.answer.value?.homes ?? [];
  const taken = new Set(visits.map((visit) => visit.home_id));
  const names = new Map(known.map((home) => [home.home_id, home.home_name || home.home_id]));
  const places = new Map(known.map((home) => [home.home_id, home.location]));
  return (
    <>
      <div class="headline-row">
        <h1>{common.visits}</h1>
        {mayAs("steward") && (
          <ToggleButton isOpen={isAdding} kind="primary">
            {text.add}
          </ToggleButton>
        )}
      </div>
      <p class="hint">{text.intro}</p>
      <Fault error={read.error.value} />
      {isAdding.value && (
        <AddVisit
          homes={known
            .filter((home) => !taken.has(home.home_id))
            .map((home) => [home.home_id, names.get(home.home_id) ?? home.home_id])}
          added={async () => {
            isAdding.value = false;
            await read.refresh();
          }}
        />
      )}
      {read.answer.value === null && read.error.value === null && <p>{common.loading}</p>}
      {read.answer.value !== null && visits.length === 0 && <p class="card">{text.none}</p>}
      {visits.map((visit) => (
        <VisitCard
          key={`${visit.home_id} ${visit.stage}`}
          visit={visit}
          home={names.get(visit.home_id) ?? visit.home_id}
          place={places.get(visit.home_id) ?? ""}
          refresh={read.refresh}
        />
      ))}
    </>
  );
}

function dayOf({ demander, installer }: Visit): number {
  return installer.confirm_date ?? demander.expect_date;
}

interface VisitCardProps {
  readonly visit: Visit;
  readonly home: string;
  readonly place: string;
  refresh(): Promise<void>;
}

type Mode = "shown" | "changing" | "confirming";

function VisitCard({ visit, home, place, refresh }: VisitCardProps) {
  const mode = useSignal<Mode>("shown");
  const { visits: text } = household.texts.value;
  const { demander, installer, stage, home_id: id } = visit;
  const isOpen = stage === 1;
  const done = async (): Promise<void> => {
    mode.value = "shown";
    await refresh();
  };
  const toggle = (to: Mode) => () => {
    mode.value = mode.value === to ? "shown" : to;
  };
  return (
    <section class="card" aria-labelledby={`visit-${id}`}>
      <div class="headline-row">
        <div>
          <h2 id={`visit-${id}`}>{home}</h2>
          {place !== "" && <div class="quiet">{place}</div>}
        </div>
        <Status level={isOpen ? "wait" : "ok"}>{isOpen ? text.open : text.confirmed}</Status>
      </div>
      <p class="when">
        {isOpen
          ? whenText(demander.expect_date, demander.expect_time)
          : whenText(installer.confirm_date ?? 0, installer.confirm_time ?? 100)}
      </p>
      <p>
        {text.whom}: {demander.name} · <PhoneLink number={demander.phone} />
        {demander.note !== "" && <span class="block quiet">{demander.note}</span>}
      </p>
      {!isOpen && (
        <p>
          {text.installer}: {installer.name}
          {installer.phone !== "" && (
            <>
              {" · "}
              <PhoneLink number={installer.phone} />
            </>
          )}
          {installer.note !== "" && <span class="block quiet">{installer.note}</span>}
        </p>
      )}
      {isOpen && (
        <div class="buttons">
          {mayAs("installer") && (
            <button
              type="button"
              class="button primary"
              aria-expanded={mode.value === "confirming"}
              onClick={toggle("confirming")}
            >
              {text.confirm}
            </button>
          )}
          <button
            type="button"
            class="button"
            aria-expanded={mode.value === "changing"}
            onClick={toggle("changing")}
          >
            {text.change}
          </button>
        </div>
      )}
      {isOpen && mode.value !== "shown" && (
        <VisitEditor key={mode.value} visit={visit} mode={mode.value} done={done} />
      )}
    </section>
  );
}

function PhoneLink({ number }: { readonly number: string }) {
  return <a href={`tel:${number.replaceAll(/[^\d+*#]/g, "")}`}>{number}</a>;
}

interface VisitEditorProps {
  readonly visit: Visit;
  readonly mode: "changing" | "confirming";
  done(): Promise<void>;
}

function VisitEditor({ visit, mode, done }: VisitEditorProps) {
  const { visits: text } = household.texts.value;
  const { demander, home_id } = visit;
  const isConfirming = mode === "confirming";
  const draft = {
    name: useSignal(isConfirming ? (lastSignedIn.value?.name ?? "") : demander.name),
    phone: useSignal(isConfirming ? "" : demander.phone),
    day: useSignal(localText(demander.expect_date, gatewayZone()).slice(0, 10)),
    time: useSignal(String(demander.expect_time)),
    note: useSignal(isConfirming ? "" : demander.note),
  };
  return (
    <div class="visit-editor">
      {isConfirming && <p class="hint">{text.confirmHint}</p>}
      <Form
        send={isConfirming ? text.confirmNow : texts.value.common.save}
        submit={async () => {
          const fields = { home_id, ...visitFields(draft) };
          await (isConfirming ? call("order_confirm", fields) : call("order_update", fields));
          await done();
        }}
      >
        <VisitFields
          draft={draft}
          nameLabel={isConfirming ? text.yourName : text.whom}
          phoneLabel={isConfirming ? text.yourPhone : text.phone}
          exactTime={dateTimeText(demander.expect_time)}
        />
      </Form>
    </div>
  );
}

/** Returns the day, with the part of the day or the exact time. */
function whenText(date: number, time: number): string {
  const part = household.texts.value.visits.times[time];
  return part === undefined ? dateTimeText(time) : `${dayText(date)}, ${part}`;
}
