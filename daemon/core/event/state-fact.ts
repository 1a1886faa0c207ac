import type { LockEvent } from "../model/lock-event.ts";
import { isClosing, isOpening } from "./opening.ts";

/** The facts that a read of a lock's state (Read Attributes) shows. */
export type StateFact = "lockState" | "doorState" | "battery";

/** Returns the fact of the lock's state that an event reports; null = none that a read would show. */
export function stateFactOf(event: LockEvent): StateFact | null {
  switch (event.kind) {
    case "operationEvent":
      return isOpening(event.code) || isClosing(event.code) ? "lockState" : null;
    case "alarm":
      return event.alarm === "deadboltJammed" ? "lockState" : null;
    case "lockState":
    case "doorState":
    case "battery":
      return event.kind;
    case "programmingEvent":
    case "batteryLowAlarm":
    case "folded":
    case "heard":
      return null;
  }
}
