import type { Models } from "zigbee-herdsman";
import { cleanText } from "../../../daemon/core/input/plain-text.ts";
import { errorLabel } from "../failures.ts";
import { type DriverLogger, redactingLogger } from "../herdsman/herdsman-log.ts";

/** Who made a lock and what it is sold as. */
export interface ModelIdentity {
  readonly manufacturer: string;
  readonly model: string;
}

/**
 * Names a model by the converters' catalogue, or by what the lock says of itself. The catalogue is
 * loaded here and only here, when a lock is paired: it takes some 30 MB that a restart need not spend.
 */
export async function identifyModel(
  device: Models.Device,
  logger: DriverLogger,
): Promise<ModelIdentity> {
  const own = {
    // The device chose these words, and people read them.
    manufacturer: cleanText(device.manufacturerName ?? "unknown"),
    model: cleanText(device.modelID ?? "unknown"),
  };
  try {
    const { findByDevice, setLogger } = await import("zigbee-herdsman-converters");
    setLogger(redactingLogger(logger));
    const definition = await findByDevice(device, false);
    if (definition === undefined) return own;
    return { manufacturer: definition.vendor, model: definition.model };
  } catch (error) {
    logger.warn({ reason: errorLabel(error) }, "the catalogue of models cannot be used");
    return own;
  }
}
