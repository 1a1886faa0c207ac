import { radioUpSinceMs, radioUpSinceSetting } from "../core/contact/radio-up-since.ts";
import { setbackEffects } from "../core/outcome/time-setback.ts";
import { type Change, put, type Store } from "../store/store.ts";
import { transactionOf } from "./effects.ts";
import { commit, type LockPorts, viewOf } from "./lock-ports.ts";

/**
 * Restores, lock by lock, what was ended because of a time that was wrong, and reports `clockAlarm`. After a crash
 * it can run again and does the rest; only the alarm may be reported twice then.
 * @param fromMs the wrong time, ms UTC
 */
export async function restoreAfterSetBack(
  ports: Pick<LockPorts, "reading"> & { readonly store: Store },
  fromMs: number,
): Promise<void> {
  const { store } = ports;
  const { nowMs: toMs } = ports.reading();
  const detail = { change: "back", from: fromMs, to: toMs };
  await commit(ports, {
    changes: radioUpSince(store, toMs),
    journal: [{ kind: "event", event: "clockAlarm", lock: null, detail }],
  });
  for (const { lock } of [...store.list("lock")]) {
    const view = viewOf(store, lock);
    const effects = view === null ? {} : setbackEffects(view, { fromMs, toMs });
    const transaction = transactionOf(lock, effects);
    if (transaction !== null) await commit(ports, transaction);
  }
}

/** Moves the time since when the radio is up: audit reads are due from then on. */
function radioUpSince(store: Store, toMs: number): readonly Change[] {
  const sinceMs = radioUpSinceMs(store.get("setting", radioUpSinceSetting)?.value);
  return sinceMs > toMs ? [put("setting", radioUpSinceSetting, { value: toMs })] : [];
}
