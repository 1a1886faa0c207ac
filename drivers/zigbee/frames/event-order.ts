import type { LockId } from "../../../daemon/core/model/door-lock.ts";
import type { LockEvent } from "../../lock-driver.ts";
import type { ListenerGate } from "../listener-gate.ts";
import { Precedence } from "./precedence.ts";

/** In what order the listener hears the events of the locks. */
export class EventOrder {
  readonly #gate: ListenerGate;
  readonly #precedence: Precedence;

  /** @param settled resolves when the events handed on so far are on disk */
  constructor(gate: ListenerGate, settled: () => Promise<void>) {
    this.#gate = gate;
    // An event that waits for its listener is not on its way to the disk yet.
    this.#precedence = new Precedence(() =>
      gate.isOpen ? settled() : gate.opened().then(() => settled()),
    );
  }

  emit(lock: LockId, event: LockEvent): void {
    const tell = () => this.#gate.tell((listener) => listener.lockEvent(lock, event));
    switch (event.kind) {
      case "operationEvent":
        this.#precedence.first(tell);
        return;
      case "lockState":
      case "doorState":
      case "battery":
        this.#precedence.after(tell);
        return;
      case "programmingEvent":
      case "alarm":
      case "batteryLowAlarm":
        this.#precedence.letGo();
        tell();
        return;
      case "heard":
        tell();
    }
  }

  /** Runs it when no event goes first any more. */
  after(run: () => void): void {
    this.#precedence.after(run);
  }

  /** Runs all that is held back. */
  letGo(): void {
    this.#precedence.letGo();
  }
}
