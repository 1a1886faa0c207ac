/** Whom a broadcast is for. */
export type Audience = "all" | "listening" | "routers";

/** Broadcast addresses of the network layer (Zigbee specification, table 3-69). */
export function isBroadcastAddress(networkAddress: number): boolean {
  return networkAddress >= 0xfffb;
}

export function audienceOf(networkAddress: number): Audience {
  if (networkAddress === 0xffff) return "all";
  return networkAddress >= 0xfffd ? "listening" : "routers";
}
