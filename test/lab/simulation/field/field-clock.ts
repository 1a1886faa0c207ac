import type { ServedTime } from "../../../../daemon/core/time/served-time.ts";
import { zigbeeEpochMs } from "../../../../daemon/core/time/zigbee-time.ts";

interface Shift {
  readonly startMs: number;
  readonly endMs: number;
  readonly shiftMs: number;
}

/**
 * A lock's own clock: it drifts, it loses its time with its battery, and it shows the wall clock of
 * the zone that it was told. One that is written knows the offset of that moment alone; one that asks
 * is told the whole stretch of daylight saving and turns by itself.
 */
export class FieldClock {
  readonly #driftPpm: number;
  /** True time at which it was last set or reset, and what it showed then, ms UTC. */
  #setMs: number;
  #shownMs = zigbeeEpochMs;
  #isSet = false;
  #offsetMs = 0;
  #shift: Shift | null = null;

  constructor(driftPpm: number, trueMs: number) {
    this.#driftPpm = driftPpm;
    this.#setMs = trueMs;
  }

  /** The battery was taken out: it counts from 2000 again. */
  reset(trueMs: number): void {
    this.#isSet = false;
    this.#set(trueMs, zigbeeEpochMs);
  }

  /** Somebody turned it, or it skipped. */
  turn(trueMs: number, byMs: number): void {
    this.#set(trueMs, this.#utcMs(trueMs) + byMs);
  }

  /** Write Attributes of its Time cluster. */
  write(trueMs: number, utcSeconds: number, offsetSeconds: number): void {
    this.#isSet = true;
    this.#offsetMs = offsetSeconds * 1000;
    this.#shift = null;
    this.#set(trueMs, zigbeeEpochMs + utcSeconds * 1000);
  }

  /** It asked, and was answered. */
  take(trueMs: number, { unixSeconds, zoneSeconds, dst }: ServedTime): void {
    this.#isSet = true;
    this.#offsetMs = zoneSeconds * 1000;
    this.#shift =
      dst === null
        ? null
        : {
            startMs: dst.startUnixSeconds * 1000,
            endMs: dst.endUnixSeconds * 1000,
            shiftMs: dst.shiftSeconds * 1000,
          };
    this.#set(trueMs, unixSeconds * 1000);
  }

  /** True time at which it was last set, turned or reset: what it showed before says nothing any more. */
  get setMs(): number {
    return this.#setMs;
  }

  /** Seconds since 2000 UTC. */
  utcSeconds(trueMs: number): number {
    return Math.floor((this.#utcMs(trueMs) - zigbeeEpochMs) / 1000);
  }

  /** Its wall clock, seconds since 2000; null = it is not set. */
  localSeconds(trueMs: number): number | null {
    if (!this.#isSet) return null;
    const utcMs = this.#utcMs(trueMs);
    const shift = this.#shift;
    const isShifted = shift !== null && utcMs >= shift.startMs && utcMs < shift.endMs;
    const wallMs = utcMs + this.#offsetMs + (isShifted ? shift.shiftMs : 0);
    return Math.floor((wallMs - zigbeeEpochMs) / 1000);
  }

  /** How far it is ahead of `nowMs`, ms of UTC: the wall's offset left aside; null = it is not set. */
  aheadMs(trueMs: number, nowMs: number): number | null {
    return this.#isSet ? this.#utcMs(trueMs) - nowMs : null;
  }

  #set(trueMs: number, shownMs: number): void {
    this.#setMs = trueMs;
    this.#shownMs = shownMs;
  }

  #utcMs(trueMs: number): number {
    const sinceMs = trueMs - this.#setMs;
    return this.#shownMs + sinceMs + (sinceMs * this.#driftPpm) / 1e6;
  }
}
