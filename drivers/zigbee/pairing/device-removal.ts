import type { Models } from "zigbee-herdsman";
import { delay } from "../../../daemon/base/delay.ts";
import { hasNoAddress } from "../herdsman/device-database.ts";

/** A device that is sent away must acknowledge within this time. */
const leaveTimeoutMs = 10_000;

/** The device has left the network while it was being set up. */
export class DepartedError extends Error {
  override readonly name = "DepartedError";

  constructor() {
    super("The device left the network before it was set up.");
  }
}

/** The device had not described itself when the network was closed. */
export class TooLateError extends Error {
  override readonly name = "TooLateError";

  constructor() {
    super("The device did not answer while the network was open.");
  }
}

/** Rejects when the device leaves or the work on it is abandoned. @throws (rejects) the signal's reason */
export function departureOf(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/**
 * Tells a device to leave and forgets it, also when it does not answer.
 * @returns whether it acknowledged.
 */
export async function sendAway(device: Models.Device): Promise<boolean> {
  if (hasNoAddress(device)) {
    device.removeFromDatabase(true);
    return false;
  }
  const over = new AbortController();
  const left = device.removeFromNetwork(true).then(
    () => true,
    () => false,
  );
  const timeout = delay(leaveTimeoutMs, over.signal).then(() => false);
  const wasTold = await Promise.race([left, timeout]);
  over.abort();
  if (!wasTold) device.removeFromDatabase(true);
  return wasTold;
}
