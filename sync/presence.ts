import type { ClockState } from "../daemon/core/clock.ts";
import type { JsonObject } from "../daemon/core/journal.ts";
import type { JournalRange } from "../daemon/store/store.ts";

/** Versions of the parts of the gateway, by name. */
export type Versions = Readonly<Record<string, string>>;

/** Everything the birth message tells. */
export interface Birth {
  /** Random for each start of the process. */
  readonly boot: string;
  readonly journal: JournalRange;
  /** Keyed hash over desired and confirmed state: an equal one means nothing is to be repaired. */
  readonly digest: string;
  readonly versions: Versions;
  readonly clock: ClockState;
}

/** The retained message on `up/state` while the gateway is connected. */
export function birthBody(birth: Birth): string {
  const { boot, journal, digest, versions, clock } = birth;
  const { epoch, head, tail } = journal;
  const body: JsonObject = { state: "online", boot, epoch, head, tail, digest, versions, clock };
  return JSON.stringify(body);
}

/**
 * The will, and the farewell of a gateway that stops. `boot` tells the cloud whose death it is:
 * a late will of an earlier start is not the death of this one.
 */
export function offlineBody(boot: string): string {
  const body: JsonObject = { state: "offline", event: "centerOfflineAlarm", boot };
  return JSON.stringify(body);
}
