import type { SimulationTime } from "../../radio.ts";
import { noTime } from "../../zcl/constants.ts";
import type { MemoryFile } from "./memory.ts";

/** The lock's own clock: unset until somebody sets it; it can be made to drift. */
export class LockClock {
  readonly #file: MemoryFile;
  readonly #time: SimulationTime;
  readonly #isAbsent: boolean;
  #driftPpm = 0;

  constructor(file: MemoryFile, time: SimulationTime, isAbsent: boolean) {
    this.#file = file;
    this.#time = time;
    this.#isAbsent = isAbsent;
  }

  /** Seconds since 2000-01-01 UTC, null without a valid clock. */
  utcSeconds(): number | null {
    const set = this.#file.memory.clock;
    if (this.#isAbsent || set === null) return null;
    const elapsedMs = (this.#time.nowMs() - set.setAtMs) * (1 + this.#driftPpm / 1e6);
    return set.utcSeconds + Math.floor(elapsedMs / 1000);
  }

  /** ZigBee local time, null without a valid clock. */
  localSeconds(): number | null {
    const utcSeconds = this.utcSeconds();
    return utcSeconds === null
      ? null
      : utcSeconds + (this.#file.memory.clock?.localOffsetSeconds ?? 0);
  }

  /** ZigBee local time as it goes over the air: 0xFFFFFFFF without a valid clock. */
  wireLocalSeconds(): number {
    return this.localSeconds() ?? noTime;
  }

  get localOffsetSeconds(): number {
    return this.#file.memory.clock?.localOffsetSeconds ?? 0;
  }

  set(utcSeconds: number, localOffsetSeconds: number): void {
    this.#file.memory.clock = { utcSeconds, localOffsetSeconds, setAtMs: this.#time.nowMs() };
    this.#file.changed();
  }

  lose(): void {
    this.#file.memory.clock = null;
    this.#file.changed();
  }

  /** From now on the clock gains `ppm` millionths (negative: loses). */
  drift(ppm: number): void {
    const utcSeconds = this.utcSeconds();
    if (utcSeconds !== null) this.set(utcSeconds, this.localOffsetSeconds);
    this.#driftPpm = ppm;
  }
}
