import { useSignal } from "@preact/signals";
import { call } from "../../../api/call.ts";
import { texts } from "../../../texts/text.ts";
import { Confirm } from "../../../widgets/confirm.tsx";
import { Field, Form } from "../../../widgets/form.tsx";
import { household } from "../texts.ts";
import type { Home } from "./home.ts";

interface HomeEditorProps {
  readonly home: Home;
  refresh(): Promise<void>;
}

/** Renames a home, changes its address, or deletes it. */
export function HomeEditor({ home, refresh }: HomeEditorProps) {
  const name = useSignal(home.home_name);
  const address = useSignal(home.location);
  const isAsking = useSignal(false);
  const { homes: text } = household.texts.value;
  const shown = home.home_name === "" ? home.home_id : home.home_name;
  const locks = [home.outer_lock, ...home.rooms.map(({ lock }) => lock)].filter(Boolean).length;
  return (
    <details class="home-editor">
      <summary>{text.editHome(shown)}</summary>
      <Form
        send={texts.value.common.save}
        submit={async () => {
          await call("update_home", {
            home_id: home.home_id,
            home_name: name.value.trim(),
            location: address.value.trim(),
          });
          await refresh();
        }}
      >
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
      </Form>
      <p class="hint">
        {text.id}: <code>{home.home_id}</code>
      </p>
      <button
        type="button"
        class="button"
        onClick={() => {
          isAsking.value = true;
        }}
      >
        {text.deleteHome}
      </button>
      {isAsking.value && (
        <Confirm
          title={text.deleteAsk(shown)}
          action={text.deleteHome}
          typed={shown}
          act={async () => {
            await call("del_home", { home_id: home.home_id });
            await refresh();
          }}
          close={() => {
            isAsking.value = false;
          }}
        >
          <p>{text.homeLoss(locks)}</p>
        </Confirm>
      )}
    </details>
  );
}
