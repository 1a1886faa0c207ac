import { type StateFact, stateFactOf } from "../../core/event/state-fact.ts";
import type { LockId } from "../../core/model/door-lock.ts";
import type { LockEvent } from "../../core/model/lock-event.ts";
import type { OperationReplies } from "../../core/model/operation.ts";
import { takeStateRead } from "../intake.ts";
import { type LockPorts, viewOf } from "../lock-ports.ts";
import type { Reconcilers } from "../reconcilers.ts";

/** Limit of repeats of a read that an event of the lock has overtaken: some locks send events all the time. */
const repeatLimit = 1;

type Seen = OperationReplies["readState"];

/**
 * Reads the state of locks. An answer to a read that was sent before a newer event of the lock is outdated,
 * whenever it arrives: it changes nothing, and the state is read again.
 */
export class StateReader {
  readonly #ports: LockPorts;
  readonly #reconcilers: Reconcilers;
  readonly #takeEvent: (lock: LockId, event: LockEvent) => void;
  /** How often each lock has reported each fact by an event since the start. */
  readonly #reports = new Map<LockId, Map<StateFact, number>>();

  /** @param takeEvent takes in what was read like an event of the lock */
  constructor(
    ports: LockPorts,
    reconcilers: Reconcilers,
    takeEvent: (lock: LockId, event: LockEvent) => void,
  ) {
    this.#ports = ports;
    this.#reconcilers = reconcilers;
    this.#takeEvent = takeEvent;
  }

  /** The lock sent an event. */
  eventReceived(lock: LockId, event: LockEvent): void {
    const fact = stateFactOf(event);
    if (fact === null) return;
    const counts = this.#reports.get(lock) ?? new Map<StateFact, number>();
    this.#reports.set(lock, counts.set(fact, (counts.get(fact) ?? 0) + 1));
  }

  /** The lock was removed. */
  forget(lock: LockId): void {
    this.#reports.delete(lock);
  }

  /**
   * Reads a lock's state and takes it in.
   * @returns false when the lock is silent; a fault of the stick says nothing about the lock
   */
  async read(lock: LockId, repeats = 0): Promise<boolean> {
    const { store, driver, deadlineMs } = this.#ports;
    const view = viewOf(store, lock);
    if (view === null) return false;
    const options = { deadlineMs, endpoint: view.lock.capabilities.endpoint };
    let before: ReadonlyMap<StateFact, number> = new Map();
    const outcome = await this.#reconcilers.useRadio(lock, () => {
      before = new Map(this.#reports.get(lock));
      return driver.perform(lock, { name: "readState" }, options);
    });
    if (outcome.kind === "unreachable") return outcome.cause === "stickOffline";
    if (outcome.kind !== "done") return true;
    const isOutdated = (fact: StateFact) =>
      (this.#reports.get(lock)?.get(fact) ?? 0) > (before.get(fact) ?? 0);
    this.#takeIn(lock, outcome.reply, isOutdated);
    const isDoor = isOutdated("lockState") || isOutdated("doorState");
    return isDoor && repeats < repeatLimit ? this.read(lock, repeats + 1) : true;
  }

  #takeIn(lock: LockId, seen: Seen, isOutdated: (fact: StateFact) => boolean): void {
    const { lockState, doorState, batteryPercent, batteryRaw } = seen;
    if (lockState !== null && !isOutdated("lockState")) {
      takeStateRead(this.#ports, lock, lockState);
      this.#takeEvent(lock, { kind: "lockState", lockState });
    }
    if (doorState !== null && !isOutdated("doorState")) {
      this.#takeEvent(lock, { kind: "doorState", doorState });
    }
    if (batteryPercent !== null && !isOutdated("battery")) {
      const raw = typeof batteryRaw === "number" ? { raw: batteryRaw } : {};
      this.#takeEvent(lock, { kind: "battery", percent: batteryPercent, ...raw });
    }
  }
}
