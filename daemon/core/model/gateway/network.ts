/** One device of the Zigbee network. */
export interface NetworkDevice {
  readonly uuid: string;
  readonly kind: "coordinator" | "router" | "endDevice" | "unknown";
  readonly networkAddress: number;
  readonly manufacturer: string;
  readonly model: string;
  /** Of the last frame heard, 0 … 255; null = nothing heard since the start. */
  readonly linkQuality: number | null;
  /** Unix ms; null = not known. */
  readonly lastSeenMs: number | null;
}

/** Who hears whom, from the routers' own neighbour tables (ZDP Mgmt_Lqi). */
export interface NetworkLink {
  readonly from: string;
  readonly to: string;
  readonly linkQuality: number;
  /** What `to` is to `from`. */
  readonly relation: "parent" | "child" | "sibling" | "other";
}

export interface NetworkReport {
  readonly devices: readonly NetworkDevice[];
  readonly links: readonly NetworkLink[];
  /** Devices that did not tell their neighbours. */
  readonly silent: readonly string[];
}

/** Setting: until when a person has opened the network for joining, ms UTC; absent = it was closed. */
export const joiningSetting = "joining.until";

/** Setting: when it was told that this lock is on the network and has no records here, ms UTC. */
export function foundDeviceSetting(uuid: string): readonly [string] {
  return [`network.found.${uuid}`];
}
