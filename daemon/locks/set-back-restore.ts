import { radioUpSinceMs, radioUpSinceSetting } from "../core/contact/radio-up-since.ts";
import type { Effects, LockView } from "../core/model/lock.ts";
import { pastTimesEffects, setbackEffects } from "../core/outcome/time-setback.ts";
import { type Change, put, type Store } from "../store/store.ts";
import { transactionOf } from "./effects.ts";
import { commit, type LockPorts, viewOf } from "./lock-ports.ts";

type RestorePorts = Pick<LockPorts, "reading" | "store">;

/**
 * Restores, lock by lock, what was ended because of a time that was wrong, and reports `clockAlarm`. After a crash
 * it can run again and does the rest; only the alarm may be reported twice then.
 * @param fromMs the wrong time, ms UTC
 */
export async function restoreAfterSetBack(ports: RestorePorts, fromMs: number): Promise<void> {
  const { nowMs: toMs } = ports.reading();
  const detail = { change: "back", from: fromMs, to: toMs };
  await commit(ports, {
    changes: radioUpSince(ports.store, toMs),
    journal: [{ kind: "event", event: "clockAlarm", lock: null, detail }],
  });
  await applyToLocks(ports, (view) => setbackEffects(view, { fromMs, toMs }));
}

/** Makes all recorded times past ones, before a start plans anything: the time may continue from an old mark. */
export async function endFutureTimes(ports: RestorePorts): Promise<void> {
  const { nowMs } = ports.reading();
  const changes = radioUpSince(ports.store, nowMs);
  if (changes.length > 0) await commit(ports, { changes, journal: [] });
  await applyToLocks(ports, (view) => pastTimesEffects(view, nowMs));
}

async function applyToLocks(
  ports: RestorePorts,
  effectsOn: (view: LockView) => Effects,
): Promise<void> {
  const { store } = ports;
  for (const { lock } of [...store.list("lock")]) {
    const view = viewOf(store, lock);
    const transaction = view === null ? null : transactionOf(lock, effectsOn(view));
    if (transaction !== null) await commit(ports, transaction);
  }
}

/** Moves the time since when the radio is up: audit reads are due from then on. */
function radioUpSince(store: Store, toMs: number): readonly Change[] {
  const sinceMs = radioUpSinceMs(store.get("setting", radioUpSinceSetting)?.value);
  return sinceMs > toMs ? [put("setting", radioUpSinceSetting, { value: toMs })] : [];
}
