import { useCommand } from "../../../api/command-state.ts";
import type { ScreenProps } from "../../../router.ts";
import { texts } from "../../../texts/text.ts";
import { Fault } from "../../../widgets/fault.tsx";
import { isOf, LockFrame, useLock } from "../lock-frame.tsx";
import { CodeCard } from "./code-card.tsx";
import { type Code, isBeingRemoved, nameOfCode } from "./code-words.ts";
import { RevokeAll } from "./revoke-all.tsx";

/** `#/locks/:id/codes`: each code, whether the lock has it, who enforces it, until when. */
export function Screen({ params }: ScreenProps) {
  const id = params["id"] ?? "";
  const state = useLock(id);
  const read = useCommand(
    "fetch_passwords",
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
          <RevokeAll lock={lock} codes={codes} refresh={read.refresh}>
            <a class="button primary" href={`#/locks/${id}/codes/new`}>
              {locks.codes.new}
            </a>
          </RevokeAll>
          <ul class="code-list">
            {inOrder(codes).map((code) => (
              <CodeCard key={code.id} uuid={id} code={code} refresh={read.refresh} />
            ))}
          </ul>
        </>
      )}
    </LockFrame>
  );
}

/** People's codes by name, the administrator's last; what is being removed is shown above. */
function inOrder(codes: readonly Code[]): readonly Code[] {
  return codes
    .filter((code) => !isBeingRemoved(code))
    .sort((a, b) => a.is_default - b.is_default || nameOfCode(a).localeCompare(nameOfCode(b)));
}
