import type { LockId } from "../../../daemon/core/model/door-lock.ts";
import type { LockEvent } from "../../lock-driver.ts";
import type { ListenerGate } from "../listener-gate.ts";
import { DeferredWork } from "./deferred-work.ts";

/** The sequence in which the listener gets the events of the locks. */
export class EventSequence {
  readonly #gate: ListenerGate;
  readonly #precedence: DeferredWork;
  readonly #stored: () => Promise<void>;

  /** @param stored resolves when the events handed on so far are on disk */
  constructor(gate: ListenerGate, stored: () => Promise<void>) {
    this.#gate = gate;
    // An event that waits for its listener cannot be on disk yet.
    this.#stored = () => (gate.isOpen ? stored() : gate.opened().then(() => stored()));
    this.#precedence = new DeferredWork(this.#stored);
  }

  /** Resolves when the events so far are on disk. */
  stored(): Promise<void> {
    return this.#stored();
  }

  emit(lock: LockId, event: LockEvent): void {
    const tell = () => this.#gate.notify((listener) => listener.lockEvent(lock, event));
    switch (event.kind) {
      case "operationEvent":
        this.#precedence.runFirst(tell);
        return;
      case "lockState":
      case "doorState":
      case "battery":
        this.#precedence.runAfter(tell);
        return;
      case "programmingEvent":
      case "alarm":
      case "batteryLowAlarm":
      case "folded":
        this.#precedence.flush();
        tell();
        return;
      case "heard":
        tell();
    }
  }

  /** Runs it now, or when the event before it has been stored. */
  runAfter(run: () => void): void {
    this.#precedence.runAfter(run);
  }

  /** Runs all deferred work. */
  flush(): void {
    this.#precedence.flush();
  }
}
