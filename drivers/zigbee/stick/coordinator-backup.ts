import { isObject } from "../../../daemon/base/json.ts";
/** The stick's backup in the open coordinator backup format (zigpy/open-coordinator-backup 1). Pure. */

/** What identifies a network in a backup. */
export interface BackupNetwork {
  readonly panId: unknown;
  readonly extendedPanId: readonly number[];
  readonly networkKey: readonly number[];
  readonly channel: unknown;
}

/** Marks a device whose key the stick has not been asked for yet; herdsman drops it with the next backup. */
export const keyIsMissing = "latchd_key_is_missing";

interface OpenBackup {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly devices: readonly Readonly<Record<string, unknown>>[];
}

/** Returns the network in a backup, or null when its parts are not there. */
export function networkOfBackup(content: Buffer): BackupNetwork | null {
  const fields = parsed(content);
  const key = isObject(fields?.["network_key"]) ? fields["network_key"]["key"] : undefined;
  const panId = fields?.["pan_id"];
  const extendedPanId = fields?.["extended_pan_id"];
  if (typeof panId !== "string" || typeof key !== "string") return null;
  if (typeof extendedPanId !== "string") return null;
  return {
    panId: Number.parseInt(panId, 16),
    extendedPanId: [...Buffer.from(extendedPanId, "hex")],
    networkKey: [...Buffer.from(key, "hex")],
    channel: fields?.["channel"],
  };
}

/**
 * Whether herdsman can read a backup and, where the gateway's own network is known, it is of that network.
 * A stick that has lost its flash may have been copied before that was noticed.
 * @param own null = not known
 */
export function isGoodBackup(
  content: Buffer,
  own: Pick<BackupNetwork, "panId" | "extendedPanId" | "networkKey"> | null,
): boolean {
  // Herdsman's own format of before 2021, which names no parts that can be compared.
  if (isObject(parsed(content)?.["data"]) && "adapterType" in (parsed(content) ?? {})) return true;
  const network = networkOfBackup(content);
  if (network === null || openBackup(content) === null) return false;
  return (
    own === null ||
    (network.panId === own.panId &&
      isEqual(network.extendedPanId, own.extendedPanId) &&
      isEqual(network.networkKey, own.networkKey))
  );
}

/** Returns the network addresses of the devices in a backup, by their id (`0x` and 16 hex digits). */
export function addressesIn(content: Buffer): ReadonlyMap<string, number> {
  const addresses = new Map<string, number>();
  for (const { ieee_address: ieee, nwk_address: address } of openBackup(content)?.devices ?? []) {
    if (typeof ieee !== "string" || typeof address !== "string") continue;
    const networkAddress = Number.parseInt(address, 16);
    if (networkAddress > 0 && networkAddress < 0xfff8) addresses.set(`0x${ieee}`, networkAddress);
  }
  return addresses;
}

/**
 * Returns the newer backup with the devices of these locks that only the older one has, or null when there
 * is nothing to add. A stick forgets entries now and then, and their keys would be lost with its flash.
 */
export function withMissingDevices(
  newer: Buffer,
  older: Buffer,
  locks: ReadonlySet<string>,
): Buffer | null {
  const [into, from] = [openBackup(newer), openBackup(older)];
  if (into === null || from === null) return null;
  const known = new Set(into.devices.map(({ ieee_address }) => ieee_address));
  const missing = from.devices.filter(
    ({ ieee_address: ieee }) => !known.has(ieee) && locks.has(`0x${String(ieee)}`),
  );
  if (missing.length === 0) return null;
  const fields = { ...into.fields, devices: [...into.devices, ...missing] };
  return Buffer.from(JSON.stringify(fields, null, 2));
}

/**
 * Returns the backup with these devices added, or null when it has them all. A lock that was paired after
 * the last backup has no key in it; with its address alone it is still reached by the network's key.
 * @param addresses network addresses by device id
 */
export function withDevices(
  content: Buffer,
  addresses: ReadonlyMap<string, number>,
): Buffer | null {
  const backup = openBackup(content);
  if (backup === null) return null;
  const present = new Set(backup.devices.map(({ ieee_address: ieee }) => `0x${String(ieee)}`));
  const missing = [...addresses].filter(([id]) => !present.has(id));
  if (missing.length === 0) return null;
  const added = missing.map(([id, address]) => ({
    nwk_address: address.toString(16).padStart(4, "0"),
    ieee_address: id.slice(2),
    is_child: true,
    [keyIsMissing]: true,
  }));
  const fields = { ...backup.fields, devices: [...backup.devices, ...added] };
  return Buffer.from(JSON.stringify(fields, null, 2));
}

function openBackup(content: Buffer): OpenBackup | null {
  const fields = parsed(content);
  if (fields === null) return null;
  const { metadata, devices, coordinator_ieee: ieee } = fields;
  if (!isObject(metadata) || metadata["format"] !== "zigpy/open-coordinator-backup") return null;
  if (metadata["version"] !== 1 || typeof ieee !== "string") return null;
  return Array.isArray(devices) && devices.every(isObject) ? { fields, devices } : null;
}

function parsed(content: Buffer): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(content.toString("utf8"));
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isEqual(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
