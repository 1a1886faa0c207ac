/** A device of the network, and the device through which it is reached. */
export interface MapDevice {
  readonly uuid: string;
  readonly kind: string;
  readonly label: string;
  /** null = not known: it is drawn at the stick. */
  readonly parent: string | null;
}

/** Where a device is drawn. Each has a row of its own, so that no two labels can meet. */
export interface MapPlace {
  readonly device: MapDevice;
  readonly x: number;
  readonly y: number;
  /** Side of the stick. The label is on the same side of the device. */
  readonly side: "left" | "right" | "middle";
  /** The device to which a line goes; null = none. */
  readonly to: MapPlace | null;
}

export interface MapLayout {
  readonly width: number;
  readonly height: number;
  readonly places: readonly MapPlace[];
}

const rowHeight = 26;
/** From a device to the devices behind it. */
const indent = 44;
/** From a device's middle to its label. */
export const labelGap = 16;
export const fontSize = 12;
const margin = 16;
/** Room at the stick's own row, above the others. */
const headHeight = 56;

/**
 * Places the devices as a tree: the stick in the middle, and what is reached through it in rows on both sides, as equally
 * as whole branches allow. A device stands under the one through which it is reached, one step further outside.
 */
export function mapLayout(devices: readonly MapDevice[]): MapLayout {
  const hub = devices.find(({ kind }) => kind === "coordinator") ?? null;
  const branches = branchesOf(devices, hub);
  const sides = { left: side(), right: side() };
  for (const branch of branches) {
    const fewer = sides.right.rows <= sides.left.rows ? sides.right : sides.left;
    fewer.branches.push(branch);
    fewer.rows += branch.size;
  }
  const reach = (of: Side) => Math.max(0, ...of.branches.map((branch) => reachOf(branch, 1)));
  const half = margin + Math.max(reach(sides.left), reach(sides.right), halfLabel(hub));
  const height = headHeight + Math.max(sides.left.rows, sides.right.rows) * rowHeight + margin;
  const head: MapPlace | null =
    hub === null ? null : { device: hub, x: half, y: headHeight - 22, side: "middle", to: null };
  const places: MapPlace[] = head === null ? [] : [head];
  for (const name of ["left", "right"] as const) {
    let row = 0;
    const put = (branch: Branch, to: MapPlace | null, depth: number): void => {
      const x = half + (name === "left" ? -1 : 1) * depth * indent;
      const y = headHeight + (row + 0.5) * rowHeight;
      const place: MapPlace = { device: branch.device, x, y, side: name, to };
      row += 1;
      places.push(place);
      for (const behind of branch.behind) put(behind, place, depth + 1);
    };
    for (const branch of sides[name].branches) put(branch, head, 1);
  }
  return { width: 2 * half, height, places };
}

interface Side {
  readonly branches: Branch[];
  rows: number;
}

function side(): Side {
  return { branches: [], rows: 0 };
}

/** A device with everything behind it. */
interface Branch {
  readonly device: MapDevice;
  readonly behind: readonly Branch[];
  /** Devices in it. */
  readonly size: number;
}

/** Returns the branches at the stick, the largest first. A device whose parents lead nowhere is a branch at the stick. */
function branchesOf(devices: readonly MapDevice[], hub: MapDevice | null): readonly Branch[] {
  const others = devices.filter((device) => device !== hub);
  const known = new Set(others.map(({ uuid }) => uuid));
  const children = new Map<string | null, MapDevice[]>();
  for (const device of others) {
    const isBehind = device.parent !== null && known.has(device.parent);
    const parent = isBehind ? device.parent : null;
    children.set(parent, [...(children.get(parent) ?? []), device]);
  }
  const placed = new Set<string>();
  const branchOf = (device: MapDevice): Branch => {
    placed.add(device.uuid);
    const behind = (children.get(device.uuid) ?? [])
      .filter(({ uuid }) => !placed.has(uuid))
      .map(branchOf);
    return { device, behind, size: behind.reduce((sum, { size }) => sum + size, 1) };
  };
  const branches = (children.get(null) ?? []).map(branchOf);
  // What the routers list may form a ring: it is cut at its first device.
  for (const device of others) if (!placed.has(device.uuid)) branches.push(branchOf(device));
  return branches.sort((a, b) => b.size - a.size);
}

/** Returns how far a branch reaches from the stick, its labels included. */
function reachOf({ device, behind }: Branch, depth: number): number {
  const own = depth * indent + labelGap + labelWidth(device.label);
  return Math.max(own, ...behind.map((branch) => reachOf(branch, depth + 1)));
}

function halfLabel(hub: MapDevice | null): number {
  return hub === null ? 200 : labelWidth(hub.label) / 2;
}

/** Returns about how wide a label is at most: no font of a browser is wider. */
export function labelWidth(label: string): number {
  let ems = 0;
  for (const character of label) ems += widthOf(character);
  return Math.ceil(ems * fontSize);
}

function widthOf(character: string): number {
  const isOfWideScript = (character.codePointAt(0) ?? 0) > 0x2e7f;
  if (isOfWideScript || /[MWmw@%]/.test(character)) return 1;
  return /[A-Z]/.test(character) ? 0.8 : 0.62;
}
