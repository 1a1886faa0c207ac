import { useSignal } from "@preact/signals";
import { type Answer, call } from "../../api/call.ts";
import { mayAs } from "../../api/session.ts";
import { Confirm } from "../../widgets/confirm.tsx";
import { useDraft } from "../../widgets/draft.ts";
import { Field, Form } from "../../widgets/form.tsx";
import { Status } from "../../widgets/status.tsx";
import { texts } from "../locks/texts.ts";

interface UnmanagedProps {
  readonly uuid: string;
  readonly slot: Answer<"list_unmanaged">["slots"][number];
  refresh(): Promise<void>;
}

/** A code in the lock that is no password of the gateway's: it becomes one, or it goes. */
export function Unmanaged({ uuid, slot, refresh }: UnmanagedProps) {
  const { history } = texts.value;
  return (
    <section class="card warn-card" aria-label={history.strangerIn(slot.user_id)}>
      <Status level="warn">{history.strangerIn(slot.user_id)}</Status>
      {mayAs("manager") ? (
        <Choices uuid={uuid} slot={slot} refresh={refresh} />
      ) : (
        <p class="hint">{history.askManager}</p>
      )}
    </section>
  );
}

function Choices({ uuid, slot, refresh }: UnmanagedProps) {
  const name = useDraft(`adopt.${uuid}.${slot.user_id}`);
  const isAsking = useSignal(false);
  const { history, common, locks } = texts.value;
  return (
    <>
      <Form
        send={history.adopt}
        submit={async () => {
          await call("adopt_code", { uuid, user_id: slot.user_id, name: name.value.trim() });
          name.value = "";
          await refresh();
        }}
      >
        <Field
          label={locks.codes.forWhom}
          value={name.value}
          maxLength={128}
          autocomplete="off"
          hint={history.adoptHint}
          onValue={(value) => {
            name.value = value;
          }}
        />
      </Form>
      <div class="buttons">
        <button
          type="button"
          class="button"
          aria-label={`${common.delete}: ${history.slot(slot.user_id)}`}
          onClick={() => {
            isAsking.value = true;
          }}
        >
          {common.delete}
        </button>
      </div>
      {isAsking.value && (
        <Confirm
          title={history.clearAsk(slot.user_id)}
          action={common.delete}
          act={async () => {
            await call("delete_unmanaged", { uuid, user_id: slot.user_id });
            await refresh();
          }}
          close={() => {
            isAsking.value = false;
          }}
        >
          <p>{history.clearText}</p>
        </Confirm>
      )}
    </>
  );
}
