import type { LockDriver } from "../../drivers/lock-driver.ts";
import type { Timers } from "../base/timers.ts";
import type { AuditsPerDay } from "../core/audit/audit-budget.ts";
import type { KeypadEdits } from "../core/keypad/keypad-edits.ts";
import { type TimeReading, timestampOf } from "../core/model/clock.ts";
import type { LockId } from "../core/model/door-lock.ts";
import type { LockView } from "../core/model/lock.ts";
import type { CodeMark, NewLockKey, SealedCode } from "../core/model/sealed-code.ts";
import type { PinCode } from "../core/model/secret.ts";
import type { Store, Transaction } from "../store/store.ts";
import type { RadioLogBuffer } from "./radio/radio-log-buffer.ts";

/** Seals and opens codes; see `CodeSealer` of the commands, which the same object serves. */
export interface CodeBox {
  seal(lock: LockId, code: PinCode, boundTo: string): SealedCode;
  open(sealed: SealedCode, boundTo: string): PinCode;
  mark(lock: LockId, code: PinCode): CodeMark;
  /** For a lock that is paired for the first time; its record goes into the same batch. */
  newLockKey(lock: LockId): NewLockKey;
}

/** What the shell round the core needs. */
export interface LockPorts {
  readonly store: Store;
  readonly driver: LockDriver;
  readonly codes: CodeBox;
  readonly timers: Timers;
  reading(): TimeReading;
  /** Milliseconds that only go forward, whatever the clock does. */
  monotonicMs(): number;
  newId(): string;
  /** Returns `count` random digits, for a code that nobody may know. */
  randomDigits(count: number): string;
  readonly log: LockLog;
  /** The time limit of one operation on a lock, ms. */
  readonly deadlineMs: number;
  /** IANA zone of the locks' own clocks; absent = locks get no schedules. */
  readonly timeZone?: string;
  /** Limit of audit reads per lock and day; absent = there are none. */
  readonly auditsPerDay?: AuditsPerDay;
  /** Least time between two audit reads of a lock, ms; absent = the default. */
  readonly auditSpacingMs?: number;
  /** Entries of the radio log that wait for a batch; the lock keeper makes it. */
  readonly radioLog?: RadioLogBuffer;
  /** How much of a lock's log is read in one pull, and the pause after it; absent = the default. */
  readonly logPace?: { readonly entries: number; readonly restMs: number };
  /** `keep` when it is absent. */
  readonly keypadEdits?: KeypadEdits;
}

/** Structured logging, as pino does it; never a code. */
export interface LockLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** Returns everything that is stored of one lock, or null if it is not paired. */
export function viewOf(store: Store, id: LockId): LockView | null {
  const lock = store.get("lock", [id]);
  if (lock === undefined) return null;
  const slots = new Map([...store.list("slot", [id])].map((slot) => [slot.userId, slot]));
  return { lock, passwords: [...store.list("password", [id])], slots };
}

/** Writes the entries of the radio log that wait for a batch of the lock. */
export function storeRadioLog(
  ports: Pick<LockPorts, "store" | "reading" | "radioLog" | "log">,
  lock: LockId,
): void {
  commit(ports, { changes: [], journal: [] }, lock).catch((cause: unknown) => {
    ports.log.warn({ lock, cause }, "failed to write the radio log");
  });
}

/**
 * Writes a batch, stamped with the time now.
 * @param lock whose waiting entries of the radio log go along
 */
export function commit(
  ports: Pick<LockPorts, "store" | "reading" | "radioLog">,
  transaction: Transaction,
  lock?: LockId,
) {
  const time = ports.reading();
  const radio = lock === undefined ? [] : (ports.radioLog?.take(lock) ?? []);
  const whole = radio.length === 0 ? transaction : { ...transaction, radio };
  return ports.store.commit(whole, timestampOf(time));
}
