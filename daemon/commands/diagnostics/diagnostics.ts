import type { JsonObject } from "../../base/json.ts";
import type { ClockState } from "../../core/model/clock.ts";
import type { LockId, UserId } from "../../core/model/door-lock.ts";
import type { NetworkReport } from "../../core/model/gateway/network.ts";
import type { PinReading } from "../../core/model/operation.ts";
import type { Requester } from "../../core/model/requester.ts";
import type { SourceReading } from "../../core/time/trusted-time.ts";

/** The stick as it is now. */
export interface StickReport {
  readonly path: string;
  readonly state: "starting" | "online" | "offline";
  /** Why it is not online: a word to act on (`stickMissing` …) and a sentence; null and empty when it is. */
  readonly cause: string | null;
  readonly reason: string;
  readonly firmware: string;
  readonly channel: number | null;
  readonly panId: number | null;
  /** A question to the stick and its answer; null = not asked, or no answer. */
  readonly pingMs: number | null;
}

/** What is going on with a lock besides its records. */
export interface LockReport {
  /** Since it was last heard; null = not since the start. */
  readonly silentForMs: number | null;
  /** How long it is still left alone after it did not answer. */
  readonly breakMs: number;
  readonly isWorking: boolean;
  /** False = the network does not know it, and nothing reaches it. True while there is no stick. */
  readonly isOnNetwork: boolean;
}

export interface ClockReport {
  readonly state: ClockState;
  readonly nowMs: number;
  /** The system's own clock. */
  readonly systemMs: number;
  readonly timeZone: string;
  readonly trust: string;
  readonly sources: readonly SourceReading[];
  /** What a person may set, ms UTC. */
  readonly earliestMs: number;
  readonly latestMs: number;
}

/** A slot as the lock answers at this moment. */
export type SlotAnswer =
  | { readonly kind: "read"; readonly reading: PinReading }
  | { readonly kind: "refused" }
  | { readonly kind: "unsupported" }
  | { readonly kind: "unreachable" };

/** Whether a slot was cleared by hand. */
export type ClearAnswer = "done" | "refused" | "unsupported" | "unreachable";

/** How a callback URL is doing. */
export interface CallbackReport {
  readonly callbackId: string;
  readonly state: "idle" | "sending" | "waiting";
  readonly backlog: number;
  readonly delivered: number;
  readonly leftOut: number;
  readonly lastError: string;
}

export const logLevels = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
export type LogLevel = (typeof logLevels)[number];

/** For whom something is done by hand, and until when. */
export interface ImmediateOptions {
  readonly requester?: Requester;
  /** Aborted when the caller went away: nothing more is sent for it. */
  readonly signal?: AbortSignal;
}

/** What commands may look at and do beside the records. */
export interface Diagnostics {
  /** Asks the stick: takes up to 2 s when it does not answer. */
  stick(): Promise<StickReport>;
  /**
   * @param withLinks asks every router for its neighbours: some seconds, and air time. Callers who ask
   * meanwhile get the same report; the routers are asked no longer than somebody waits.
   */
  network(withLinks: boolean, signal?: AbortSignal): Promise<NetworkReport>;
  lock(lock: LockId): LockReport;
  clock(): ClockReport;
  /** A person says what time it is, ms UTC. @returns false when it lies outside what may be set. */
  setClock(unixMs: number): boolean;
  /** Reads one slot now, in the lock's turn. */
  readSlot(lock: LockId, userId: UserId, options?: ImmediateOptions): Promise<SlotAnswer>;
  /** Clears one slot now, in the lock's turn. */
  clearSlot(lock: LockId, userId: UserId, options?: ImmediateOptions): Promise<ClearAnswer>;
  logLevel(): LogLevel;
  /** Until the next start. */
  setLogLevel(level: LogLevel): void;
  callbacks(): readonly CallbackReport[];
  /** The registered URLs have changed. */
  callbacksChanged(): void;
  /**
   * Why events may not go to this URL; null = they may, as far as its text tells.
   * @param isLocal it is registered on the gateway itself, and may name this machine
   */
  callbackFault(url: URL, isLocal: boolean): string | null;
  /** The configuration without anything secret, and the versions: for support. */
  support(): JsonObject;
}
