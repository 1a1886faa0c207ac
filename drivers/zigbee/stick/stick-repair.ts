/**
 * Restores what a stick has lost of a network that it still names. Herdsman compares network and keys
 * only: a stick that has lost its frame counters, the seed of its link keys or its devices passes for sound,
 * no lock answers it, and the next backup loses the same.
 */
import type { AdapterManagerParts, StoredBackup } from "../herdsman/herdsman-parts.ts";

/** NV items of Z-Stack 3.x.0 (ZComDef.h). */
const nvItem = { activeKey: 0x003a, alternateKey: 0x003b, linkKeySeed: 0x0101 } as const;
/** NVINTF_SYSID_ZSTACK and ZCD_NV_EX_NWK_SEC_MATERIAL_TABLE: a counter (4) and an extended PAN id (8) a row. */
const counterTable = { system: 1, item: 7, rowBytes: 12 } as const;
/** ZCD_NV_EX_ADDRMGR: user bits (1 or 2 bytes), a network address (2) and an IEEE address (8) a row. */
const addressTable = { system: 1, item: 1, rows: 512, unused: 0xff } as const;

/**
 * Added to the frame counter of a backup. The backup is up to a day old, and a coordinator sends 5,760 link
 * status frames a day beside the rest; locks drop every frame until the counter has passed the last one.
 * A counter of 32 bits has room for 4,000 restores.
 */
const counterMargin = 1_000_000;
const highestCounter = 0xf000_0000;

export interface RepairContext {
  /** Ids of the locks of the gateway's records. */
  readonly locks: ReadonlySet<string>;
  /** Whether each lock's key is in the backup: if not, a restore would take it from the stick. */
  readonly isBackupWhole: boolean;
  /** Locks that the stick was restored for in this process: it is tried once for each. */
  readonly restoredFor: Set<string>;
  /** Called for each part that was lost and restored. */
  readonly onLoss: (part: StickPart, locks: readonly string[]) => void;
}

export type StickPart = "alternateKey" | "linkKeySeed" | "frameCounters" | "devices";

/**
 * Returns herdsman's strategy for the start, after it has restored the parts that can be restored one by one.
 * @param determine herdsman's own decision
 */
export async function strategyAfterRepair(
  parts: AdapterManagerParts,
  determine: () => Promise<unknown>,
  known: RepairContext,
): Promise<unknown> {
  const stored = parts.storedBackup();
  if (stored === null) return await determine();
  // Herdsman fails the start when only this key is missing.
  if (await mendAlternateKey(parts, stored)) known.onLoss("alternateKey", []);
  const strategy = await determine();
  if (strategy === "restoreBackup") return restoring(parts, stored);
  if (strategy !== "startup") return strategy;
  const lost = await lostLocks(parts, stored, known);
  if (lost.length > 0) {
    known.onLoss("devices", lost);
    for (const lock of lost) known.restoredFor.add(lock);
    return restoring(parts, stored);
  }
  const mended: StickPart[] = [];
  if (await mendSeed(parts, stored)) mended.push("linkKeySeed");
  if (await mendCounters(parts, stored)) mended.push("frameCounters");
  for (const part of mended) known.onLoss(part, []);
  // The stack reads both when it boots.
  if (mended.length > 0) await parts.resetAdapter();
  return strategy;
}

function restoring(parts: AdapterManagerParts, stored: StoredBackup): "restoreBackup" {
  parts.restoreWithCounter(counterAbove(stored.frameCounter));
  return "restoreBackup";
}

/** Both hold a sequence number before the key. */
async function mendAlternateKey(
  { nv }: AdapterManagerParts,
  { networkKey }: StoredBackup,
): Promise<boolean> {
  const active = await nv.readItem(nvItem.activeKey, 0);
  if (!active?.subarray(1, 17).equals(networkKey)) return false;
  const alternate = await nv.readItem(nvItem.alternateKey, 0);
  if (alternate?.subarray(1, 17).equals(networkKey)) return false;
  await nv.updateItem(nvItem.alternateKey, active);
  return true;
}

async function mendSeed(
  { nv }: AdapterManagerParts,
  { linkKeySeed }: StoredBackup,
): Promise<boolean> {
  if (linkKeySeed === null) return false;
  const seed = await nv.readItem(nvItem.linkKeySeed, 0);
  if (seed?.equals(linkKeySeed)) return false;
  await nv.writeItem(nvItem.linkKeySeed, linkKeySeed);
  return true;
}

/** A counter in the flash is never lower than in a backup that was made of it. */
async function mendCounters(
  { nv }: AdapterManagerParts,
  { extendedPanId, frameCounter }: StoredBackup,
): Promise<boolean> {
  const { system, item, rowBytes } = counterTable;
  const rows = await nv.readTable("extended", system, item);
  if (rows.length === 0) return false;
  // The stack keeps its bytes in the order in which they travel.
  const ourOwner = Buffer.from(extendedPanId).reverse();
  const ofAny = Buffer.alloc(8, 0xff);
  const ours = rows.filter((row) => {
    const owner = row.subarray(4, rowBytes);
    return row.length >= rowBytes && (owner.equals(ourOwner) || owner.equals(ofAny));
  });
  const counter = Math.max(0, ...ours.map((row) => row.readUInt32LE(0)));
  if (counter >= frameCounter) return false;
  const row = Buffer.alloc(rowBytes);
  row.writeUInt32LE(counterAbove(frameCounter), 0);
  row.set(ourOwner, 4);
  const own = rows.findIndex((each) => each.subarray(4, rowBytes).equals(ourOwner));
  await nv.writeExtendedTableEntry(system, item, Math.max(own, 0), row);
  return true;
}

/** Returns the locks in the backup that the stick no longer knows and was not restored for yet. */
async function lostLocks(
  { nv }: AdapterManagerParts,
  { devices }: StoredBackup,
  { locks, isBackupWhole, restoredFor }: RepairContext,
): Promise<string[]> {
  if (!isBackupWhole) return [];
  const sought = new Set(devices.filter((id) => locks.has(id) && !restoredFor.has(id)));
  const { system, item, rows, unused } = addressTable;
  for (let row = 0; row < rows && sought.size > 0; row += 1) {
    const entry = await nv.readExtendedTableEntry(system, item, row);
    // The table has as many rows as the firmware was built for; without any, nothing can be said.
    if (!entry || entry.length < 11) {
      if (row === 0) return [];
      break;
    }
    const id = `0x${Buffer.from(entry.subarray(-8)).reverse().toString("hex")}`;
    if (entry[0] !== unused) sought.delete(id);
  }
  return [...sought];
}

function counterAbove(counter: number): number {
  return Math.max(counter, Math.min(counter + counterMargin, highestCounter));
}
