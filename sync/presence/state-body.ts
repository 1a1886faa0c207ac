import type { JsonObject } from "../../daemon/base/json.ts";
import type { ClockState } from "../../daemon/core/model/clock.ts";
import type { EventEntry, EventTime } from "../../daemon/core/model/journal.ts";
import type { JournalRange } from "../../daemon/store/store.ts";
import type { UnheardRange } from "../up/unheard-records.ts";
import type { Digest, LockDigest } from "./state-digest.ts";

/** Versions of the parts of the gateway, by name. */
export type Versions = Readonly<Record<string, string>>;

/** What the birth message says. */
export interface Birth {
  /** Random for each start of the process. */
  readonly boot: string;
  /** The number of this start, and its proof: by them the gateway recognises its own messages. */
  readonly start: number;
  readonly proof: string;
  readonly journal: JournalRange;
  /** Records that the broker accepted without a subscriber; null = none are known. */
  readonly unheard: UnheardRange | null;
  readonly digest: Digest;
  readonly versions: Versions;
  readonly clock: ClockState;
  /** Asks for the cloud's time: a message with this nonce within 30 s proves that the cloud sent it now. */
  readonly timeNonce: string;
  /** The key to encrypt to, and how many messages were refused since the start as forged. */
  readonly protection?: { readonly kid: string; readonly forged: number };
}

/**
 * Returns the retained message on `up/state` while the gateway is connected.
 * @param locks the digests of single locks, in the answer to a request for them
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

/** Returns a short birth, with the journal only, for a broker that does not accept the whole one. */
export function shortBirthBody(birth: Pick<Birth, "boot" | "start" | "proof" | "journal">): string {
  const { boot, start, proof, journal } = birth;
  const { epoch, head, tail } = journal;
  const body: JsonObject = { state: "online", boot, epoch, head, tail, start, proof };
  return JSON.stringify(body);
}

/**
 * Returns the will, or the farewell of a gateway that stops. `boot` says which start has ended: a late will
 * of an earlier start says nothing about this one. Only a farewell has the journal and its proof, because a
 * will is written before the journal grows.
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

/** Returns the events of a loss and its end, each with its own time. They are written when the loss ends. */
export function lossEvents(lost: EventTime, back: EventTime): readonly EventEntry[] {
  const detail = { offline_s: Math.max(0, Math.round((back.atMs - lost.atMs) / 1000)) };
  const common = { kind: "event", lock: null } as const;
  return [
    { ...common, event: "centerOfflineAlarm", detail: null, happened: lost },
    { ...common, event: "clearCenterOfflineAlarm", detail, happened: back },
  ];
}
