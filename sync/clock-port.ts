import type { TimeReading } from "../daemon/core/model/clock.ts";

/** The gateway's trusted time, as the synchronisation sees it. */
export interface SyncClock {
  reading(): TimeReading;
  /**
   * The cloud said that it was `unixMs` (ms UTC) when it sent; what that proves is for the clock to say.
   * @param isAnswer it answered a question that was asked on this connection just now
   */
  offerCloudTime(unixMs: number, isAnswer?: boolean): void;
  /** Would an answer of the cloud help now? */
  wantsCloudTime(): boolean;
}
