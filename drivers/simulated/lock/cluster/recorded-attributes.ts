import { ClusterId, DoorLockAttribute } from "../../zcl/constants.ts";
import { DataType, type DataTypeId } from "../../zcl/data-type.ts";
import type { MemoryFile } from "../body/memory.ts";
import type { RecordedLock } from "../profiles.ts";
import { type Attribute, attributeTable, type Cluster } from "./cluster.ts";

/** Initial values of attributes that the lock changes later. */
const live: Readonly<Record<string, "lockState" | "doorState">> = {
  [keyOf(ClusterId.doorLock, DoorLockAttribute.lockState)]: "lockState",
  [keyOf(ClusterId.doorLock, DoorLockAttribute.doorState)]: "doorState",
};

/** Follows the cells. */
const percentage = keyOf(ClusterId.powerConfiguration, 0x0021);

/** Makes a lock's attributes what was read from a real one; what was not read stays as it is. */
export function applyRecord(
  record: RecordedLock,
  clusters: Map<number, Cluster>,
  file: MemoryFile,
): void {
  file.memory.batteryPercent = record.batteryPercent ?? file.memory.batteryPercent;
  for (const id of record.missingClusters) clusters.delete(id);
  for (const [id, cluster] of clusters) {
    const attributes = new Map(cluster.attributes);
    for (const [key, value] of record.values) {
      const [clusterId, attributeId] = idsOf(key);
      if (clusterId === id) begin(attributes, attributeId, { key, value, file });
    }
    for (const key of record.missing) {
      const [clusterId, attributeId] = idsOf(key);
      if (clusterId === id) attributes.delete(attributeId);
    }
    clusters.set(id, { ...cluster, attributes: attributeTable([...attributes.values()]) });
  }
}

function begin(
  attributes: Map<number, Attribute>,
  id: number,
  { key, value, file }: { readonly key: string; readonly value: number; readonly file: MemoryFile },
): void {
  if (key === percentage) return;
  const state = live[key];
  if (state !== undefined) {
    file.memory[state] = value;
    return;
  }
  const known = attributes.get(id);
  if (known === undefined) {
    attributes.set(id, { id, type: typeFor(value), read: () => value });
  } else if (known.write === undefined) {
    attributes.set(id, { ...known, read: () => value });
  } else {
    file.memory.settings[key] ??= value;
  }
}

/** The smallest unsigned type that holds it: the record does not say which it was. */
function typeFor(value: number): DataTypeId {
  if (value <= 0xff) return DataType.uint8;
  return value <= 0xffff ? DataType.uint16 : DataType.uint32;
}

export function keyOf(clusterId: number, attributeId: number): string {
  return `${clusterId}:${attributeId}`;
}

function idsOf(key: string): readonly [clusterId: number, attributeId: number] {
  const [clusterId = -1, attributeId = -1] = key.split(":").map(Number);
  return [clusterId, attributeId];
}
