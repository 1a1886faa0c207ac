import type { LockEvent } from "../model/lock-event.ts";
import { isClosing, isOpening } from "./opening.ts";

/** What a look at a lock (Read Attributes of its state) shows, each on its own. */
export type StateFact = "lockState" | "doorState" | "battery";

/** Returns what an event of the lock tells of its state; null = nothing that a look would show. */
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
    case "heard":
      return null;
  }
}
