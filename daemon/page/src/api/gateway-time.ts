import { clockAheadMs, lastSignedIn } from "./session.ts";

/** Returns the gateway's time now, Unix seconds. */
export function nowS(): number {
  return Math.floor((Date.now() + clockAheadMs.value) / 1000);
}

/** Returns the IANA name of the gateway's zone. */
export function gatewayZone(): string {
  return lastSignedIn.value?.time_zone ?? "UTC";
}
