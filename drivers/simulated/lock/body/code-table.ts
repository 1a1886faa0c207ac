import { UserStatusCode, UserTypeCode } from "../../zcl/constants.ts";
import type { Quirks } from "../quirks.ts";
import type { CodeRecord, MemoryFile } from "./memory.ts";

/** Status of the Set PIN / Set RFID response. */
export const SetCodeStatus = {
  success: 0,
  generalFailure: 1,
  memoryFull: 2,
  duplicateCode: 3,
} as const;

/** The PIN users, or the RFID users, of one lock. */
export class CodeTable {
  readonly #kind: "pins" | "rfids";
  readonly #file: MemoryFile;
  readonly #quirks: Quirks;

  constructor(kind: "pins" | "rfids", file: MemoryFile, quirks: Quirks) {
    this.#kind = kind;
    this.#file = file;
    this.#quirks = quirks;
  }

  get #table(): Record<string, CodeRecord> {
    return this.#file.memory[this.#kind];
  }

  get size(): number {
    return this.#kind === "pins" ? this.#quirks.pinUsers : this.#quirks.rfidUsers;
  }

  isInRange(userId: number): boolean {
    const first = this.#quirks.firstUserId;
    return userId >= first && userId < first + this.size;
  }

  get(userId: number): CodeRecord | null {
    return this.#table[userId] ?? null;
  }

  entries(): [userId: number, record: CodeRecord][] {
    return Object.entries(this.#table).map(([userId, record]) => [Number(userId), record]);
  }

  findByCode(code: string): [userId: number, record: CodeRecord] | null {
    return this.entries().find(([, record]) => record.code === code) ?? null;
  }

  /** Checks and stores; what is refused changes nothing. @returns a {@link SetCodeStatus}. */
  set(userId: number, record: CodeRecord): number {
    const status = this.check(userId, record);
    if (status === SetCodeStatus.success) {
      this.#table[userId] = { ...record };
      this.#file.changed();
    }
    return status;
  }

  /** What {@link set} would answer. */
  check(userId: number, record: CodeRecord): number {
    const status = this.#check(userId, record);
    const isFlat = this.#quirks.refusals === "failureForAll" && status !== SetCodeStatus.success;
    return isFlat ? SetCodeStatus.generalFailure : status;
  }

  #check(userId: number, record: CodeRecord): number {
    if (!this.isInRange(userId) || this.#quirks.reservedUserIds.includes(userId)) {
      return SetCodeStatus.generalFailure;
    }
    if (!isSettableStatus(record.status) || record.type > UserTypeCode.nonAccess) {
      return SetCodeStatus.generalFailure;
    }
    if (!this.#isAcceptable(record.code)) return SetCodeStatus.generalFailure;
    const holder = this.findByCode(record.code);
    const isMaster = this.#kind === "pins" && this.#file.memory.masterCode === record.code;
    const isAnothers = holder !== null && holder[0] !== userId;
    if (isMaster || (isAnothers && !this.#quirks.takesDuplicates)) {
      return SetCodeStatus.duplicateCode;
    }
    if (holder !== null && !isAnothers && this.#quirks.ownCode !== "stores") {
      const { duplicateCode, memoryFull } = SetCodeStatus;
      return this.#quirks.ownCode === "full" ? memoryFull : duplicateCode;
    }
    if (this.get(userId) !== null) {
      return this.#quirks.refusesOccupiedSlot
        ? SetCodeStatus.generalFailure
        : SetCodeStatus.success;
    }
    const { pins, rfids } = this.#file.memory;
    const count = Object.keys(pins).length + Object.keys(rfids).length;
    return count >= this.#quirks.totalUsers ? SetCodeStatus.memoryFull : SetCodeStatus.success;
  }

  #isAcceptable(code: string): boolean {
    const quirks = this.#quirks;
    if (this.#kind === "rfids") {
      return code.length >= quirks.minRfidLength && code.length <= quirks.maxRfidLength;
    }
    if (code.length < quirks.minPinLength || code.length > quirks.maxPinLength) return false;
    if (!/^[0-9]+$/.test(code)) return false;
    return !(quirks.refusesSimplePins && isSimple(code));
  }

  clear(userId: number): void {
    delete this.#table[userId];
    this.#file.changed();
  }

  clearAll(): void {
    this.#file.memory[this.#kind] = {};
    this.#file.changed();
  }

  /** @returns false when the slot is empty or the status is none that can be set. */
  setStatus(userId: number, status: number): boolean {
    const record = this.get(userId);
    if (record === null || !isSettableStatus(status)) return false;
    record.status = status;
    this.#file.changed();
    return true;
  }

  setType(userId: number, type: number): boolean {
    const record = this.get(userId);
    if (record === null || type > UserTypeCode.nonAccess) return false;
    record.type = type;
    this.#file.changed();
    return true;
  }
}

/** Only the two occupied states can be set over the air (ZCL 7.3.2.17.10). */
function isSettableStatus(status: number): boolean {
  return status === UserStatusCode.occupiedEnabled || status === UserStatusCode.occupiedDisabled;
}

/** All digits alike, or each one above the digit before it. */
function isSimple(code: string): boolean {
  return /^(\d)\1*$/.test(code) || "0123456789".includes(code);
}
