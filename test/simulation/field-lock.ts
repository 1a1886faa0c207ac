import type { Capabilities, LockId, UserId, UserType } from "../../daemon/core/door-lock.ts";
import type { OperationName } from "../../daemon/core/operation.ts";
import { PinCode } from "../../daemon/core/secret.ts";
import type { LockEvent, PinReading } from "../../drivers/lock-driver.ts";

/** What a kind of lock is like: what it says it can do, and what it really does. */
export interface LockKind {
  readonly name: string;
  readonly capabilities: Capabilities;
  readonly readBack: "readable" | "masked" | "silent";
  readonly takesUserStatus: boolean;
  /** Sets a slot only after it was cleared. */
  readonly refusesSetOnOccupied: boolean;
  readonly refusesClearOfEmpty: boolean;
  readonly refusesDuplicates: boolean;
  readonly tellsProgramming: boolean;
  /** Digits are sent along with its programming events. */
  readonly tellsDigits: boolean;
  /** It says something on its own about this often. */
  readonly rhythmMs: number;
  /** The longest an answer takes while all is well: a sleeper hears at its next poll. */
  readonly slowestMs: number;
}

/** What one slot really holds. */
export interface Held {
  readonly code: string;
  readonly userStatus: "occupiedEnabled" | "occupiedDisabled";
  readonly userType: UserType;
  readonly madeBy: "gateway" | "person";
}

export type WriteName = "setPinCode" | "clearPinCode" | "setUserStatus";

export function isWrite(name: OperationName): name is WriteName {
  return name === "setPinCode" || name === "clearPinCode" || name === "setUserStatus";
}

/** A lock at the level of its operations: slots, a bolt, and its own way of answering. */
export class FieldLock {
  readonly id: LockId;
  readonly kind: LockKind;
  readonly slots = new Map<UserId, Held>();
  lockState: "locked" | "unlocked" = "locked";
  batteryPercent = 100;
  /** How often it was moved by radio. */
  remoteMoves = 0;

  constructor(id: LockId, kind: LockKind) {
    this.id = id;
    this.kind = kind;
  }

  /** The slot with this code, if it would open the door now. */
  opens(code: string): UserId | null {
    for (const [userId, held] of this.slots) {
      if (held.code === code && held.userStatus === "occupiedEnabled") return userId;
    }
    return null;
  }

  /** Moved by radio. */
  move(lockState: "locked" | "unlocked"): void {
    this.remoteMoves += 1;
    this.lockState = lockState;
  }

  /** A person at the keypad. @returns what the lock would tell of it. */
  program(userId: UserId, code: string): LockEvent | null {
    const isNew = !this.slots.has(userId);
    this.slots.set(userId, {
      code,
      userStatus: "occupiedEnabled",
      userType: "unrestricted",
      madeBy: "person",
    });
    return this.#programming(userId, isNew ? "pinCodeAdded" : "pinCodeChanged", code);
  }

  erase(userId: UserId | "all"): LockEvent | null {
    if (userId === "all") this.slots.clear();
    else this.slots.delete(userId);
    return this.#programming(userId, "pinCodeDeleted", null);
  }

  #programming(
    userId: UserId | "all",
    code: "pinCodeAdded" | "pinCodeChanged" | "pinCodeDeleted",
    digits: string | null,
  ): LockEvent | null {
    if (!this.kind.tellsProgramming) return null;
    const pinCode = digits !== null && this.kind.tellsDigits ? PinCode.parse(digits) : "masked";
    return {
      kind: "programmingEvent",
      source: "keypad",
      code,
      userId,
      pinCode: digits === null ? null : pinCode,
      userType: digits === null ? null : "unrestricted",
      userStatus: digits === null ? null : "occupiedEnabled",
      localSeconds: null,
    };
  }

  reading(userId: UserId): PinReading {
    const held = this.slots.get(userId);
    if (held === undefined) return { kind: "empty" };
    const pinCode = this.kind.readBack === "masked" ? "masked" : PinCode.parse(held.code);
    if (pinCode === null) throw new Error("a lock holds something other than digits");
    return { kind: "occupied", pinCode, userStatus: held.userStatus, userType: held.userType };
  }

  /** What an interview reads: the slots up to the last one that holds a code. */
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
