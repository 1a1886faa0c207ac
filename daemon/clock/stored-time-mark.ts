import { isObject } from "../base/json.ts";
import { bareTimeMark, type TimeMark } from "../core/time/time-mark.ts";
import { put, type Store } from "../store/store.ts";

/** A start of the machine, and for how long it had been up, ms. */
export interface MachineBoot {
  readonly id: string;
  readonly uptimeMs: number;
}

/** A mark, and the machine's uptime when it was written. */
export interface StoredMark {
  readonly mark: TimeMark;
  /** Null = not known. */
  readonly boot: MachineBoot | null;
}

/** Where the mark is kept. */
export interface MarkPort {
  load(): StoredMark | null;
  /** The clock passes a rejection to `onSaveFailed`, and tries again with the next tick. */
  save(stored: StoredMark): Promise<void>;
}

/** latchd 0.1.0 kept only `highWaterMs`; it is still written, so that a downgrade to that version works. */
const settings = { mark: "clock.mark", highWater: "clock.highWaterMs" } as const;

/** Limit of the entries of an allowance; the clock keeps far fewer. */
const maxAllowances = 1_000;

/** Keeps the mark in the store. A malformed mark counts as one with the time alone. */
export function storedTimeMark(store: Store): MarkPort {
  const setting = (name: string) => store.get("setting", [name])?.value;
  return {
    load: () => {
      const stored = readMark(setting(settings.mark));
      if (stored !== null) return stored;
      const highWaterMs = setting(settings.highWater);
      return typeof highWaterMs === "number"
        ? { mark: bareTimeMark(highWaterMs), boot: null }
        : null;
    },
    save: async (stored) => {
      const { unixMs, syncedAgoMs } = stored.mark;
      const clock = syncedAgoMs === null ? "lost" : "synced";
      const changes = [
        put("setting", [settings.mark], { value: JSON.stringify(stored) }),
        put("setting", [settings.highWater], { value: unixMs }),
      ];
      await store.commit({ changes, journal: [] }, { atMs: unixMs, clock });
    },
  };
}

function readMark(value: unknown): StoredMark | null {
  if (typeof value !== "string") return null;
  try {
    const stored: unknown = JSON.parse(value);
    return isStoredMark(stored) ? stored : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/**
 * Checked by hand: the clock is made before the stick is told to start, and a schema would load TypeBox
 * (docs/decisions/lazy-loading.md).
 */
function isStoredMark(value: unknown): value is StoredMark {
  return isObject(value) && isTimeMark(value["mark"]) && isBootOrNull(value["boot"]);
}

function isBootOrNull(value: unknown): boolean {
  if (value === null) return true;
  return isObject(value) && typeof value["id"] === "string" && isAge(value["uptimeMs"]);
}

function isTimeMark(value: unknown): value is TimeMark {
  if (!isObject(value)) return false;
  const { unixMs, cloudLeadMs, isFirm, syncedAgoMs, ranMs, allowance } = value;
  return (
    isWhole(unixMs) &&
    isAge(cloudLeadMs) &&
    typeof isFirm === "boolean" &&
    (syncedAgoMs === null || Number.isFinite(syncedAgoMs)) &&
    isAge(ranMs) &&
    isAllowance(allowance) &&
    isAgeOrNull(value["leaptAtRanMs"]) &&
    isAgeOrNull(value["setBackFromMs"])
  );
}

function isAllowance(value: unknown): boolean {
  return Array.isArray(value) && value.length <= maxAllowances && value.every(isAllowanceEntry);
}

function isAllowanceEntry(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { source, kind, hour, ms } = value;
  const isKnown = (source === "ntp" || source === "cloud") && (kind === "step" || kind === "leap");
  return isKnown && isWhole(hour) && isAge(ms);
}

function isWhole(value: unknown): boolean {
  return isAge(value) && Number.isInteger(value);
}

function isAge(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function isAgeOrNull(value: unknown): boolean {
  return value === null || isAge(value);
}
