import type { Answer } from "../../api/call.ts";
import { useCommand } from "../../api/command-state.ts";
import { nowS } from "../../api/gateway-time.ts";
import { texts } from "./texts.ts";
import { beginLock, wizard } from "./wizard.ts";

/** Locks that were paired within this time belong to this visit, s. */
const visitS = 3_600;

/** Locks that were paired a moment ago and have no place: the page was loaded again, or the phone slept. */
export function Unfinished() {
  const locks = useCommand("list_locks", {}, { everyMs: 10_000 });
  const { pairing } = texts.value;
  const { done } = wizard.value;
  const open = (locks.answer.value?.locks ?? []).filter(
    ({ uuid, home_id, bind_time }) =>
      home_id === null &&
      nowS() - bind_time < visitS &&
      !done.some((finished) => finished.uuid === uuid),
  );
  if (open.length === 0) return null;
  return (
    <div class="card">
      <p>{pairing.unfinished}</p>
      <div class="buttons">
        {open.map((lock) => (
          <button key={lock.uuid} type="button" class="button" onClick={() => goOn(lock)}>
            {pairing.goOn(lock.name)}
          </button>
        ))}
      </div>
    </div>
  );
}

function goOn({ uuid, brand, model }: Answer<"list_locks">["locks"][number]): void {
  beginLock({
    uuid,
    name: "",
    make: texts.value.pairing.found(brand, model),
    codesFound: 0,
    place: "",
    hasAdministrator: false,
    isTried: false,
  });
}
