import type { Answer } from "../../../api/call.ts";
import type { Level } from "../../../widgets/status.tsx";
import { gateway } from "../texts.ts";

export type Network = Answer<"get_network">;
export type Device = Network["devices"][number];
export type Link = Network["links"][number];

/** A device with those that reach the gateway through it. */
export interface Branch {
  readonly device: Device;
  /** Of the link to the device before it; null = not measured. */
  readonly quality: number | null;
  /** Whether the network says so; false = its parent is not known, so that it stands at the gateway. */
  readonly isKnown: boolean;
  readonly branches: readonly Branch[];
}

/** Below this many frames are lost, below the second some are (of 255). */
const poorQuality = 40;
const weakQuality = 80;

export function qualityLevel(quality: number | null): Level {
  if (quality === null) return "off";
  if (quality < poorQuality) return "bad";
  return quality < weakQuality ? "warn" : "ok";
}

export function deviceName({ name, model, kind, uuid }: Device): string {
  if (kind === "coordinator") return gateway.texts.value.network.gatewayName;
  if (name !== "") return name;
  return model === "" ? `…${uuid.slice(-6)}` : `${model} …${uuid.slice(-4)}`;
}

/** Returns the tree of who reaches the gateway through whom; null = there is no gateway in the answer. */
export function treeOf({ devices, links }: Network): Branch | null {
  const root = devices.find(({ kind }) => kind === "coordinator");
  if (root === undefined) return null;
  const children = new Map<string, Device[]>();
  const known = new Map(devices.map((device) => [device.uuid, device]));
  for (const device of devices) {
    if (device === root) continue;
    const parent = isOnAWayTo(root, device, known) ? (device.parent ?? root.uuid) : root.uuid;
    children.set(parent, [...(children.get(parent) ?? []), device]);
  }
  const branchOf = (device: Device, parent: Device | null): Branch => ({
    device,
    quality: parent === null ? null : qualityBetween(parent, device, links),
    isKnown: device.parent !== null && device.parent === parent?.uuid,
    branches: (children.get(device.uuid) ?? [])
      .sort(byWeight(children))
      .map((child) => branchOf(child, device)),
  });
  return branchOf(root, null);
}

/** Returns whether the parents lead to the gateway, without a circle: neighbour tables are of different times. */
function isOnAWayTo(root: Device, from: Device, known: ReadonlyMap<string, Device>): boolean {
  const seen = new Set<string>();
  let at: Device | undefined = from;
  while (at !== undefined && at !== root && !seen.has(at.uuid)) {
    seen.add(at.uuid);
    at = at.parent === null ? undefined : known.get(at.parent);
  }
  return at === root;
}

function byWeight(children: ReadonlyMap<string, readonly Device[]>) {
  const weight = ({ uuid }: Device): number => children.get(uuid)?.length ?? 0;
  return (one: Device, other: Device): number =>
    weight(other) - weight(one) || deviceName(one).localeCompare(deviceName(other));
}

/** Returns the worse of the two directions; without links what the gateway itself received last. */
function qualityBetween(parent: Device, child: Device, links: readonly Link[]): number | null {
  const both = links.filter(
    ({ from, to }) =>
      (from === parent.uuid && to === child.uuid) || (from === child.uuid && to === parent.uuid),
  );
  if (both.length > 0) return Math.min(...both.map(({ link_quality }) => link_quality));
  return child.parent === null || parent.kind === "coordinator" ? child.link_quality : null;
}
