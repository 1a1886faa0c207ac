import { useSignal } from "@preact/signals";
import { call } from "../../api/call.ts";
import { isPassphrase, passphraseLength } from "../../api/limits.ts";
import { texts } from "../../texts/text.ts";
import { Field, Form } from "../../widgets/form.tsx";
import { Status } from "../../widgets/status.tsx";
import { account } from "./texts.ts";

/** Changes the own passphrase. What is typed stays in memory, and goes with the screen. */
export function PassphraseForm() {
  const current = useSignal("");
  const wanted = useSignal("");
  const again = useSignal("");
  const isChanged = useSignal(false);
  const text = account.texts.value;
  const isRight = isPassphrase(wanted.value) && wanted.value === again.value;
  const isDifferent = again.value !== "" && !wanted.value.startsWith(again.value);
  return (
    <section aria-labelledby="passphrase">
      <h2 id="passphrase">{text.passphrase}</h2>
      <div class="card passphrase">
        <Form
          send={text.change}
          disabled={!isRight || current.value === ""}
          submit={async () => {
            isChanged.value = false;
            await call("passphrase_set", { current: current.value, passphrase: wanted.value });
            for (const field of [current, wanted, again]) field.value = "";
            isChanged.value = true;
          }}
        >
          <Field
            label={text.current}
            type="password"
            value={current.value}
            onValue={(value) => {
              current.value = value;
            }}
            autocomplete="current-password"
          />
          <Field
            label={text.wanted}
            type="password"
            value={wanted.value}
            onValue={(value) => {
              wanted.value = value;
            }}
            hint={texts.value.people.passphraseHint(passphraseLength.min)}
            autocomplete="new-password"
          />
          <Field
            label={text.again}
            type="password"
            value={again.value}
            onValue={(value) => {
              again.value = value;
            }}
            {...(isDifferent ? { hint: text.differs } : {})}
            autocomplete="new-password"
          />
        </Form>
        <div role="status">{isChanged.value && <Status level="ok">{text.changed}</Status>}</div>
      </div>
    </section>
  );
}
