import type { Capabilities, DoorState, LockId, LockState, OperationSource } from "./door-lock.ts";
import type { JournalEntry } from "./journal.ts";
import type { AuditState } from "./lock/audit-state.ts";
import type { LockClock } from "./lock/lock-clock.ts";
import type { LogCursor } from "./lock/log-cursor.ts";
import type { RemoteOperation } from "./lock/remote-operation.ts";
import type { Scheduling } from "./lock/scheduling.ts";
import type { PasswordId, PasswordRecord } from "./password.ts";
import type { SlotRecord, Slots } from "./slot.ts";

/** A paired lock and its reported state, except its slots. */
export interface LockRecord {
  readonly lock: LockId;
  readonly name: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly firmware: string;
  readonly pairedAtMs: number;
  readonly capabilities: Capabilities;
  readonly lockState: LockState;
  readonly doorState: DoorState;
  /** Percent 0 … 100; null = never reported. */
  readonly batteryPercent: number | null;
  readonly batteryAtMs: number | null;
  /** Battery alarms: the lowest step that was published (10, 7, 5), null = none; and the time of the last alarm. */
  readonly batteryStep: 10 | 7 | 5 | null;
  readonly batteryToldAtMs: number | null;
  /** When about the lock last reported 10 % or less; null or absent = not since the last clear. */
  readonly batteryLowAtMs?: number | null;
  /** The last value was 0 after a much higher one. It counts only if the next value is low too. */
  readonly isZeroBatteryDoubted?: boolean;
  /** The lock reports no percentage, only that its battery is low; `batteryPercent` is a substitute for that. */
  readonly isBatteryFromFlag?: boolean;
  readonly isOnline: boolean;
  readonly onlineChangedAtMs: number;
  /** When the lock announced that it leaves the network; null or absent = a frame or a pairing came since. */
  readonly leftAtMs?: number | null;
  /**
   * When the lock last reported that its radio or its memory restarted; absent = never. Events from before may be
   * lost.
   */
  readonly restartedAtMs?: number;
  /** Consecutive operations that did not reach the lock. */
  readonly missedOperations: number;
  /** When the lock reported an opening by its state only. The event that says who opened may still arrive. */
  readonly openingPendingAtMs: number | null;
  /** The source of that opening if no event arrives; absent = `indeterminate`. */
  readonly openingPendingBy?: OperationSource;
  /** A remote lock or unlock whose effect is still pending; null or absent = none. */
  readonly remote?: RemoteOperation | null;
  /** When the last opening in the history was. */
  readonly openedAtMs: number | null;
  /** The id of the next password. No id is used twice on a lock. */
  readonly nextPasswordId: number;
  /** Consecutive wrong codes since the last opening. */
  readonly wrongCodes: number;
  readonly wrongCodeAtMs: number | null;
  readonly lockClock: LockClock;
  readonly scheduling: Scheduling;
  /** Cards, fingers and unmanaged codes that raise the silent alarm, in the form of `unlockIdOf`. */
  readonly duressCredentials?: readonly string[];
  readonly logCursor: LogCursor;
  /** Number of the newest event about an edit of a slot; absent = none yet. See `event-sequence.ts`. */
  readonly slotEventSeq?: number;
  /** When a slot was last audited, that is, read without another reason; null = never. */
  readonly auditedAtMs: number | null;
  /** The budget and the progress of the audits; absent = none was made yet. */
  readonly audits?: AuditState;
}

/** Returns whether the lock announced that it leaves the network, and no frame of it arrived since. */
export function hasLeft({ leftAtMs }: Pick<LockRecord, "leftAtMs">): boolean {
  return leftAtMs !== null && leftAtMs !== undefined;
}

/** Everything that is stored of one lock: the input of plan, outcome and reduce. */
export interface LockView {
  readonly lock: LockRecord;
  /** Sorted by id. */
  readonly passwords: readonly PasswordRecord[];
  readonly slots: Slots;
}

/** What must be written after a plan, an outcome or an event, as one batch. Absent = unchanged. */
export interface Effects {
  readonly lock?: LockRecord;
  readonly passwords?: readonly PasswordRecord[];
  readonly removedPasswords?: readonly PasswordId[];
  readonly slots?: readonly SlotRecord[];
  readonly journal?: readonly JournalEntry[];
}
