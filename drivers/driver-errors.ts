/** Errors of callers that every lock driver throws alike. */
import { GatewayError } from "../daemon/core/model/errors.ts";

/** The longest time that Mgmt_Permit_Joining_req can carry; 255 means for ever, and is never sent. */
const longestSeconds = 254;

/** @throws GatewayError `badParameters` naming `seconds` */
export function checkJoinSeconds(seconds: number): void {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= longestSeconds) return;
  const text = `seconds must be a whole number from 0 to ${longestSeconds}`;
  throw new GatewayError("badParameters", text, { field: "seconds" });
}

export function stickOffline(cause?: unknown): GatewayError {
  return new GatewayError("stickOffline", "the Zigbee stick is not available", { cause });
}

export function notAFoundLock(): GatewayError {
  const text = "uuid: is no lock on the network that the gateway does not know";
  return new GatewayError("notFound", text, { field: "uuid" });
}
