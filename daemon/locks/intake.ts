import { withLiveEvents } from "../core/event/lock-log.ts";
import { isReachable, reduce } from "../core/event/reduce.ts";
import { remoteReadEffects } from "../core/event/remote-operation.ts";
import type { LockId, LockState } from "../core/model/door-lock.ts";
import type { Effects, LockView } from "../core/model/lock.ts";
import type { LockEvent } from "../core/model/lock-event.ts";
import { clockAfterEvent } from "../core/time/lock-clock.ts";
import { transactionOf } from "./effects.ts";
import { keypadPolicy } from "./keypad-policy.ts";
import { commit, type LockPorts, viewOf } from "./lock-ports.ts";
import type { Measurements } from "./operations/measurements.ts";

/**
 * Takes in an event of a lock: reduces it to effects and writes them as one batch.
 * @param measurements keeps measurements that are written later
 * @returns whether anything was recorded; the caller wakes the lock's plan then
 */
export function takeIn(
  ports: LockPorts,
  id: LockId,
  event: LockEvent,
  measurements: Measurements,
): boolean {
  const known = ports.store.get("lock", [id]);
  // Every frame of a lock is such an event, and most change nothing: do not read all slots for them.
  if (event.kind === "heard" && known !== undefined && isReachable(known)) return false;
  const written = viewOf(ports.store, id);
  if (written === null) {
    ports.log.debug(
      { lock: id, event: event.kind },
      "ignored an event of a device that is not paired",
    );
    return false;
  }
  const view = measurements.over(written);
  const sealedFor = `password/${id}/${ports.newId()}`;
  const pinCode = event.kind === "programmingEvent" ? event.pinCode : null;
  const code =
    pinCode === null || pinCode === "masked" ? null : ports.codes.seal(id, pinCode, sealedFor);
  const time = ports.reading();
  const keypadEdits = keypadPolicy(ports, id);
  const reduced = reduce({ view, event, time, code, sealedFor, keypadEdits });
  const logged = withLiveEvents(view, reduced, event, time.nowMs);
  const effects = withClock(ports, view, event, logged);
  if (measurements.defers(id, event, effects)) return false;
  const transaction = transactionOf(id, effects);
  if (transaction === null) return false;
  commit(ports, { ...transaction, isUrgent: true }, id).catch((cause: unknown) => {
    ports.log.warn({ lock: id, event: event.kind, cause }, "failed to store an event of the lock");
  });
  return true;
}

/** Takes in what a read of the lock's state shows of a remote operation. The state itself is an event beside it. */
export function takeStateRead(ports: LockPorts, id: LockId, lockState: LockState): void {
  const lock = ports.store.get("lock", [id]);
  if (lock === undefined) return;
  const effects = remoteReadEffects(lock, lockState, ports.reading().nowMs);
  const transaction = transactionOf(id, effects);
  if (transaction === null) return;
  commit(ports, { ...transaction, isUrgent: true }, id).catch((cause: unknown) => {
    ports.log.warn({ lock: id, cause }, "failed to store the outcome of a remote operation");
  });
}

/** Measures the lock's clock: events carry its local time. */
function withClock(
  { timeZone, reading }: LockPorts,
  view: LockView,
  event: LockEvent,
  effects: Effects,
): Effects {
  if (timeZone === undefined) return effects;
  if (event.kind !== "operationEvent" && event.kind !== "programmingEvent") return effects;
  const lock = clockAfterEvent(effects.lock ?? view.lock, event.localSeconds, reading(), timeZone);
  return lock === null ? effects : { ...effects, lock };
}
