import type { Capabilities, DoorState, LockId, LockState, OperationSource } from "./door-lock.ts";
import type { JournalEntry } from "./journal.ts";
import type { AuditState } from "./lock/audit-state.ts";
import type { LockClock } from "./lock/lock-clock.ts";
import type { LogCursor } from "./lock/log-cursor.ts";
import type { RemoteOperation } from "./lock/remote-operation.ts";
import type { Scheduling } from "./lock/scheduling.ts";
import type { PasswordId, PasswordRecord } from "./password.ts";
import type { SlotRecord, Slots } from "./slot.ts";

/** A paired lock and what is known of it: reported state that is not a slot. */
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
  /** Percent 0 … 100; null = never heard. */
  readonly batteryPercent: number | null;
  readonly batteryAtMs: number | null;
  /** Battery alarm policy: the lowest step told (10, 7, 5), null = none; and when the last one below 5 was. */
  readonly batteryStep: 10 | 7 | 5 | null;
  readonly batteryToldAtMs: number | null;
  /** About when the battery was last heard to be at 10 % or below; null or absent = not since the last clear. */
  readonly batteryLowAtMs?: number | null;
  /** The last value was 0 after a much higher one: it counts only if the next one is low as well. */
  readonly isZeroBatteryDoubted?: boolean;
  /** The lock tells no percentage, only that its battery is low: `batteryPercent` stands for that. */
  readonly isBatteryFromFlag?: boolean;
  readonly isOnline: boolean;
  readonly onlineChangedAtMs: number;
  /** When it told that it leaves the network; null or absent = it was heard or paired since. */
  readonly leftAtMs?: number | null;
  /** When it last told that its radio or its memory began anew; absent = never. What it told before may be missed. */
  readonly restartedAtMs?: number;
  /** Operations in a row that did not reach it. */
  readonly missedOperations: number;
  /** An opening was reported by state only; the event that says who may still come. */
  readonly openingPendingAtMs: number | null;
  /** Whose doing that opening was, if the event does not come; absent = `indeterminate`. */
  readonly openingPendingBy?: OperationSource;
  /** A remote lock or unlock whose effect is waited for; null or absent = none. */
  readonly remote?: RemoteOperation | null;
  /** The last opening that became a history row. */
  readonly openedAtMs: number | null;
  /** The next password's id; ids are not used twice on a lock. */
  readonly nextPasswordId: number;
  /** Wrong codes in a row since the last opening. */
  readonly wrongCodes: number;
  readonly wrongCodeAtMs: number | null;
  readonly lockClock: LockClock;
  readonly scheduling: Scheduling;
  /** Cards, fingers and codes of nobody's that raise the silent alarm, as `unlockIdOf` names them. */
  readonly duressCredentials?: readonly string[];
  readonly logCursor: LogCursor;
  /** Number of the newest event that told of an edit of its slots; absent = none yet. See `slot-order.ts`. */
  readonly slotEventSeq?: number;
  /** When a slot was last read for no other reason than to look; null = never. */
  readonly auditedAtMs: number | null;
  /** Its budget of such reads, and where the rounds through its slots go on; absent = none was read yet. */
  readonly audits?: AuditState;
}

/** Whether the lock told that it leaves the network, and no frame of it came since. */
export function hasLeft({ leftAtMs }: Pick<LockRecord, "leftAtMs">): boolean {
  return leftAtMs !== null && leftAtMs !== undefined;
}

/** Everything stored of one lock: what plan and reduce look at. */
export interface LockView {
  readonly lock: LockRecord;
  /** In order of their ids. */
  readonly passwords: readonly PasswordRecord[];
  readonly slots: Slots;
}

/** What is to be written after plan, outcome or event: one batch. Absent = unchanged. */
export interface Effects {
  readonly lock?: LockRecord;
  readonly passwords?: readonly PasswordRecord[];
  readonly removedPasswords?: readonly PasswordId[];
  readonly slots?: readonly SlotRecord[];
  readonly journal?: readonly JournalEntry[];
}
