import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type LiveEvent, onLiveEvent } from "../../api/live-events.ts";
import { texts } from "../../texts/text.ts";
import { Status } from "../../widgets/status.tsx";
import { endLock, type PairedLock } from "./wizard.ts";

/** After this time without an opening the page says what may be the cause. */
const patienceMs = 30_000;

type Seen = "nothing" | "late" | "wrong" | "opened";

/** "Type it at the keypad now": turns green by the real opening. */
export function Trial({ lock }: { readonly lock: PairedLock }) {
  const seen = useSignal<Seen>("nothing");
  const { pairing } = texts.value;
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
      <h2>
        {pairing.typeNow} <span class="hint">{lock.name}</span>
      </h2>
      <p class={`trial ${seen.value}`} role="status">
        <Outcome seen={seen.value} />
      </p>
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

function Outcome({ seen }: { readonly seen: Seen }) {
  const { pairing } = texts.value;
  switch (seen) {
    case "nothing":
      return <Status level="wait">{pairing.typeNow}</Status>;
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
