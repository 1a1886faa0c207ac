import type {
  Capabilities,
  LockId,
  UserId,
  UserType,
} from "../../../../daemon/core/model/door-lock.ts";
import type { OperationName } from "../../../../daemon/core/model/operation.ts";
import { PinCode } from "../../../../daemon/core/model/secret.ts";
import type { LockEvent, PinReading } from "../../../../drivers/lock-driver.ts";
import { FieldClock } from "./field-clock.ts";
import { FieldLog } from "./field-log.ts";
import { FieldSchedules } from "./field-schedules.ts";

/** A kind of lock: the capabilities that it reports, and its real behaviour. */
export interface LockKind {
  readonly name: string;
  readonly capabilities: Capabilities;
  readonly readBack: "readable" | "masked" | "silent";
  /** `ignored`: the lock answers Set User Status with success and does not change the code. */
  readonly userStatus: "taken" | "unsupported" | "ignored";
  /** The lock sets a slot only after the slot was cleared. */
  readonly refusesSetOnOccupied: boolean;
  readonly refusesClearOfEmpty: boolean;
  readonly refusesDuplicates: boolean;
  readonly tellsProgramming: boolean;
  /** Digits are sent along with its programming events. */
  readonly tellsDigits: boolean;
  /** A write over the air is reported by an event too (source rf). */
  readonly tellsOwnWrites: boolean;
  /** A clear over the air is reported twice more, 2 s and 4 s later, as if somebody had done it at the keypad. */
  readonly echoesClears: boolean;
  /** A changed administrator code is reported as the lock's master code. */
  readonly tellsMaster: boolean;
  /** Whether Set PIN Code resets the user's type and schedules or keeps them. */
  readonly onSet: "resets" | "keeps";
  /** Set PIN Code enables the code, whatever status was asked for. */
  readonly enablesOnSet: boolean;
  /** False: the type comes with a schedule, and goes with the code. */
  readonly takesUserType: boolean;
  readonly takesSeveralDays: boolean;
  readonly driftPpm: number;
  /** The average time between two unsolicited frames of the lock. */
  readonly rhythmMs: number;
  /** The longest time to an answer without faults: a sleeping lock hears the command at its next poll. */
  readonly slowestMs: number;
  /** Listens for this long after a frame of its own; null = it polls all the time. */
  readonly awakeMs: number | null;
}

/** What one slot really holds. */
export interface StoredCode {
  readonly code: string;
  readonly userStatus: "occupiedEnabled" | "occupiedDisabled";
  readonly userType: UserType;
  readonly madeBy: "gateway" | "person";
}

export type WriteName = "setPinCode" | "clearPinCode" | "setUserStatus";

export function isWrite(name: OperationName): name is WriteName {
  return name === "setPinCode" || name === "clearPinCode" || name === "setUserStatus";
}

/** A lock at the level of its operations: slots, schedules, a clock, a log, a bolt, and the quirks of its kind. */
export class FieldLock {
  readonly id: LockId;
  readonly kind: LockKind;
  readonly slots = new Map<UserId, StoredCode>();
  readonly schedules = new FieldSchedules();
  readonly clock: FieldClock;
  readonly log: FieldLog;
  readonly #nowMs: () => number;
  lockState: "locked" | "unlocked" = "locked";
  batteryPercent = 100;
  /** How often it was moved by radio. */
  remoteMoves = 0;
  /** Whether cleared codes still open the lock: a mutation. */
  isHaunted = false;
  readonly #ghosts = new Map<UserId, string>();
  /** What reads show of a slot until `untilMs` instead of its real content: mutations. Null = empty. */
  readonly shownInstead = new Map<
    UserId,
    { readonly stored: StoredCode | null; readonly untilMs: number }
  >();

  /** @param nowMs the true time, for its clock */
  constructor(id: LockId, kind: LockKind, nowMs: () => number) {
    this.id = id;
    this.kind = kind;
    this.#nowMs = nowMs;
    this.clock = new FieldClock(kind.driftPpm, nowMs());
    this.log = new FieldLog(kind.capabilities.logRecords);
  }

  get nowMs(): number {
    return this.#nowMs();
  }

  /** The lock's wall clock, as its events carry it. */
  get localSeconds(): number | null {
    return this.kind.capabilities.clock === "absent" ? null : this.clock.localSeconds(this.nowMs);
  }

  /**
   * Returns whether the code in this slot would open the door now, by status, type, schedule and the lock's own clock.
   */
  isLive(userId: UserId): boolean {
    const stored = this.slots.get(userId);
    if (stored === undefined || stored.userStatus !== "occupiedEnabled") return false;
    return this.schedules.letsIn(userId, stored.userType, this.localSeconds);
  }

  /** Every code that would open the door now. */
  *live(): Generator<{ readonly userId: UserId; readonly code: string }> {
    for (const [userId, { code }] of this.slots) if (this.isLive(userId)) yield { userId, code };
    for (const [userId, code] of this.#ghosts) yield { userId, code };
  }

  /** @returns whether there was a code. */
  clear(userId: UserId): boolean {
    const stored = this.slots.get(userId);
    if (stored !== undefined && this.isHaunted) this.#ghosts.set(userId, stored.code);
    if (this.kind.onSet === "resets") this.schedules.forget(userId);
    return this.slots.delete(userId);
  }

  /** The slot with this code, if it would open the door now. */
  opens(code: string): UserId | null {
    for (const [userId, stored] of this.slots) {
      if (stored.code === code && this.isLive(userId)) return userId;
    }
    return null;
  }

  /** Moved by radio. */
  move(lockState: "locked" | "unlocked"): void {
    this.remoteMoves += 1;
    this.lockState = lockState;
  }

  /** As it came from the factory. */
  reset(): void {
    this.slots.clear();
    this.schedules.reset();
    this.log.reset();
    this.clock.reset(this.nowMs);
  }

  /** A person at the keypad. @returns the event that the lock would report */
  program(userId: UserId, code: string, isMaster = false): LockEvent | null {
    const isNew = !this.slots.has(userId);
    this.slots.set(userId, {
      code,
      userStatus: "occupiedEnabled",
      userType: "unrestricted",
      madeBy: "person",
    });
    if (isMaster && this.kind.tellsMaster) {
      return this.#programming("keypad", userId, "masterCodeChanged", code);
    }
    return this.#programming("keypad", userId, isNew ? "pinCodeAdded" : "pinCodeChanged", code);
  }

  erase(userId: UserId | "all"): LockEvent | null {
    if (userId === "all") this.slots.clear();
    else this.slots.delete(userId);
    return this.#programming("keypad", userId, "pinCodeDeleted", null);
  }

  /** Returns the event that reports a write over the air. */
  written(userId: UserId): LockEvent | null {
    if (!this.kind.tellsOwnWrites) return null;
    const stored = this.slots.get(userId);
    return stored === undefined
      ? this.#programming("rf", userId, "pinCodeDeleted", null)
      : this.#programming("rf", userId, "pinCodeAdded", stored.code);
  }

  /** Returns the event that reports a clear again. */
  echo(userId: UserId): LockEvent | null {
    return this.kind.echoesClears
      ? this.#programming("keypad", userId, "pinCodeDeleted", null)
      : null;
  }

  #programming(
    source: "keypad" | "rf",
    userId: UserId | "all",
    code: "pinCodeAdded" | "pinCodeChanged" | "pinCodeDeleted" | "masterCodeChanged",
    digits: string | null,
  ): LockEvent | null {
    if (!this.kind.tellsProgramming) return null;
    const pinCode = digits !== null && this.kind.tellsDigits ? PinCode.parse(digits) : "masked";
    return {
      kind: "programmingEvent",
      source,
      code,
      userId,
      pinCode: digits === null ? null : pinCode,
      userType: digits === null ? null : "unrestricted",
      userStatus: typeof userId === "number" ? (this.slots.get(userId)?.userStatus ?? null) : null,
      localSeconds: this.localSeconds,
    };
  }

  /** Returns what reads show of a slot, or null for an empty slot. */
  shown(userId: UserId): StoredCode | null {
    const instead = this.shownInstead.get(userId);
    if (instead !== undefined && this.nowMs < instead.untilMs) return instead.stored;
    return this.slots.get(userId) ?? null;
  }

  reading(userId: UserId): PinReading {
    const stored = this.shown(userId);
    if (stored === null) return { kind: "empty" };
    const pinCode = this.kind.readBack === "masked" ? "masked" : PinCode.parse(stored.code);
    if (pinCode === null) throw new Error("a lock holds something other than digits");
    return { kind: "occupied", pinCode, userStatus: stored.userStatus, userType: stored.userType };
  }

  /** Returns what an interview reads: the slots up to the last one that holds a code. */
  scan(): ReadonlyMap<UserId, PinReading> {
    const found = new Map<UserId, PinReading>();
    if (this.kind.readBack === "silent") return found;
    const last = Math.max(0, ...this.slots.keys());
    for (let userId = this.kind.capabilities.firstUserId; userId <= last; userId += 1) {
      found.set(userId, this.reading(userId));
    }
    return found;
  }
}
