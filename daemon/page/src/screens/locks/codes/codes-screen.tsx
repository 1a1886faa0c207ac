import { useSignal } from "@preact/signals";
import { useCommand } from "../../../api/command-state.ts";
import { mayAs } from "../../../api/session.ts";
import type { ScreenProps } from "../../../router.ts";
import { Fault } from "../../../widgets/fault.tsx";
import { Field } from "../../../widgets/form.tsx";
import { isOf, LockFrame, useLock } from "../lock-frame.tsx";
import { texts } from "../texts.ts";
import { CodeCard } from "./code-card.tsx";
import { type Code, isBeingDeleted, nameOfCode } from "./code-words.ts";
import { RevokeAll } from "./revoke-all.tsx";

/** From this many codes on the list has a search. */
const searchFrom = 12;
const inWords = new Intl.Collator(undefined, { numeric: true });

/** `#/locks/:id/codes`: each code, whether the lock has it, who enforces it, until when. */
export function Screen({ params }: ScreenProps) {
  const id = params["id"] ?? "";
  const state = useLock(id);
  const wanted = useSignal("");
  const read = useCommand(
    "list_passwords",
    { uuid: id },
    { isAffectedBy: isOf(id), everyMs: 5_000 },
  );
  const { locks, common } = texts.value;
  const codes = read.answer.value?.passwords ?? null;
  const lock = state.answer.value;
  const hasAdministrator = codes?.some(({ is_default }) => is_default === 1) ?? true;
  return (
    <LockFrame id={id} tab="codes" state={state}>
      <Fault error={read.error.value} />
      {codes === null ? (
        read.error.value === null && <p>{common.loading}</p>
      ) : (
        <>
          {!hasAdministrator && <p class="card">{locks.codes.administratorFirst}</p>}
          {!mayAs("steward") && <p class="hint">{locks.codes.noNames}</p>}
          <RevokeAll lock={lock} codes={codes} refresh={read.refresh}>
            {mayAs("manager") && (
              <a class="button primary" href={`#/locks/${id}/codes/new`}>
                {locks.codes.new}
              </a>
            )}
          </RevokeAll>
          {codes.length >= searchFrom && (
            <Field
              label={locks.search}
              value={wanted.value}
              autocomplete="off"
              onValue={(value) => {
                wanted.value = value;
              }}
            />
          )}
          <ul class="code-list">
            {inOrder(codes, wanted.value).map((code) => (
              <CodeCard key={code.password_id} uuid={id} code={code} refresh={read.refresh} />
            ))}
          </ul>
        </>
      )}
    </LockFrame>
  );
}

/** People's codes by name, the administrator's last; what is being removed is shown above. */
function inOrder(codes: readonly Code[], wanted: string): readonly Code[] {
  const word = wanted.trim().toLowerCase();
  return codes
    .filter((code) => !isBeingDeleted(code) && nameOfCode(code).toLowerCase().includes(word))
    .sort((a, b) => a.is_default - b.is_default || inWords.compare(nameOfCode(a), nameOfCode(b)));
}
