import { PinCode } from "../../../../daemon/core/model/secret.ts";
import type { AssembledLock } from "../assembly.ts";
import type { CodeRecord, WeekDayRecord, YearDayRecord } from "./memory.ts";

/** What one slot holds, for tests and people. It is never sent over the air. */
export interface StoredUser {
  readonly userId: number;
  readonly kind: "pin" | "rfid";
  /** 1 enabled, 3 disabled. */
  readonly userStatus: number;
  /** 0 unrestricted, 1 year-day, 2 week-day, 3 master, 4 non-access. */
  readonly userType: number;
  /** The code: digits of a PIN, one character per octet of a fob. */
  readonly pinCode: PinCode;
  readonly weekDaySchedules: readonly WeekDayRecord[];
  readonly yearDaySchedules: readonly YearDayRecord[];
}

/** The true state at the door, for tests and people. It is never sent over the air. */
export class LockStatus {
  readonly #lock: AssembledLock;

  constructor(lock: AssembledLock) {
    this.#lock = lock;
  }

  users(): StoredUser[] {
    const { pins, rfids } = this.#lock.parts;
    return [
      ...pins.entries().map(([userId, record]) => this.#pending("pin", userId, record)),
      ...rfids.entries().map(([userId, record]) => this.#pending("rfid", userId, record)),
    ];
  }

  /** The PIN user of a slot, null = empty. */
  user(userId: number): StoredUser | null {
    const record = this.#lock.parts.pins.get(userId);
    return record === null ? null : this.#pending("pin", userId, record);
  }

  get lockState(): "locked" | "unlocked" | "notFullyLocked" {
    const words = ["notFullyLocked", "locked", "unlocked"] as const;
    return words[this.#lock.parts.bolt.state] ?? "notFullyLocked";
  }

  get doorState(): "open" | "closed" | "jammed" | "forcedOpen" {
    const words = ["open", "closed", "jammed", "forcedOpen"] as const;
    return words[this.#lock.parts.bolt.doorState] ?? "closed";
  }

  #pending(kind: "pin" | "rfid", userId: number, record: CodeRecord): StoredUser {
    const { schedules } = this.#lock.parts;
    return {
      userId,
      kind,
      userStatus: record.status,
      userType: record.type,
      pinCode: new PinCode(record.code),
      weekDaySchedules: schedules.weekDaysOf(userId),
      yearDaySchedules: schedules.yearDaysOf(userId),
    };
  }
}
