import type { TimeReading } from "../daemon/core/clock.ts";

/** The gateway's trusted time, as the synchronisation sees it. */
export interface SyncClock {
  reading(): TimeReading;
  /** The cloud said that it was `unixMs` (ms UTC) when it sent; what that proves is for the clock to say. */
  offerCloudTime(unixMs: number): void;
}
