import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { call, Refusal, Unreachable } from "../../api/call.ts";
import { onLiveEvent } from "../../api/live-events.ts";
import { Confirm } from "../../widgets/confirm.tsx";
import { Status } from "../../widgets/status.tsx";
import { isOf } from "./lock-frame.tsx";
import type { LockProps } from "./lock-words.ts";
import { texts } from "./texts.ts";

type Action = "lock" | "unlock";

/** How long after its answer a lock may take to report its bolt, ms. */
const reportMs = 12_000;

/** What became of an order: accepted, then moved, not moved, or not reported; or nobody knows. */
type Result = "accepted" | "notMoved" | "silent" | "unsure";

/** Locks and unlocks from afar. Says what the lock said, no more. */
export function RemoteOperation({ lock, refresh }: LockProps) {
  const asked = useSignal<Action | null>(null);
  const done = useSignal<{ readonly action: Action; readonly result: Result } | null>(null);
  const { locks } = texts.value;
  useEffect(
    () =>
      onLiveEvent((event) => {
        if (event.event !== "lockNotMovedAlarm" || !isOf(lock.uuid)(event)) return;
        if (done.value !== null) done.value = { ...done.value, result: "notMoved" };
      }),
    [lock.uuid],
  );
  const act = async (action: Action): Promise<void> => {
    done.value = null;
    try {
      await call(action === "lock" ? "remote_lock" : "remote_unlock", { uuid: lock.uuid });
    } catch (cause) {
      if (isUnsure(cause)) done.value = { action, result: "unsure" };
      throw cause;
    }
    const accepted = { action, result: "accepted" } as const;
    done.value = accepted;
    setTimeout(() => {
      if (done.value === accepted) done.value = { action, result: "silent" };
    }, reportMs);
    await refresh();
  };
  const action = asked.value;
  return (
    <section class="card" aria-label={locks.remote}>
      <div class="buttons first-buttons">
        {(["unlock", "lock"] as const).map((one) => (
          <button
            key={one}
            type="button"
            class="button"
            onClick={() => {
              asked.value = one;
            }}
          >
            {locks.remoteActions[one]}
          </button>
        ))}
      </div>
      <p class="hint">{locks.remoteHint}</p>
      <div role="status">{done.value !== null && resultOf(done.value, lock.lock_state)}</div>
      {action !== null && (
        <Confirm
          title={locks.remoteAsk[action](lock.name)}
          action={locks.remoteActions[action]}
          act={() => act(action)}
          close={() => {
            asked.value = null;
          }}
        >
          <p>{locks.remoteText[action]}</p>
        </Confirm>
      )}
    </section>
  );
}

function resultOf(
  { action, result }: { readonly action: Action; readonly result: Result },
  boltNow: LockProps["lock"]["lock_state"],
) {
  const { locks } = texts.value;
  if (result === "unsure") return <Status level="warn">{locks.remoteUnsure}</Status>;
  if (result === "notMoved") return <Status level="bad">{locks.remoteNotMoved}</Status>;
  if (boltNow === (action === "lock" ? "locked" : "unlocked")) {
    return <Status level="ok">{locks.remoteMoved[action]}</Status>;
  }
  return result === "silent" ? (
    <Status level="warn">{locks.remoteSilent}</Status>
  ) : (
    <Status level="wait">{locks.remoteAccepted}</Status>
  );
}

/** 16004: the lock did not answer. Nobody knows whether it acted. */
function isUnsure(cause: unknown): boolean {
  return cause instanceof Unreachable || (cause instanceof Refusal && cause.errNo === 16004);
}
