import type { JsonObject } from "../../base/json.ts";
import type { ClockState, Timestamp } from "./clock.ts";
import type { LockId } from "./door-lock.ts";
import type { SealedCode } from "./sealed-code.ts";

/**
 * Events of the open platform API V1.6, section 9 (its spellings), then latchd's own (docs/mqtt.md).
 * The name is the wire name.
 */
export const eventNames = [
  "batteryAlarm",
  "clearBattryAlarm",
  "brokenAlarm",
  "wrongPwdAlarm",
  "pwdSync",
  "pwdAddLocal",
  "pwdUpdateLocal",
  "pwdDelLocal",
  "lockerOpenAlarm",
  "centerOfflineAlarm",
  "clearCenterOfflineAlarm",
  "lockOfflineAlarm",
  "clearLockOfflineAlarm",
  "pwdOperation",
  "pwdRevokeOverdue",
  "duressAlarm",
  "lockJammedAlarm",
  "lockNotMovedAlarm",
  "outOfWindowOpen",
  "accessRefused",
  "slotDrift",
  "pwdRetired",
  "pwdRestored",
  "grantOutcome",
  "lockPaired",
  "lockRemoved",
  "lockRejoinedAlarm",
  "clearLockRejoinedAlarm",
  "lockFound",
  "joiningClosed",
  "stickOfflineAlarm",
  "clearStickOfflineAlarm",
  "apiOfflineAlarm",
  "clearApiOfflineAlarm",
  "clockAlarm",
  "refusedMessageAlarm",
  "cloudSilentAlarm",
  "clearCloudSilentAlarm",
  "duplicateGatewayAlarm",
  "upgradeRolledBack",
  "recordTooLargeAlarm",
  "messageRequest",
  "activity",
  "signInRefused",
  "callDenied",
  "journalGap",
] as const;

export type EventName = (typeof eventNames)[number];

/**
 * A code that an event carries. It stays sealed in the journal; the transport that sends the event
 * unseals the code and puts it into `detail` at `path`.
 */
export interface SealedDetail {
  /** The path of the code inside `detail`, e.g. `["password", "password"]`. */
  readonly path: readonly (string | number)[];
  readonly code: SealedCode;
  /** What the seal is bound to. */
  readonly boundTo: string;
}

/**
 * The time of an entry that differs from its record's: the entry was reported late, or folding older records
 * moved it. The cloud gets this time in place of the record's.
 */
export interface EventTime extends Timestamp {
  /** The id of the record that the entry was moved from: the cloud may have received it under that id. */
  readonly id?: string;
}

/** Something that happened. The cloud receives it in the V1.6 event envelope. */
export interface EventEntry {
  readonly kind: "event";
  readonly event: EventName;
  /** The device it concerns; null = the gateway itself. */
  readonly lock: LockId | null;
  readonly detail: JsonObject | null;
  readonly sealed?: readonly SealedDetail[];
  readonly happened?: EventTime;
}

/** The answer to a command that arrived over MQTT. */
export interface ReplyEntry {
  readonly kind: "reply";
  /** The command's own id. */
  readonly commandId: string;
  readonly command: string;
  /** The lock that the command named: what it answers goes when that lock is unpaired. */
  readonly lock?: LockId;
  readonly errNo: number;
  readonly errMsg: string;
  readonly result: JsonObject;
  readonly sealed?: readonly SealedDetail[];
  readonly happened?: EventTime;
}

export type JournalEntry = EventEntry | ReplyEntry;

/**
 * One record of the journal. The journal has everything that the cloud receives, in one sequence per epoch.
 * `seq` counts from 1 without a gap; `hash` chains the record to the one before.
 */
export interface JournalRecord {
  readonly epoch: string;
  readonly seq: number;
  /** Unique id of the record, by which the cloud recognises repetitions. */
  readonly id: string;
  /** Trusted time in ms UTC when it happened, and how far that time can be trusted. */
  readonly atMs: number;
  readonly clock: ClockState;
  readonly entry: JournalEntry;
  readonly hash: string;
  /** Present if texts about people were erased from the entry: it keeps the chain verifiable. */
  readonly erased?: ErasedLink;
}

/** Keeps the chain verifiable where an entry has changed since its record's hash was computed. */
export interface ErasedLink {
  /** The hash of the record before. */
  readonly previous: string;
  /** Hash over both links and the remaining entry. */
  readonly check: string;
}
