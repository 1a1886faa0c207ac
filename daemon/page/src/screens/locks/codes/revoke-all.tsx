import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { type Answer, call, Refusal } from "../../../api/call.ts";
import { mayAs } from "../../../api/session.ts";
import { Confirm } from "../../../widgets/confirm.tsx";
import { Fault } from "../../../widgets/fault.tsx";
import { Status } from "../../../widgets/status.tsx";
import { heardText, linkWords } from "../lock-words.ts";
import { texts } from "../texts.ts";
import { type Code, codeWords, isBeingDeleted, mayStillOpen, nameOfCode } from "./code-words.ts";

interface RevokeAllProps {
  /** Null = not read yet. */
  readonly lock: Answer<"show_lock"> | null;
  readonly codes: readonly Code[];
  refresh(): Promise<void>;
  /** What stands beside the button. */
  readonly children: ComponentChildren;
}

/** Takes every code away but the administrator's, and shows which of them still open until the lock is back. */
export function RevokeAll({ lock, codes, refresh, children }: RevokeAllProps) {
  const isAsking = useSignal(false);
  const told = useSignal<{ readonly done: number; readonly of: number } | null>(null);
  const error = useSignal<Error | null>(null);
  const { locks } = texts.value;
  const alive = codes.filter((code) => code.is_default !== 1 && !isBeingDeleted(code));
  const leaving = codes.filter(isBeingDeleted);
  const revoke = async (): Promise<void> => {
    if (lock === null) return;
    error.value = null;
    for (const [at, { password_id: id }] of alive.entries()) {
      told.value = { done: at, of: alive.length };
      const failure = await revoked(lock.uuid, id);
      error.value = failure ?? error.value;
    }
    told.value = null;
    await refresh();
  };
  return (
    <>
      <div class="buttons first-buttons">
        {children}
        {lock !== null && alive.length > 0 && mayAs("manager") && (
          <button
            type="button"
            class="button danger outline"
            onClick={() => {
              isAsking.value = true;
            }}
          >
            {locks.codes.revokeAll}
          </button>
        )}
      </div>
      <Fault error={error.value} />
      <div role="status">
        {told.value !== null && (
          <Status level="wait">{locks.codes.revoking(told.value.done, told.value.of)}</Status>
        )}
        {lock !== null && leaving.length > 0 && <Leaving lock={lock} leaving={leaving} />}
      </div>
      {isAsking.value && (
        <Confirm
          title={locks.codes.revokeAsk(alive.length)}
          action={locks.codes.revokeAll}
          act={async () => {
            isAsking.value = false;
            await revoke();
          }}
          close={() => {
            isAsking.value = false;
          }}
        >
          <p>{locks.codes.revokeText}</p>
        </Confirm>
      )}
    </>
  );
}

/** Returns why a code could not be deleted; null = it is being removed, or is gone already (15006). */
async function revoked(uuid: string, id: number): Promise<Error | null> {
  try {
    await call("delete_password", { uuid, password_id: id });
    return null;
  } catch (cause) {
    if (cause instanceof Refusal && cause.errNo === 15006) return null;
    return cause instanceof Error ? cause : new Error(String(cause));
  }
}

function Leaving({
  lock,
  leaving,
}: {
  readonly lock: Answer<"show_lock">;
  readonly leaving: readonly Code[];
}) {
  const { codes } = texts.value.locks;
  const isAway = lock.onoff_line === 2 || lock.is_on_network === 0;
  const stillOpen = leaving.filter(mayStillOpen).length;
  return (
    <section class="card warn-card">
      <h2>{codes.leaving(leaving.length)}</h2>
      {isAway && (
        <p>
          <Status level="bad">{linkWords(lock).text}</Status> {codes.lastHeard(heardText(lock))}
        </p>
      )}
      <p>{stillOpen > 0 ? codes.stillOpen(stillOpen) : codes.noneOpen}</p>
      <ul class="plain-list">
        {leaving.map((code) => {
          const { level, text } = codeWords(code);
          return (
            <li key={code.password_id}>
              <strong>{nameOfCode(code)}</strong> <Status level={level}>{text}</Status>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
