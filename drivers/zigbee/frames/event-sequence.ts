import type { LockId } from "../../../daemon/core/model/door-lock.ts";
import type { LockEvent } from "../../lock-driver.ts";
import type { ListenerGate } from "../listener-gate.ts";
import { DeferredWork } from "./deferred-work.ts";

/** In what order the listener hears the events of the locks. */
export class EventSequence {
  readonly #gate: ListenerGate;
  readonly #precedence: DeferredWork;

  /** @param settled resolves when the events handed on so far are on disk */
  constructor(gate: ListenerGate, settled: () => Promise<void>) {
    this.#gate = gate;
    // An event that waits for its listener is not on its way to the disk yet.
    this.#precedence = new DeferredWork(() =>
      gate.isOpen ? settled() : gate.opened().then(() => settled()),
    );
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
        this.#precedence.flush();
        tell();
        return;
      case "heard":
        tell();
    }
  }

  /** Runs it when no event goes first any more. */
  runAfter(run: () => void): void {
    this.#precedence.runAfter(run);
  }

  /** Runs all that is held back. */
  flush(): void {
    this.#precedence.flush();
  }
}
