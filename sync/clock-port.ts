import type { TimeReading } from "../daemon/core/model/clock.ts";

/** The gateway's trusted time, as the synchronisation sees it. */
export interface SyncClock {
  reading(): TimeReading;
  /**
   * Offers the time that the cloud's message states, in ms UTC. The clock decides what it proves.
   * @param isAnswer whether the message answers a recent question on this connection
   */
  offerCloudTime(unixMs: number, isAnswer?: boolean): void;
  /** Returns whether an answer of the cloud would help now. */
  wantsCloudTime(): boolean;
}
