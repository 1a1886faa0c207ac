/** A damaged store that was set aside for people to examine. */
export interface SetAsideStore {
  readonly folder: string;
  readonly atMs: number;
}

/** The disk of the data folder and what is kept on it beside the store. */
export interface StorageReport {
  /** Space that the daemon can still use; null = the disk does not say. */
  readonly freeBytes: number | null;
  /** Age of the gateway's own copy of the store, by the gateway's time, ms; null = there is no copy. */
  readonly copyAgeMs: number | null;
  /** When the copies were written, by the machine's clock, ms UTC; null = there is none. */
  readonly copyMs: number | null;
  readonly networkCopyMs: number | null;
  /** The newest damaged store that is kept; null = none. */
  readonly setAside: SetAsideStore | null;
}

const mebibyte = 1024 * 1024;
/** Below this the ballast has been dropped, or is dropped at the next start. */
const fullBytes = 16 * mebibyte;
/** Below this there is no room for a ballast of 64 MB, for new journal files and for a copy. */
const lowBytes = 192 * mebibyte;
/** A copy is made every day in which something has changed, and each day something changes. */
const oldCopyMs = 48 * 3_600_000;

/** Returns how much space there is for the store. */
export function diskState({ freeBytes }: StorageReport): "enough" | "low" | "full" {
  if (freeBytes === null || freeBytes >= lowBytes) return "enough";
  return freeBytes < fullBytes ? "full" : "low";
}

/** Returns whether the gateway's own copy of the store is older than it may be. */
export function isCopyOld({ copyAgeMs }: StorageReport): boolean {
  return copyAgeMs !== null && copyAgeMs > oldCopyMs;
}

/** Name of the setting with the time of the copy that the store came from, ms UTC. */
export const copyMadeSetting = ["store.copyMadeAtMs"] as const;

/** Name of the setting of a store that began empty in place of a lost one. */
export const begunEmptySetting = ["store.begunEmpty"] as const;

/** Name of the setting with the time of the last backup that a person made, ms UTC. */
export const backupMadeSetting = ["backup.madeAtMs"] as const;

const dayMs = 86_400_000;
/** Callers are warned this long before a certificate ends; the gateway renews its own earlier. */
const certificateWarningMs = 14 * dayMs;

/** Returns how a certificate is that ends at `endMs`; null = there is none. */
export function certificateState(endMs: number | null, nowMs: number): "valid" | "ending" | "over" {
  if (endMs === null || endMs - nowMs > certificateWarningMs) return "valid";
  return endMs <= nowMs ? "over" : "ending";
}
