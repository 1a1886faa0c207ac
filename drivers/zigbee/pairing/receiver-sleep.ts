import { type Controller, type Models, Zdo } from "zigbee-herdsman";
import type { Basis } from "../../../daemon/core/model/door-lock.ts";
import type { Quirks } from "../quirks/quirk-model.ts";

/** The MAC capability flags of a node descriptor that concern the receiver. */
interface ReceiverClaims {
  readonly listensWhenIdle: boolean;
  readonly isMainsPowered: boolean;
}

/** Other statements of the device about its power. */
interface DeviceClaims {
  readonly isRouter: boolean;
  /** Whether its Basic cluster (0x0007) names a battery as the power source. */
  readonly isOnBattery: boolean;
}

/**
 * Returns whether the receiver sleeps. A battery lock that claims to listen all the time does not
 * count as awake: some do so and lose messages that they do not fetch within 7 s
 * (zigbee2mqtt#6379), and some claim mains power as well (zha-device-handlers#3095, #3457). Proof
 * is mains power that the Basic cluster does not deny, a router, or prompt answers after long
 * silences. Herdsman reads the descriptor in its interview but does not keep the flags, so the
 * gateway reads it again.
 */
export async function sleepOf(
  controller: Controller,
  device: Models.Device,
  quirks: Pick<Quirks, "sleepsWhateverItClaims">,
): Promise<{ readonly isSleepy: boolean; readonly basis: Basis }> {
  const answer: unknown = await controller
    .sendRaw({
      ieeeAddress: device.ieeeAddr,
      networkAddress: device.networkAddress,
      profileId: Zdo.ZDO_PROFILE_ID,
      clusterKey: Zdo.ClusterId.NODE_DESCRIPTOR_REQUEST,
      zdoParams: [device.networkAddress],
    })
    .catch(() => null);
  const isOnBattery = device.powerSource === "Battery";
  return judgedSleep(claimsOf(answer), { isRouter: device.type === "Router", isOnBattery }, quirks);
}

/** @param claims null = the device did not answer */
export function judgedSleep(
  claims: ReceiverClaims | null,
  { isRouter, isOnBattery }: DeviceClaims,
  { sleepsWhateverItClaims }: Pick<Quirks, "sleepsWhateverItClaims">,
): { readonly isSleepy: boolean; readonly basis: Basis } {
  if (sleepsWhateverItClaims) return { isSleepy: true, basis: "model" };
  if (isRouter) return { isSleepy: false, basis: "lock" };
  if (claims === null) return { isSleepy: true, basis: "assumed" };
  if (!claims.listensWhenIdle) return { isSleepy: true, basis: "lock" };
  return claims.isMainsPowered && !isOnBattery
    ? { isSleepy: false, basis: "lock" }
    : { isSleepy: true, basis: "assumed" };
}

/** From herdsman's `[status, {capabilities: {rxOnWhenIdle, powerSource}}]`. */
function claimsOf(answer: unknown): ReceiverClaims | null {
  if (!Array.isArray(answer)) return null;
  const descriptor: unknown = answer[1];
  if (typeof descriptor !== "object" || descriptor === null) return null;
  if (!("capabilities" in descriptor)) return null;
  const { capabilities } = descriptor;
  if (typeof capabilities !== "object" || capabilities === null) return null;
  if (!("rxOnWhenIdle" in capabilities)) return null;
  return {
    listensWhenIdle: Number(capabilities.rxOnWhenIdle) === 1,
    isMainsPowered: "powerSource" in capabilities && Number(capabilities.powerSource) === 1,
  };
}
