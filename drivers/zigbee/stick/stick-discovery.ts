import { promises as fs } from "node:fs";
import { join } from "node:path";
import { RadioFaultError } from "./radio-fault.ts";

/** Value of `stick.path` with which the gateway looks for its stick. */
export const automaticPath = "auto";

/** USB ids (vendor:product) of the serial chips on CC2652 sticks. */
const stickIds: ReadonlyMap<string, string> = new Map([
  ["10c4:ea60", "CP2102N"],
  ["1a86:55d4", "CH9102"],
  ["1a86:7523", "CH340"],
  ["0451:bef3", "TI XDS110"],
]);

/** Names that only sticks have: their chips are in many other devices as well. */
const stickWords = /zigbee|cc2652|slae\.sh|zzh|zig-?star|xds110/i;

/** A device that may be a stick. */
export interface FoundStick {
  /** The stable name in /dev/serial/by-id if there is one, else the device itself. */
  readonly path: string;
  readonly chip: string;
  /** The device's own name calls it a Zigbee stick. */
  readonly isNamed: boolean;
}

/**
 * Looks for sticks in sysfs: unlike `udevadm`, which need not be installed, it is always there.
 * @param root where /sys and /dev are, for tests
 */
export async function findSticks(root = "/"): Promise<FoundStick[]> {
  const names = await namesIn(join(root, "sys/class/tty"));
  const stable = await stableNames(root);
  const found: FoundStick[] = [];
  for (const name of names.filter((name) => /^tty(USB|ACM)\d+$/.test(name)).sort()) {
    const usb = await usbDeviceOf(join(root, "sys/class/tty", name, "device"));
    const chip = usb === null ? undefined : stickIds.get(usb.id);
    if (usb === null || chip === undefined) continue;
    // An XDS110 has two ports; the stick is on the first.
    if (chip === "TI XDS110" && usb.interface !== "00") continue;
    const path = stable.get(name) ?? join(root, "dev", name);
    found.push({ path, chip, isNamed: stickWords.test(`${usb.product} ${path}`) });
  }
  return found;
}

/**
 * The path to open: the one given, or for `auto` that of the only stick there is.
 * @throws RadioFaultError `stickMissing` when there is none, or more than one candidate
 */
export async function resolveStickPath(path: string, root = "/"): Promise<string> {
  if (path !== automaticPath) return path;
  const found = await findSticks(root);
  const named = found.filter(({ isNamed }) => isNamed);
  const candidates = named.length > 0 ? named : found;
  const [first, ...others] = candidates;
  if (first === undefined) {
    throw new RadioFaultError(
      "stickMissing",
      "No Zigbee stick was found on USB: plug it in, or give stick.path in the configuration.",
    );
  }
  if (others.length > 0) {
    const paths = candidates.map((stick) => stick.path).join(", ");
    throw new RadioFaultError(
      "stickMissing",
      `Several devices may be the Zigbee stick: give one of them as stick.path: ${paths}.`,
    );
  }
  return first.path;
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await fs.readdir(directory);
  } catch {
    // No such class: no such device.
    return [];
  }
}

/** Device name (`ttyUSB0`) to its link in /dev/serial/by-id. */
async function stableNames(root: string): Promise<ReadonlyMap<string, string>> {
  const directory = join(root, "dev/serial/by-id");
  const names = new Map<string, string>();
  for (const name of await namesIn(directory)) {
    try {
      const target = await fs.readlink(join(directory, name));
      names.set(target.slice(target.lastIndexOf("/") + 1), join(directory, name));
    } catch {
      // Gone since the folder was read.
    }
  }
  return names;
}

/** Walks up from a tty's device to the USB device that it is a part of. */
async function usbDeviceOf(
  device: string,
): Promise<{ readonly id: string; readonly product: string; readonly interface: string } | null> {
  let directory: string;
  try {
    directory = await fs.realpath(device);
  } catch {
    return null;
  }
  let number = "";
  for (let level = 0; level < 4; level++) {
    number ||= await textOf(join(directory, "bInterfaceNumber"));
    const vendor = await textOf(join(directory, "idVendor"));
    if (vendor !== "") {
      const id = `${vendor}:${await textOf(join(directory, "idProduct"))}`;
      return { id, product: await textOf(join(directory, "product")), interface: number };
    }
    directory = join(directory, "..");
  }
  return null;
}

async function textOf(file: string): Promise<string> {
  try {
    return (await fs.readFile(file, "utf8")).trim();
  } catch {
    return "";
  }
}
