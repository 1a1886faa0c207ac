import { useSignal } from "@preact/signals";
import { type Answer, call } from "../../../api/call.ts";
import { useCommand } from "../../../api/command-state.ts";
import { gatewayZone, nowS } from "../../../api/gateway-time.ts";
import { go, type ScreenProps } from "../../../router.ts";
import { useDraft } from "../../../widgets/draft.ts";
import { Fault } from "../../../widgets/fault.tsx";
import { Field, Form } from "../../../widgets/form.tsx";
import { isOf, LockFrame, useLock } from "../lock-frame.tsx";
import { texts } from "../texts.ts";
import { Check } from "./check.tsx";
import { CodeState } from "./code-card.tsx";
import { CodeFields, isRightCode } from "./code-fields.tsx";
import { type Code, nameOfCode } from "./code-words.ts";
import { FormWithWayBack } from "./form-with-way-back.tsx";
import { codeLength, randomCode } from "./random-code.ts";
import { textsOf, useValidityDraft } from "./validity.ts";
import { ValidityFields } from "./validity-fields.tsx";
import { readValidity, type Validity } from "./validity-reading.ts";

/** `#/locks/:id/codes/:code`: another name, other times, other digits. */
export function Screen({ params }: ScreenProps) {
  const id = params["id"] ?? "";
  const state = useLock(id);
  const read = useCommand("list_passwords", { uuid: id }, { isAffectedBy: isOf(id) });
  const { common, locks } = texts.value;
  const lock = state.answer.value;
  const codes = read.answer.value?.passwords;
  const code = codes?.find((one) => String(one.password_id) === params["code"]);
  const title = code === undefined ? locks.tabs.codes : nameOfCode(code);
  return (
    <LockFrame id={id} tab="codes" state={state} title={title}>
      <Fault error={read.error.value} />
      {lock === null || codes === undefined ? (
        <p>{common.loading}</p>
      ) : code === undefined ? (
        <p>{locks.codes.gone}</p>
      ) : (
        <EditCode lock={lock} code={code} />
      )}
    </LockFrame>
  );
}

function EditCode({ lock, code }: { readonly lock: Answer<"show_lock">; readonly code: Code }) {
  const { locks, common } = texts.value;
  const zone = gatewayZone();
  const key = `code.${lock.uuid}.${code.password_id}`;
  const name = useDraft(`${key}.name`, code.name ?? "");
  const draft = useValidityDraft(key, zone, code);
  const isRecoded = useSignal(false);
  const digits = useSignal("");
  const isAdministrator = code.is_default === 1;
  const reading = readValidity(textsOf(draft), { zone, nowS: nowS() });
  const isReady =
    (isAdministrator || reading.validity !== null) &&
    (!isRecoded.value || isRightCode(digits.value, lock.capabilities));
  const throwAgain = (): void => {
    digits.value = randomCode(codeLength(lock.capabilities));
  };
  return (
    <FormWithWayBack to={`/locks/${lock.uuid}/codes`}>
      <Form
        send={common.save}
        disabled={!isReady}
        submit={async () => {
          await call("update_password", {
            uuid: lock.uuid,
            password_id: code.password_id,
            name: name.value.trim(),
            ...(isAdministrator || reading.validity === null
              ? {}
              : changesOf(code, reading.validity)),
            ...(isRecoded.value ? { password: digits.value } : {}),
          });
          go(`/locks/${lock.uuid}/codes`);
        }}
      >
        <CodeState code={code} />
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
        <Check
          label={locks.codes.recode}
          isChecked={isRecoded.value}
          onChange={(isChecked) => {
            isRecoded.value = isChecked;
            if (isChecked) throwAgain();
          }}
        />
        {isRecoded.value && (
          <CodeFields code={digits} capabilities={lock.capabilities} another={throwAgain} />
        )}
      </Form>
    </FormWithWayBack>
  );
}

/** Returns the fields of the times that differ: times that stay disturb nothing at the lock. */
function changesOf(code: Code, { beginS, endS, weekly: typed, isOneTime }: Validity) {
  const { begin, end } = code;
  const isSpanChanged = !isSameMinute(begin, beginS) || !isSameMinute(end, endS);
  const zone = code.weekly?.time_zone;
  const weekly = typed === null || zone === undefined ? typed : { ...typed, time_zone: zone };
  const isWeeklyChanged = JSON.stringify(sorted(code.weekly)) !== JSON.stringify(sorted(weekly));
  return {
    ...(isSpanChanged
      ? {
          permission: {
            ...(beginS === null ? {} : { begin: beginS }),
            ...(endS === null ? {} : { end: endS }),
          },
        }
      : {}),
    ...(isWeeklyChanged ? { weekly } : {}),
    ...(isOneTime === (code.is_one_time === 1)
      ? {}
      : { one_time: isOneTime ? (1 as const) : (0 as const) }),
  };
}

/** A field has no seconds. */
function isSameMinute(one: number | null, other: number | null): boolean {
  if (one === null || other === null) return one === other;
  return Math.floor(one / 60) === Math.floor(other / 60);
}

function sorted(weekly: Validity["weekly"]) {
  if (weekly === null) return null;
  const { days, start_minute, end_minute, time_zone } = weekly;
  return { days: [...days].sort(), start_minute, end_minute, time_zone };
}
