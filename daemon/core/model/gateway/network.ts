/** One device of the Zigbee network. */
export interface NetworkDevice {
  readonly uuid: string;
  readonly kind: "coordinator" | "router" | "endDevice" | "unknown";
  readonly networkAddress: number;
  readonly manufacturer: string;
  readonly model: string;
  /** Of the last received frame, 0 … 255; null = no frame since the start. */
  readonly linkQuality: number | null;
  /** Unix ms; null = not known. */
  readonly lastSeenMs: number | null;
}

/** A radio link between two devices, from the routers' own neighbour tables (ZDP Mgmt_Lqi). */
export interface NetworkLink {
  readonly from: string;
  readonly to: string;
  readonly linkQuality: number;
  /** The relation of `to` to `from`. */
  readonly relation: "parent" | "child" | "sibling" | "other";
}

export interface NetworkReport {
  readonly devices: readonly NetworkDevice[];
  readonly links: readonly NetworkLink[];
  /** Devices that did not report their neighbours. */
  readonly silent: readonly string[];
}

/** Key of the setting that says until when the network is open for joining, ms UTC; absent = it is closed. */
export const joiningSetting = "joining.until";

/** Returns the key of the setting that says when latchd published that this unknown lock is on the network, ms UTC. */
export function foundDeviceSetting(uuid: string): readonly [string] {
  return [`network.found.${uuid}`];
}
