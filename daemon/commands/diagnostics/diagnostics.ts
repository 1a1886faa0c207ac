import type { JsonObject } from "../../base/json.ts";
import type { ClockState } from "../../core/model/clock.ts";
import type { LockId, UserId } from "../../core/model/door-lock.ts";
import type { HealthReport } from "../../core/model/gateway/health.ts";
import type { NetworkReport } from "../../core/model/gateway/network.ts";
import type { RollBack } from "../../core/model/gateway/roll-back.ts";
import type { StorageReport } from "../../core/model/gateway/storage.ts";
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
  /** Time of a ping of the stick; null = no ping, or no answer. */
  readonly pingMs: number | null;
}

/** Why the link to the cloud failed. */
export interface CloudFault {
  readonly cause: string;
  readonly why: string;
  readonly atMs: number;
}

/** The link to the cloud as it is now. */
export interface CloudReport {
  readonly isConnected: boolean;
  /** When `isConnected` last changed. */
  readonly sinceMs: number;
  readonly backlog: number;
  /** Nothing in the backlog may be dropped, and it is at its limit. */
  readonly isFull: boolean;
  /** The last record that the cloud has. */
  readonly cursor: number;
  readonly lastError: CloudFault | null;
  readonly alarm: CloudFault | null;
  readonly commands: "off" | "signed" | "sealed";
  readonly codes: "off" | "sealed";
  readonly isLineEncrypted: boolean;
}

/** The state of a lock that no record has. */
export interface LockReport {
  /** Since the last frame from it; null = none since the start. */
  readonly silentForMs: number | null;
  /** Rest of the pause after it did not answer. */
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

/** What the lock answers about a slot now. */
export type SlotAnswer =
  | { readonly kind: "read"; readonly reading: PinReading }
  | { readonly kind: "refused" }
  | { readonly kind: "unsupported" }
  | { readonly kind: "unreachable" };

/** What became of a slot that a caller wants cleared. */
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

/** For whom the gateway works at a lock at once, beside the plan, and until when. */
export interface ImmediateOptions {
  readonly requester?: Requester;
  /** Aborted when the caller went away: the gateway sends nothing more for it. */
  readonly signal?: AbortSignal;
}

/** What commands read and do beside the records. */
export interface Diagnostics {
  /** Returns how each part of the gateway is, without waiting for anything. */
  health(): HealthReport;
  /** Pings the stick, which takes up to 2 s when it does not answer. */
  stick(): Promise<StickReport>;
  /** Reads the disk of the data folder. */
  storage(): Promise<StorageReport>;
  /** When the certificate of the API ends, ms UTC; null = the API is served without TLS. */
  certificateEndMs(): number | null;
  /** Null = the version that was installed last runs. */
  rollBack(): RollBack | null;
  /** Null = no cloud is configured. */
  cloud(): CloudReport | null;
  /**
   * @param withLinks asks every router for its neighbours, which takes seconds and air time. Callers that
   * come meanwhile get the same report; it stops when nobody waits any more.
   */
  network(withLinks: boolean, signal?: AbortSignal): Promise<NetworkReport>;
  lock(lock: LockId): LockReport;
  clock(): ClockReport;
  /** Sets the time, ms UTC, because a person says so. @returns false when it is outside the limits */
  setClock(unixMs: number): boolean;
  /** Reads one slot at once, in the lock's turn. */
  readSlot(lock: LockId, userId: UserId, options?: ImmediateOptions): Promise<SlotAnswer>;
  /** Clears one slot at once, in the lock's turn. */
  clearSlot(lock: LockId, userId: UserId, options?: ImmediateOptions): Promise<ClearAnswer>;
  logLevel(): LogLevel;
  /** Sets the level until the next start. */
  setLogLevel(level: LogLevel): void;
  callbacks(): readonly CallbackReport[];
  /** Called when the registered URLs have changed. */
  callbacksChanged(): void;
  /**
   * Returns why events may not go to this URL, or null if its text gives no reason.
   * @param isLocal the URL was registered on the gateway itself, and may name this machine
   */
  callbackFault(url: URL, isLocal: boolean): string | null;
  /** Returns the newest lines of the log, each as JSON, the oldest first. */
  logLines(): readonly string[];
  /** Returns a name's pseudonym, which nobody can turn back: the same for the same name of this gateway. */
  pseudonym(name: string): string;
  /** Returns the configuration without anything secret, and the versions, for support. */
  support(): JsonObject;
}
