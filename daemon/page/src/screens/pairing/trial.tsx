import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useCommand } from "../../api/command-state.ts";
import { type LiveEvent, onLiveEvent } from "../../api/live-events.ts";
import { Status } from "../../widgets/status.tsx";
import { texts } from "./texts.ts";
import { endLock, type PairedLock } from "./wizard.ts";

/** After this time without an opening the page says what may be the cause. */
const patienceMs = 30_000;

type Seen = "nothing" | "late" | "wrong" | "opened";

/** "Type it at the keypad now": turns green by the real opening, or by the bolt for who may not see openings. */
export function Trial({ lock }: { readonly lock: PairedLock }) {
  const seen = useSignal<Seen>("nothing");
  const { pairing } = texts.value;
  const bolt = useDoor(lock.uuid, {
    opened: () => {
      seen.value = "opened";
    },
    refused: () => {
      if (seen.value !== "opened") seen.value = "wrong";
    },
  });
  useEffect(() => {
    const late = setTimeout(() => {
      if (seen.value === "nothing") seen.value = "late";
    }, patienceMs);
    const end = onLiveEvent((event) => {
      if (!isOfLock(event, lock.uuid)) return;
      if (event.event === "lockerOpenAlarm") seen.value = "opened";
      else if (event.event === "wrongPwdAlarm" && seen.value !== "opened") seen.value = "wrong";
    });
    return () => {
      clearTimeout(late);
      end();
    };
  }, [lock.uuid]);
  const isTried = seen.value === "opened";
  return (
    <>
      <h2>{lock.name}</h2>
      <div class={`trial ${seen.value}`} role="status">
        <Outcome
          seen={seen.value}
          task={
            bolt === "unlocked"
              ? pairing.untilLocked
              : lock.hasAdministrator
                ? pairing.typeNow
                : pairing.openAnyhow
          }
        />
      </div>
      <div class="buttons">
        <button
          type="button"
          class={`button ${isTried ? "primary" : ""}`}
          onClick={() => endLock({ isTried }, "ways")}
        >
          {pairing.another}
        </button>
        <button type="button" class="button" onClick={() => endLock({ isTried }, "sheet")}>
          {pairing.finish}
        </button>
      </div>
    </>
  );
}

interface DoorWatch {
  opened(): void;
  refused(): void;
}

/**
 * Follows the lock. Calls `opened` when it is unlocked after it was seen otherwise, and `refused` at a wrong code: only
 * every third one is an event. @returns how the bolt is
 */
function useDoor(uuid: string, { opened, refused }: DoorWatch) {
  const state = useCommand(
    "show_lock",
    { uuid },
    { everyMs: 2_000, isAffectedBy: (event) => isOfLock(event, uuid) },
  );
  const answer = state.answer.value;
  const bolt = answer?.lock_state;
  const wrongAt = answer?.wrong_code_at;
  const wasClosed = useRef(false);
  /** When the wrong code was typed that is known; undefined = nothing is known yet. */
  const knownWrongAt = useRef(wrongAt);
  useEffect(() => {
    if (bolt === "unlocked" && wasClosed.current) opened();
    if (bolt === "locked") wasClosed.current = true;
  }, [bolt]);
  useEffect(() => {
    const isNew = knownWrongAt.current !== undefined && typeof wrongAt === "number";
    if (isNew && wrongAt !== knownWrongAt.current) refused();
    knownWrongAt.current = wrongAt;
  }, [wrongAt]);
  return bolt;
}

/** @param task what the person is to do now */
function Outcome({ seen, task }: { readonly seen: Seen; readonly task: string }) {
  const { pairing } = texts.value;
  switch (seen) {
    case "nothing":
      return <Status level="wait">{task}</Status>;
    case "late":
      return <Status level="warn">{pairing.noOpening}</Status>;
    case "wrong":
      return <Status level="bad">{pairing.wrongCode}</Status>;
    case "opened":
      return <Status level="ok">{pairing.opened}</Status>;
  }
}

/** V1.6's envelope names the device by its uuid. */
function isOfLock({ body }: LiveEvent, uuid: string): boolean {
  return body["uuid"] === uuid;
}
