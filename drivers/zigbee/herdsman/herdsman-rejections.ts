import { errorLabel } from "../failures.ts";
import type { DriverLogger } from "./herdsman-log.ts";

/** Where an error's stack shows that it came out of herdsman and not out of latchd. */
const herdsmanPath = "/node_modules/zigbee-herdsman/";

/**
 * Herdsman has event handlers that are async and whose rejections nobody awaits; without this one of
 * them would end the daemon. Rejections from elsewhere keep their usual effect.
 * @returns a function that takes the handler away.
 */
export function containHerdsmanRejections(logger: DriverLogger): () => void {
  const onRejection = (reason: unknown): void => {
    if (reason instanceof Error && reason.stack?.includes(herdsmanPath)) {
      logger.warn({ reason: errorLabel(reason) }, "zigbee-herdsman left a rejection unhandled");
      return;
    }
    // Another handler decides; without one this is what Node would have done.
    if (process.listenerCount("unhandledRejection") === 1) throw reason;
  };
  process.on("unhandledRejection", onRejection);
  return () => process.off("unhandledRejection", onRejection);
}
