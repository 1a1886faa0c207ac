import { type StateFact, stateFactOf } from "../../core/event/state-fact.ts";
import type { LockId } from "../../core/model/door-lock.ts";
import type { LockEvent } from "../../core/model/lock-event.ts";
import type { OperationReplies } from "../../core/model/operation.ts";
import { takeStateRead } from "../intake.ts";
import { type LockPorts, viewOf } from "../lock-ports.ts";
import type { Reconcilers } from "../reconcilers.ts";

/** A look that the lock's own word overtook is repeated this often: a lock that talks all the time is not asked for ever. */
const repeatLimit = 1;

type Seen = OperationReplies["readState"];

/**
 * Asks locks how they stand. An answer that was asked before the lock told something newer is older than
 * that, whenever it arrives: it changes nothing, and the lock is asked once more.
 */
export class StateReader {
  readonly #ports: LockPorts;
  readonly #reconcilers: Reconcilers;
  readonly #takeEvent: (lock: LockId, event: LockEvent) => void;
  /** How often each lock has told each fact by itself, in this run. */
  readonly #told = new Map<LockId, Map<StateFact, number>>();

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

  /** The lock told something of its own accord. */
  eventReceived(lock: LockId, event: LockEvent): void {
    const fact = stateFactOf(event);
    if (fact === null) return;
    const counts = this.#told.get(lock) ?? new Map<StateFact, number>();
    this.#told.set(lock, counts.set(fact, (counts.get(fact) ?? 0) + 1));
  }

  /** The lock was removed. */
  forget(lock: LockId): void {
    this.#told.delete(lock);
  }

  /**
   * Reads a lock's state and takes it in.
   * @returns false when the lock is silent; what the stick has failed says nothing of it.
   */
  async read(lock: LockId, repeats = 0): Promise<boolean> {
    const { store, driver, deadlineMs } = this.#ports;
    const view = viewOf(store, lock);
    if (view === null) return false;
    const options = { deadlineMs, endpoint: view.lock.capabilities.endpoint };
    let asked: ReadonlyMap<StateFact, number> = new Map();
    const outcome = await this.#reconcilers.useRadio(lock, () => {
      asked = new Map(this.#told.get(lock));
      return driver.perform(lock, { name: "readState" }, options);
    });
    if (outcome.kind === "unreachable") return outcome.cause === "stickOffline";
    if (outcome.kind !== "done") return true;
    const isOutdated = (fact: StateFact) =>
      (this.#told.get(lock)?.get(fact) ?? 0) > (asked.get(fact) ?? 0);
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
