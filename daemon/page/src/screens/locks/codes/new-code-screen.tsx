import { useSignal } from "@preact/signals";
import { type Answer, call, Refusal } from "../../../api/call.ts";
import { useCommand } from "../../../api/command-state.ts";
import { gatewayZone, nowS } from "../../../api/gateway-time.ts";
import type { ScreenProps } from "../../../router.ts";
import { useDraft } from "../../../widgets/draft.ts";
import { Field, Form } from "../../../widgets/form.tsx";
import { isOf, LockFrame, useLock } from "../lock-frame.tsx";
import { texts } from "../texts.ts";
import { Check } from "./check.tsx";
import { CodeFields, isRightCode } from "./code-fields.tsx";
import { FormWithWayBack } from "./form-with-way-back.tsx";
import { type Made, MadeCode } from "./made-code.tsx";
import { codeLength, randomCode } from "./random-code.ts";
import { clearValidity, textsOf, useValidityDraft } from "./validity.ts";
import { ValidityFields } from "./validity-fields.tsx";
import { readValidity, type Validity } from "./validity-reading.ts";

/** `#/locks/:id/codes/new`: a name, when it opens, and a code that the gateway's page has thrown. */
export function Screen({ params }: ScreenProps) {
  const id = params["id"] ?? "";
  const state = useLock(id);
  const read = useCommand(
    "list_passwords",
    { uuid: id },
    { isAffectedBy: isOf(id), everyMs: 4_000 },
  );
  const made = useSignal<Made | null>(null);
  const { locks, common } = texts.value;
  const lock = state.answer.value;
  const codes = read.answer.value?.passwords;
  const title = made.value === null ? locks.codes.new : locks.codes.madeTitle;
  return (
    <LockFrame id={id} tab="codes" state={state} title={title}>
      {lock === null || codes === undefined ? (
        <p>{common.loading}</p>
      ) : made.value !== null ? (
        <MadeCode
          uuid={id}
          made={made.value}
          code={codes.find((one) => one.password_id === made.value?.id) ?? null}
          again={() => {
            made.value = null;
          }}
        />
      ) : (
        <NewCode
          lock={lock}
          isAdministrator={!codes.some(({ is_default }) => is_default === 1)}
          done={async (result) => {
            await read.refresh();
            made.value = result;
          }}
        />
      )}
    </LockFrame>
  );
}

interface NewCodeProps {
  readonly lock: Answer<"show_lock">;
  /** The lock has no administrator's code yet: this must be it. */
  readonly isAdministrator: boolean;
  done(made: Made): Promise<void>;
}

function NewCode({ lock, isAdministrator, done }: NewCodeProps) {
  const { locks, common } = texts.value;
  const length = codeLength(lock.capabilities);
  const zone = gatewayZone();
  const name = useDraft(`new-code.${lock.uuid}.name`);
  const note = useDraft(`new-code.${lock.uuid}.note`);
  const draft = useValidityDraft(`new-code.${lock.uuid}`, zone, null);
  const code = useSignal(randomCode(length));
  /** The code that was thrown last: one that is taken already is thrown again, one that was typed is not. */
  const thrown = useSignal(code.value);
  const isDuress = useSignal(false);
  const reading = readValidity(textsOf(draft), { zone, nowS: nowS() });
  const validity = isAdministrator ? always : reading.validity;
  const save = async (): Promise<void> => {
    if (validity === null) return;
    const params = {
      uuid: lock.uuid,
      is_default: isAdministrator ? 1 : 0,
      name: name.value.trim(),
      description: note.value.trim(),
      ...fieldsOf(validity),
      ...(isDuress.value ? ({ duress: 1 } as const) : {}),
    } as const;
    const sent = await added(params, code.value, code.value === thrown.value ? length : null);
    const given = { ...sent, name: name.value.trim() };
    name.value = "";
    note.value = "";
    clearValidity(draft);
    await done(given);
  };
  return (
    <FormWithWayBack to={`/locks/${lock.uuid}/codes`}>
      <Form
        send={locks.codes.save}
        disabled={validity === null || !isRightCode(code.value, lock.capabilities)}
        submit={save}
      >
        {isAdministrator && <p class="card">{locks.codes.administratorFirst}</p>}
        <Field
          label={locks.codes.forWhom}
          value={name.value}
          maxLength={128}
          autocomplete="off"
          onValue={(value) => {
            name.value = value;
          }}
        />
        {!isAdministrator && <ValidityFields draft={draft} reading={reading} />}
        <CodeFields
          code={code}
          capabilities={lock.capabilities}
          another={() => {
            thrown.value = randomCode(length);
            code.value = thrown.value;
          }}
        />
        {!isAdministrator && (
          <details>
            <summary>{common.more}</summary>
            <Field
              label={locks.codes.note}
              value={note.value}
              maxLength={512}
              autocomplete="off"
              onValue={(value) => {
                note.value = value;
              }}
            />
            <Check
              label={locks.codes.duressField}
              isChecked={isDuress.value}
              onChange={(isChecked) => {
                isDuress.value = isChecked;
              }}
            />
          </details>
        )}
      </Form>
    </FormWithWayBack>
  );
}

const always: Validity = { beginS: null, endS: null, weekly: null, isOneTime: false };

function fieldsOf({ beginS, endS, weekly, isOneTime }: Validity) {
  return {
    ...(beginS === null ? {} : { permission_begin: beginS }),
    ...(endS === null ? {} : { permission_end: endS }),
    ...(weekly === null ? {} : { weekly }),
    ...(isOneTime ? ({ one_time: 1 } as const) : {}),
  };
}

type AddParams = Omit<Parameters<typeof call<"add_password">>[1], "password">;

/** How many random codes may be taken already before a person has to look. */
const maxThrows = 5;

/** Adds the code; a random one (`length` digits) that is taken already (11000) is thrown again. */
async function added(
  params: AddParams,
  first: string,
  length: number | null,
): Promise<{ readonly id: number; readonly digits: string }> {
  let digits = first;
  for (let tries = 1; ; tries += 1) {
    try {
      const { id } = await call("add_password", { ...params, password: digits });
      return { id, digits };
    } catch (cause) {
      const isTaken = cause instanceof Refusal && cause.errNo === 11000;
      if (!isTaken || length === null || tries === maxThrows) throw cause;
      digits = randomCode(length);
    }
  }
}
