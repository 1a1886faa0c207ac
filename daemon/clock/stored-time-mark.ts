import { Type } from "typebox";
import { Check } from "typebox/value";
import { bareTimeMark, type TimeMark } from "../core/time/time-mark.ts";
import { put, type Store } from "../store/store.ts";

/** Which start of the machine it was, and how long it had been up, ms. */
export interface MachineBoot {
  readonly id: string;
  readonly uptimeMs: number;
}

/** A mark, and when it was written as the machine counts. */
export interface StoredMark {
  readonly mark: TimeMark;
  /** Null = the machine did not say. */
  readonly boot: MachineBoot | null;
}

/** Where the mark is kept. */
export interface MarkPort {
  load(): StoredMark | null;
  /** A rejection is told to the clock's `onSaveFailed`, and tried again with the next tick. */
  save(kept: StoredMark): Promise<void>;
}

/** `highWaterMs` is all that latchd 0.1.0 kept; it is written on, for a way back to that version. */
const settings = { mark: "clock.mark", highWater: "clock.highWaterMs" } as const;

const whole = Type.Integer({ minimum: 0 });
const age = Type.Number({ minimum: 0 });
const schema = Type.Object({
  mark: Type.Object({
    unixMs: whole,
    cloudLeadMs: age,
    isFirm: Type.Boolean(),
    syncedAgoMs: Type.Number(),
    ranMs: age,
    allowance: Type.Array(
      Type.Object({
        source: Type.Union([Type.Literal("ntp"), Type.Literal("cloud")]),
        kind: Type.Union([Type.Literal("step"), Type.Literal("leap")]),
        hour: whole,
        ms: age,
      }),
      { maxItems: 1000 },
    ),
    leaptAtRanMs: Type.Union([age, Type.Null()]),
    setBackFromMs: Type.Union([age, Type.Null()]),
  }),
  boot: Type.Union([Type.Object({ id: Type.String(), uptimeMs: age }), Type.Null()]),
});

/** Keeps the mark in the store. A mark that cannot be read counts as one of the time alone. */
export function storedTimeMark(store: Store): MarkPort {
  const setting = (name: string) => store.get("setting", [name])?.value;
  return {
    load: () => {
      const kept = readMark(setting(settings.mark));
      if (kept !== null) return kept;
      const highWaterMs = setting(settings.highWater);
      return typeof highWaterMs === "number"
        ? { mark: bareTimeMark(highWaterMs), boot: null }
        : null;
    },
    save: async (kept) => {
      const { unixMs } = kept.mark;
      const changes = [
        put("setting", [settings.mark], { value: JSON.stringify(kept) }),
        put("setting", [settings.highWater], { value: unixMs }),
      ];
      await store.commit({ changes, journal: [] }, { atMs: unixMs, clock: "synced" });
    },
  };
}

function readMark(value: unknown): StoredMark | null {
  if (typeof value !== "string") return null;
  try {
    const kept: unknown = JSON.parse(value);
    return Check(schema, kept) ? kept : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
