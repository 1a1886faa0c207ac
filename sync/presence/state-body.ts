import type { JsonObject } from "../../daemon/base/json.ts";
import type { ClockState } from "../../daemon/core/model/clock.ts";
import type { EventEntry, EventTime } from "../../daemon/core/model/journal.ts";
import type { JournalRange } from "../../daemon/store/store.ts";
import type { UnheardRange } from "../up/unheard-records.ts";
import type { Digest, LockDigest } from "./state-digest.ts";

/** Versions of the parts of the gateway, by name. */
export type Versions = Readonly<Record<string, string>>;

/** Everything the birth message tells. */
export interface Birth {
  /** Random for each start of the process. */
  readonly boot: string;
  /** The number of this start, and its proof: by them the gateway knows its own word again. */
  readonly start: number;
  readonly proof: string;
  readonly journal: JournalRange;
  /** Records that the broker took and nobody heard; null = none that are known of. */
  readonly unheard: UnheardRange | null;
  readonly digest: Digest;
  readonly versions: Versions;
  readonly clock: ClockState;
  /** Asks for the cloud's time: sent back with it within 30 s it proves that the cloud speaks now. */
  readonly timeNonce: string;
  /** The key to encrypt to, and messages refused since the start because nobody vouched for them. */
  readonly protection?: { readonly kid: string; readonly forged: number };
}

/**
 * The retained message on `up/state` while the gateway is connected.
 * @param locks the digests of single locks, in an answer to who asked for them
 */
export function birthBody(birth: Birth, locks?: readonly LockDigest[]): string {
  const { boot, start, proof, journal, digest, versions, clock } = birth;
  const { epoch, head, tail } = journal;
  const body: JsonObject = {
    state: "online",
    boot,
    epoch,
    head,
    tail,
    ...(birth.unheard === null ? {} : { unheard: { ...birth.unheard } }),
    digest: { ...digest },
    versions,
    clock,
    start,
    proof,
    time_nonce: birth.timeNonce,
    ...(birth.protection === undefined ? {} : { protection: { ...birth.protection } }),
    ...(locks === undefined ? {} : { locks: locks.map((lock) => ({ ...lock })) }),
  };
  return JSON.stringify(body);
}

/** The birth for a broker that does not take the whole one: who speaks, and how far the journal is. */
export function shortBirthBody(birth: Pick<Birth, "boot" | "start" | "proof" | "journal">): string {
  const { boot, start, proof, journal } = birth;
  const { epoch, head, tail } = journal;
  const body: JsonObject = { state: "online", boot, epoch, head, tail, start, proof };
  return JSON.stringify(body);
}

/**
 * The will, and the farewell of a gateway that stops. `boot` tells the cloud whose death it is:
 * a late will of an earlier start is not the death of this one. A farewell also says how far the journal
 * came, with its proof; a will is written too early for that.
 */
export function offlineBody(
  boot: string,
  last?: Pick<Birth, "start" | "proof" | "journal">,
): string {
  const body: JsonObject = {
    state: "offline",
    event: "centerOfflineAlarm",
    boot,
    ...(last === undefined
      ? {}
      : {
          epoch: last.journal.epoch,
          head: last.journal.head,
          start: last.start,
          proof: last.proof,
        }),
  };
  return JSON.stringify(body);
}

/** A loss and its end, for the event stream: each with its own time, told when the line is back. */
export function lossEvents(lost: EventTime, back: EventTime): readonly EventEntry[] {
  const detail = { offline_s: Math.max(0, Math.round((back.atMs - lost.atMs) / 1000)) };
  const common = { kind: "event", lock: null } as const;
  return [
    { ...common, event: "centerOfflineAlarm", detail: null, happened: lost },
    { ...common, event: "clearCenterOfflineAlarm", detail, happened: back },
  ];
}
