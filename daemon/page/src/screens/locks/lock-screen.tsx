import { useSignal } from "@preact/signals";
import { type Answer, call } from "../../api/call.ts";
import { mayAs } from "../../api/session.ts";
import type { ScreenProps } from "../../router.ts";
import { dateTimeText, durationText } from "../../texts/text.ts";
import { Confirm } from "../../widgets/confirm.tsx";
import { Status } from "../../widgets/status.tsx";
import { Capabilities } from "./capabilities.tsx";
import { LockFrame, useLock } from "./lock-frame.tsx";
import { LockPlace } from "./lock-place.tsx";
import {
  batteryWords,
  boltWords,
  clockWords,
  doorWords,
  heardText,
  type LockProps,
  linkWords,
} from "./lock-words.ts";
import { RemoteOperation } from "./remote-operation.tsx";
import { texts } from "./texts.ts";

/** `#/locks/:id`: how the lock is, and what can be done with it. */
export function Screen({ params }: ScreenProps) {
  const id = params["id"] ?? "";
  const state = useLock(id);
  const lock = state.answer.value;
  return (
    <LockFrame id={id} tab="lock" state={state}>
      {lock === null ? (
        state.error.value === null && <p>{texts.value.common.loading}</p>
      ) : (
        <>
          {lock.grants_held === 1 && <Held lock={lock} refresh={state.refresh} />}
          <Facts lock={lock} />
          {mayAs("manager") && <RemoteOperation lock={lock} refresh={state.refresh} />}
          <Capabilities lock={lock} />
          {mayAs("installer") && <LockPlace lock={lock} refresh={state.refresh} />}
        </>
      )}
    </LockFrame>
  );
}

function Facts({ lock }: { readonly lock: Answer<"show_lock"> }) {
  const { locks } = texts.value;
  const bolt = boltWords(lock);
  const door = doorWords(lock);
  const battery = batteryWords(lock);
  const link = linkWords(lock);
  const clock = clockWords(lock);
  const { pending_operations: pending, failed_operations: failed } = lock;
  return (
    <dl class="facts-list card">
      <Fact name={locks.bolt}>
        <Status level={bolt.level}>{bolt.text}</Status>
      </Fact>
      <Fact name={locks.door}>
        <Status level={door.level}>{door.text}</Status>
      </Fact>
      <Fact name={locks.battery}>
        <Status level={battery.level}>{battery.text}</Status>
        {lock.power_refreshtime > 0 && (
          <div class="hint">{locks.reportedAt(dateTimeText(lock.power_refreshtime))}</div>
        )}
      </Fact>
      <Fact name={locks.link}>
        <Status level={link.level}>{link.text}</Status>
        {lock.left_alone_for_s > 0 && (
          <div class="hint">{locks.nextTry(durationText(lock.left_alone_for_s))}</div>
        )}
      </Fact>
      <Fact name={locks.heard}>{heardText(lock)}</Fact>
      <Fact name={locks.clock}>
        <Status level={clock.level}>{clock.text}</Status>
      </Fact>
      <Fact name={locks.tabs.codes}>
        {failed > 0 && <Status level="bad">{locks.failedCodes(failed)}</Status>}
        {pending > 0 && <Status level="wait">{locks.waitingCodes(pending)}</Status>}
        {failed + pending === 0 && <Status level="ok">{locks.codesDone}</Status>}
      </Fact>
    </dl>
  );
}

interface FactProps {
  readonly name: string;
  readonly children: preact.ComponentChildren;
}

function Fact({ name, children }: FactProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** The lock joined again, or its records come from a copy: somebody has to say that all is right. */
function Held({ lock, refresh }: LockProps) {
  const isAsking = useSignal(false);
  const { locks } = texts.value;
  return (
    <section class="card warn-card">
      <Status level="bad">{locks.heldWhy[lock.held_reason ?? "restored"]}</Status>
      {mayAs("manager") && (
        <div class="buttons">
          <button
            type="button"
            class="button"
            onClick={() => {
              isAsking.value = true;
            }}
          >
            {locks.release}
          </button>
        </div>
      )}
      {isAsking.value && (
        <Confirm
          title={locks.release}
          action={locks.release}
          act={async () => {
            await call("release_grants", { uuid: lock.uuid });
            await refresh();
          }}
          close={() => {
            isAsking.value = false;
          }}
        >
          <p>{locks.releaseText}</p>
        </Confirm>
      )}
    </section>
  );
}
