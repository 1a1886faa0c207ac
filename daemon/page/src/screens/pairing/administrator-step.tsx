import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type Answer, call } from "../../api/call.ts";
import { useCommand } from "../../api/command-state.ts";
import { mayAs } from "../../api/session.ts";
import { Fault } from "../../widgets/fault.tsx";
import { Field, Form } from "../../widgets/form.tsx";
import { Status } from "../../widgets/status.tsx";
import { isRightCode } from "../locks/codes/code-fields.tsx";
import { isTrivialCode } from "../locks/codes/random-code.ts";
import { texts } from "./texts.ts";
import { noteLock, type PairedLock } from "./wizard.ts";

/** V1.6: the id of the administrator's password on every lock. */
const administratorId = 999;

type Code = Answer<"list_passwords">["passwords"][number];

/** Sets the administrator's code, and goes on by itself once the lock has it. */
export function AdministratorStep({ lock }: { readonly lock: PairedLock }) {
  const shown = useCommand("show_lock", { uuid: lock.uuid }, { everyMs: 5_000 });
  const codes = useCommand("list_passwords", { uuid: lock.uuid }, { everyMs: 2_000 });
  const wasSetHere = useSignal(false);
  const { pairing, common } = texts.value;
  const passwords = codes.answer.value?.passwords;
  const administrator = passwords?.find(({ password_id: id }) => id === administratorId);
  const isInLock = administrator !== undefined && isTaken(administrator);
  useEffect(() => {
    if (isInLock && wasSetHere.value) noteLock({ hasAdministrator: true }, "trial");
  }, [isInLock]);
  const answer = shown.answer.value;
  if (answer === null || passwords === undefined) {
    const error = shown.error.value ?? codes.error.value;
    return error === null ? <p>{common.loading}</p> : <Fault error={error} />;
  }
  const mustSet = administrator === undefined || administrator.stage === "failed";
  // The gateway lets an installer set the first code that the lock accepts, and no other.
  const isFirst = administrator === undefined || administrator.was_in_lock === 0;
  const maySet = mayAs(isFirst ? "installer" : "manager");
  return (
    <>
      <h2>{pairing.administrator}</h2>
      <p class="of-lock">{lock.name}</p>
      {administrator !== undefined && <CodeState code={administrator} lock={answer} />}
      {mustSet && !maySet && <p>{pairing.managerSets}</p>}
      {mustSet && maySet && (
        <CodeForm
          capabilities={answer.capabilities}
          send={administrator === undefined ? pairing.setCode : pairing.otherCode}
          submit={async (password) => {
            wasSetHere.value = true;
            const { uuid } = lock;
            await (administrator === undefined
              ? call("add_password", { uuid, is_default: 1, password })
              : call("update_password", { uuid, password_id: administratorId, password }));
            await codes.refresh();
          }}
        />
      )}
      <div class="buttons">
        {isInLock ? (
          <button
            type="button"
            class="button primary"
            onClick={() => noteLock({ hasAdministrator: true }, "trial")}
          >
            {common.next}
          </button>
        ) : (
          <button
            type="button"
            class="button"
            onClick={() => noteLock({ hasAdministrator: false }, "trial")}
          >
            {pairing.skip}
          </button>
        )}
      </div>
    </>
  );
}

/** A lock that hides its codes never shows that it has one: its answer must do. */
function isTaken({ stage, operation_stage: operation }: Code): boolean {
  return stage === "confirmed" || (stage === "inLock" && operation === "done");
}

interface CodeFormProps {
  readonly capabilities: Answer<"show_lock">["capabilities"];
  readonly send: string;
  submit(code: string): Promise<void>;
}

/** Twice, because nobody sees it again: it stays in memory until it is sent. */
function CodeForm({ capabilities, send, submit }: CodeFormProps) {
  const code = useSignal("");
  const again = useSignal("");
  const { pairing } = texts.value;
  const { minPinLength, maxPinLength } = capabilities;
  const isTooEasy = code.value !== "" && isTrivialCode(code.value);
  // While it is being typed, the beginning of the code is no difference.
  const differs = !code.value.startsWith(again.value);
  return (
    <Form
      send={send}
      disabled={!isRightCode(code.value, capabilities) || again.value !== code.value}
      submit={() => submit(code.value)}
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
  readonly code: Code;
  readonly lock: Answer<"show_lock">;
}

function CodeState({ code, lock }: CodeStateProps) {
  const { pairing } = texts.value;
  const isAway = lock.onoff_line === 2 || lock.is_on_network === 0;
  const { stage, reason } = code;
  if (isTaken(code)) {
    return (
      <p role="status">
        <Status level="ok">{pairing.inTheLock}</Status>
      </p>
    );
  }
  if (stage === "failed") {
    const why = reason === null ? "" : (pairing.failedWhy[reason] ?? "");
    return (
      <p role="status">
        <Status level="bad">
          {pairing.codeFailed} {why}
        </Status>
      </p>
    );
  }
  return (
    <div role="status" class="card">
      <Status level="wait">{pairing.sending}</Status>
      {isAway ? (
        <p>{pairing.silent}</p>
      ) : (
        lock.capabilities.isSleepy && <p class="asleep">{pairing.asleep}</p>
      )}
    </div>
  );
}
