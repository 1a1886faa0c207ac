import type { Capabilities } from "../../../daemon/core/model/door-lock.ts";
import type { FieldLock } from "../../../drivers/simulated/lock/field-record.ts";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";

const scales: Readonly<Record<string, Capabilities["batteryUnit"]>> = {
  half: "halfPercent",
  whole: "wholePercent",
};

/** Basic powerSource (0x0007). */
const batteryPower = 3;

/** Compares what the gateway found at pairing with the recorded data. @returns what is wrong, or null */
export function pairingFault(
  model: FieldLock,
  capabilities: Capabilities,
  lock: VirtualLock,
): string | null {
  return (
    endpointFault(model, capabilities) ??
    codesFault(model, capabilities, lock) ??
    batteryFault(model, capabilities) ??
    sleepFault(model, capabilities)
  );
}

function endpointFault({ endpoints }: FieldLock, { endpoint }: Capabilities): string | null {
  const wanted = endpoints.find(({ in: ids }) => ids?.includes(0x0101) === true)?.id;
  return wanted === undefined || wanted === endpoint
    ? null
    : `endpoint ${endpoint} is not ${wanted}`;
}

function codesFault(
  { pinUsers, pinLength }: FieldLock,
  { pinUsers: found, minPinLength, maxPinLength, firstUserId, lastUserId }: Capabilities,
  lock: VirtualLock,
): string | null {
  if (pinUsers !== null && found > pinUsers) return `${found} codes are more than ${pinUsers}`;
  if (lock.quirks.pinUsers === 0) return found === 0 ? null : `${found} codes, and it takes none`;
  if (found === 0 || lastUserId < firstUserId) return "takes no codes";
  if (pinLength === null) return null;
  const isSame = minPinLength === pinLength.min && maxPinLength === pinLength.max;
  return isSame ? null : `codes of ${minPinLength} to ${maxPinLength} digits`;
}

/** An uncertain value is acceptable; a certain value must be right. */
function batteryFault(
  { battery }: FieldLock,
  { batteryUnit, batteryUnitBasis }: Capabilities,
): string | null {
  const wanted = scales[battery?.scale ?? ""];
  if (wanted === undefined || batteryUnitBasis === "assumed") return null;
  return wanted === batteryUnit ? null : `battery in ${batteryUnit} by ${batteryUnitBasis}`;
}

/** Awake only where it is proven: a router, or mains power, not denied, and a receiver that is on. */
function sleepFault({ node, powerSource }: FieldLock, { isSleepy }: Capabilities): string | null {
  const flags = node.flags ?? 0;
  const isOnMains = (flags & 0x0c) === 0x0c && powerSource !== batteryPower;
  if (isSleepy) return node.isRouter ? "taken for a sleeper" : null;
  return node.isRouter || isOnMains ? null : "taken for awake without proof";
}
