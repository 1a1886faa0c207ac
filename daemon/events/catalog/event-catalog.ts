import type { EventName } from "../../core/model/journal.ts";
import { accessEvents } from "./access-events.ts";
import { doorEvents } from "./door-events.ts";
import type { EventInfo } from "./event-info.ts";
import { gatewayEvents } from "./gateway-events.ts";
import { journalEvents, lockEvents } from "./lock-events.ts";
import { passwordEvents } from "./password-events.ts";

/** Every event by its wire name: what it says and what is in its detail. */
export const eventCatalog: Readonly<Record<EventName, EventInfo>> = {
  ...doorEvents,
  ...passwordEvents,
  ...lockEvents,
  ...gatewayEvents,
  ...accessEvents,
  ...journalEvents,
};
