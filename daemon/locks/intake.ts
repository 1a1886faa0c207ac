import type { LockId } from "../core/door-lock.ts";
import type { LockEvent } from "../core/lock-event.ts";
import { reduce } from "../core/reduce.ts";
import { transactionOf } from "./effects.ts";
import { commit, type LockPorts, viewOf } from "./lock-room.ts";

/**
 * The door for a lock's own words: reduce, one batch, wake.
 * @returns whether anything was recorded.
 */
export function takeIn(ports: LockPorts, id: LockId, event: LockEvent): boolean {
  const view = viewOf(ports.store, id);
  if (view === null) {
    ports.log.debug({ lock: id, event: event.kind }, "a device that is not paired was heard");
    return false;
  }
  const sealedFor = `password/${id}/${ports.newId()}`;
  const pinCode = event.kind === "programmingEvent" ? event.pinCode : null;
  const code =
    pinCode === null || pinCode === "masked" ? null : ports.codes.seal(id, pinCode, sealedFor);
  const effects = reduce({ view, event, time: ports.reading(), code, sealedFor });
  const transaction = transactionOf(id, effects);
  if (transaction === null) return false;
  commit(ports, transaction).catch((cause: unknown) => {
    ports.log.warn({ lock: id, event: event.kind, cause }, "an event could not be stored");
  });
  return true;
}
