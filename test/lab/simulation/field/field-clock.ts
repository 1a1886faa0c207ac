import type { ServedTime } from "../../../../daemon/core/time/served-time.ts";
import { zigbeeEpochMs } from "../../../../daemon/core/time/zigbee-time.ts";

interface Shift {
  readonly startMs: number;
  readonly endMs: number;
  readonly shiftMs: number;
}

/**
 * A lock's own clock: it drifts, it loses its time with its battery, and it shows the wall clock of
 * the zone that the gateway sent. A lock whose clock is written knows only the offset of that moment. A lock that asks
 * for the time gets both dates of daylight saving and changes its offset by itself.
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

  /** Resets the clock as a removed battery does: it counts from 2000 again. */
  reset(trueMs: number): void {
    this.#isSet = false;
    this.#set(trueMs, zigbeeEpochMs);
  }

  /** Shifts the clock, as a person who sets it or a fault does. */
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

  /** Sets the clock from the answer to the lock's own request. */
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

  /** True time at which the clock was last set, shifted or reset. Earlier readings are no longer valid. */
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

  /** How far the clock is ahead of `nowMs` in UTC, without the zone's offset, ms; null = it is not set. */
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
