import { useSignal } from "@preact/signals";
import { call } from "../../../api/call.ts";
import { useCommand } from "../../../api/command-state.ts";
import { mayAs } from "../../../api/session.ts";
import { texts } from "../../../texts/text.ts";
import { ActionButton } from "../../../widgets/action-button.tsx";
import { useDraft } from "../../../widgets/draft.ts";
import { Fault } from "../../../widgets/fault.tsx";
import { Field, Form } from "../../../widgets/form.tsx";
import { Status } from "../../../widgets/status.tsx";
import { ToggleButton } from "../../../widgets/toggle-button.tsx";
import { household } from "../texts.ts";
import type { Home } from "./home.ts";
import { HomeEditor } from "./home-editor.tsx";
import { freeId } from "./ids.ts";
import { RoomList } from "./room-list.tsx";
import "../../../styles/gateway.css";
import "../../../styles/household.css";

/** `#/homes`: the homes, their rooms, and which lock is where. */
export function Screen() {
  const read = useCommand("list_homes", {});
  const locks = useCommand("list_locks", {}, { everyMs: 60_000 });
  const isAdding = useSignal(false);
  const { common } = texts.value;
  const { homes: text } = household.texts.value;
  const homes = read.answer.value?.homes;
  const names = new Map((locks.answer.value?.locks ?? []).map(({ uuid, name }) => [uuid, name]));
  return (
    <>
      <div class="headline-row">
        <h1>{common.homes}</h1>
        {mayAs("manager") && (
          <ToggleButton isOpen={isAdding} kind="primary">
            {text.add}
          </ToggleButton>
        )}
      </div>
      <p class="hint">{text.intro}</p>
      <Fault error={read.error.value} />
      {isAdding.value && (
        <AddHome
          known={homes ?? []}
          added={async () => {
            isAdding.value = false;
            await read.refresh();
          }}
        />
      )}
      {homes === undefined && read.error.value === null && <p>{common.loading}</p>}
      {homes?.length === 0 && <p class="card">{text.none}</p>}
      {homes?.map((home) => (
        <HomeCard key={home.home_id} home={home} names={names} refresh={read.refresh} />
      ))}
    </>
  );
}

interface AddHomeProps {
  readonly known: readonly Home[];
  added(): Promise<void>;
}

/** A new home is served by this gateway at once: otherwise no lock could be put there. */
function AddHome({ known, added }: AddHomeProps) {
  const name = useDraft("home.name");
  const address = useDraft("home.address");
  const id = useDraft("home.id");
  /** Made by a try whose second call failed: the next try does not make another one. */
  const made = useDraft("home.made");
  const { homes: text } = household.texts.value;
  const submit = async (): Promise<void> => {
    const taken = known.map((home) => home.home_id);
    const homeId =
      made.value || (id.value.trim() === "" ? freeId(name.value, taken) : id.value.trim());
    await call(made.value === "" ? "add_home" : "update_home", {
      home_id: homeId,
      home_name: name.value.trim(),
      location: address.value.trim(),
    });
    made.value = homeId;
    await call("bind_center", { home_id: homeId });
    for (const draft of [name, address, id, made]) draft.value = "";
    await added();
  };
  return (
    <section class="card" aria-label={text.add}>
      <Form send={texts.value.common.add} disabled={name.value.trim() === ""} submit={submit}>
        <Field
          label={text.name}
          value={name.value}
          onValue={(value) => {
            name.value = value;
          }}
          maxLength={128}
          autocomplete="off"
        />
        <Field
          label={text.address}
          value={address.value}
          onValue={(value) => {
            address.value = value;
          }}
          maxLength={256}
          autocomplete="off"
        />
        <details>
          <summary>{texts.value.common.details}</summary>
          <Field
            label={text.id}
            value={id.value}
            onValue={(value) => {
              id.value = value;
            }}
            hint={text.idHint}
            maxLength={64}
            autocomplete="off"
          />
        </details>
      </Form>
    </section>
  );
}

interface HomeCardProps {
  readonly home: Home;
  readonly names: ReadonlyMap<string, string>;
  refresh(): Promise<void>;
}

function HomeCard({ home, names, refresh }: HomeCardProps) {
  const { homes: text } = household.texts.value;
  const { home_id: id, home_name: name, location, install_state: state } = home;
  return (
    <section class="card home" aria-labelledby={`home-${id}`}>
      <div class="headline-row">
        <div>
          <h2 id={`home-${id}`}>{name === "" ? id : name}</h2>
          {location !== "" && <div class="quiet">{location}</div>}
        </div>
        <Status level={state === 5 ? "ok" : state === 3 ? "wait" : "off"}>
          {text.installStates[state] ?? String(state)}
        </Status>
      </div>
      {home.has_gateway === 0 && (
        <div class="not-served">
          <Status level="warn">{text.notServed}</Status>
          {mayAs("installer") && (
            <ActionButton
              act={async () => {
                await call("bind_center", { home_id: id });
                await refresh();
              }}
            >
              {text.serve}
            </ActionButton>
          )}
        </div>
      )}
      <RoomList home={home} names={names} refresh={refresh} />
      {mayAs("manager") && <HomeEditor home={home} refresh={refresh} />}
    </section>
  );
}
