import { useSignal } from "@preact/signals";
import { type Answer, call } from "../../api/call.ts";
import { useCommand } from "../../api/command-state.ts";
import { texts } from "../../texts/text.ts";
import { Fault } from "../../widgets/fault.tsx";
import { Field, Form } from "../../widgets/form.tsx";
import { Status } from "../../widgets/status.tsx";
import { isRightCode } from "../locks/codes/code-fields.tsx";
import { isTrivialCode } from "../locks/codes/random-code.ts";
import { noteLock, type PairedLock } from "./wizard.ts";

/** V1.6: the id of the administrator's password on every lock. */
const administratorId = 999;

/** Sets the administrator's code, and waits until the lock has it. */
export function AdministratorStep({ lock }: { readonly lock: PairedLock }) {
  const shown = useCommand("show_lock", { uuid: lock.uuid }, { everyMs: 5_000 });
  const codes = useCommand("list_passwords", { uuid: lock.uuid }, { everyMs: 2_000 });
  const { pairing, common } = texts.value;
  const answer = shown.answer.value;
  const passwords = codes.answer.value?.passwords;
  if (answer === null || passwords === undefined) {
    const error = shown.error.value ?? codes.error.value;
    return error === null ? <p>{common.loading}</p> : <Fault error={error} />;
  }
  const administrator = passwords.find(({ password_id: id }) => id === administratorId);
  const skip = (
    <button
      type="button"
      class="button"
      onClick={() => noteLock({ hasAdministrator: false }, "trial")}
    >
      {pairing.skip}
    </button>
  );
  return (
    <>
      <h2>
        {pairing.administrator} <span class="hint">{lock.name}</span>
      </h2>
      {administrator === undefined ? (
        <CodeForm uuid={lock.uuid} capabilities={answer.capabilities} refresh={codes.refresh} />
      ) : (
        <CodeState stage={administrator.stage} isAsleep={answer.capabilities.isSleepy} />
      )}
      <div class="buttons">
        {administrator?.stage === "confirmed" && (
          <button
            type="button"
            class="button primary"
            onClick={() => noteLock({ hasAdministrator: true }, "trial")}
          >
            {common.next}
          </button>
        )}
        {administrator?.stage !== "confirmed" && skip}
      </div>
    </>
  );
}

interface CodeFormProps {
  readonly uuid: string;
  readonly capabilities: Answer<"show_lock">["capabilities"];
  refresh(): Promise<void>;
}

/** Twice, because nobody sees it again: it stays in memory until it is sent. */
function CodeForm({ uuid, capabilities, refresh }: CodeFormProps) {
  const code = useSignal("");
  const again = useSignal("");
  const { pairing } = texts.value;
  const { minPinLength, maxPinLength } = capabilities;
  const isTooEasy = code.value !== "" && isTrivialCode(code.value);
  const differs = again.value !== "" && again.value !== code.value;
  return (
    <Form
      send={pairing.setCode}
      disabled={!isRightCode(code.value, capabilities) || again.value !== code.value}
      submit={async () => {
        await call("add_password", { uuid, is_default: 1, password: code.value });
        await refresh();
      }}
    >
      <p>{pairing.administratorHint}</p>
      <Field
        label={pairing.codeOnce(minPinLength, maxPinLength)}
        type="password"
        keyboard="numeric"
        value={code.value}
        autocomplete="off"
        maxLength={maxPinLength}
        {...(isTooEasy ? { hint: pairing.tooEasy } : {})}
        onValue={(value) => {
          code.value = value.replaceAll(/\D/g, "");
        }}
      />
      <Field
        label={pairing.codeTwice}
        type="password"
        keyboard="numeric"
        value={again.value}
        autocomplete="off"
        maxLength={maxPinLength}
        {...(differs ? { hint: pairing.differs } : {})}
        onValue={(value) => {
          again.value = value.replaceAll(/\D/g, "");
        }}
      />
    </Form>
  );
}

interface CodeStateProps {
  readonly stage: Answer<"list_passwords">["passwords"][number]["stage"];
  readonly isAsleep: boolean;
}

function CodeState({ stage, isAsleep }: CodeStateProps) {
  const { pairing } = texts.value;
  if (stage === "confirmed") {
    return (
      <p role="status">
        <Status level="ok">{pairing.inTheLock}</Status>
      </p>
    );
  }
  const hasFailed = stage === "failed";
  return (
    <p role="status">
      <Status level={hasFailed ? "bad" : "wait"}>
        {hasFailed ? pairing.codeFailed : pairing.sending}
      </Status>
      {isAsleep && !hasFailed && <span class="hint"> {pairing.asleep}</span>}
    </p>
  );
}
