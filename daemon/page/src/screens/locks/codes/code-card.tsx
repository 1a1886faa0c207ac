import { useSignal } from "@preact/signals";
import { call } from "../../../api/call.ts";
import { mayAs } from "../../../api/session.ts";
import { ActionButton } from "../../../widgets/action-button.tsx";
import { Confirm } from "../../../widgets/confirm.tsx";
import { Status } from "../../../widgets/status.tsx";
import { texts } from "../texts.ts";
import {
  type Code,
  codeWords,
  enforcerText,
  nameOfCode,
  stepOf,
  validityText,
} from "./code-words.ts";

interface CodeCardProps {
  readonly uuid: string;
  readonly code: Code;
  refresh(): Promise<void>;
}

/** One code: its name, its times, its state, and what can be done with it. */
export function CodeCard({ uuid, code, refresh }: CodeCardProps) {
  const { codes } = texts.value.locks;
  const name = nameOfCode(code);
  const enforcer = enforcerText(code);
  return (
    <li class="card code" aria-label={name}>
      <h2>{name}</h2>
      <Kinds code={code} />
      <div>{validityText(code)}</div>
      <CodeState code={code} />
      {enforcer !== null && <div class="hint">{enforcer}</div>}
      {code.is_default === 1 && <div class="hint">{codes.administratorStays}</div>}
      {mayAs("manager") && <CodeActions uuid={uuid} code={code} refresh={refresh} />}
    </li>
  );
}

/** The state in words, and while the code is on its way the steps of it. */
export function CodeState({ code }: { readonly code: Code }) {
  const { codes } = texts.value.locks;
  const { level, text } = codeWords(code);
  const step = stepOf(code);
  return (
    <div role="status">
      {step !== null && step < 2 && (
        <ol class="steps" aria-label={codes.progress}>
          {codes.steps.map((name, at) => (
            <li
              key={name}
              class={at <= step ? "done" : ""}
              {...(at === step ? { "aria-current": "step" as const } : {})}
            >
              {name}
            </li>
          ))}
        </ol>
      )}
      <Status level={level}>{text}</Status>
    </div>
  );
}

function Kinds({ code }: { readonly code: Code }) {
  const { codes } = texts.value.locks;
  const kinds = [
    ...(code.is_duress === 1 ? [codes.duress] : []),
    ...(code.origin === "keypad" ? [codes.fromKeypad] : []),
  ];
  if (kinds.length === 0) return null;
  return <div class="hint">{kinds.join(" · ")}</div>;
}

function CodeActions({ uuid, code, refresh }: CodeCardProps) {
  const isAsking = useSignal(false);
  const { locks, common } = texts.value;
  const { codes } = locks;
  const name = nameOfCode(code);
  const named = { uuid, password_id: code.password_id };
  return (
    <div class="buttons">
      <a
        class="button"
        href={`#/locks/${uuid}/codes/${code.password_id}`}
        aria-label={`${common.edit}: ${name}`}
      >
        {common.edit}
      </a>
      {code.is_default === 0 && (
        <>
          <ActionButton
            act={async () => {
              await call(code.is_frozen === 1 ? "unfrozen_password" : "frozen_password", named);
              await refresh();
            }}
          >
            {code.is_frozen === 1 ? codes.unfreeze : codes.freeze}
          </ActionButton>
          <button
            type="button"
            class="button"
            aria-label={`${common.delete}: ${name}`}
            onClick={() => {
              isAsking.value = true;
            }}
          >
            {common.delete}
          </button>
        </>
      )}
      {isAsking.value && (
        <Confirm
          title={codes.deleteAsk(name)}
          action={common.delete}
          act={async () => {
            await call("delete_password", named);
            await refresh();
          }}
          close={() => {
            isAsking.value = false;
          }}
        >
          <p>{codes.deleteText}</p>
        </Confirm>
      )}
    </div>
  );
}
