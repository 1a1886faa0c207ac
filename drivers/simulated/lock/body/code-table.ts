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
    if (!this.#isUsable(userId) || !this.#isAcceptable(record)) return SetCodeStatus.generalFailure;
    const status = this.#statusOfCode(userId, record.code);
    if (status !== SetCodeStatus.success) return status;
    if (this.get(userId) === null) return this.#statusOfNewUser();
    return this.#quirks.refusesOccupiedSlot ? SetCodeStatus.generalFailure : SetCodeStatus.success;
  }

  #isUsable(userId: number): boolean {
    return this.isInRange(userId) && !this.#quirks.reservedUserIds.includes(userId);
  }

  #isAcceptable({ status, type, code }: CodeRecord): boolean {
    const isSettable = isSettableStatus(status) && type <= UserTypeCode.nonAccess;
    return isSettable && this.#isAcceptableCode(code);
  }

  /** Whether this user may have this code, beside the one who has it already. */
  #statusOfCode(userId: number, code: string): number {
    const { duplicateCode, memoryFull, success } = SetCodeStatus;
    const { takesDuplicates, ownCode } = this.#quirks;
    const isMaster = this.#kind === "pins" && this.#file.memory.masterCode === code;
    if (isMaster) return duplicateCode;
    const holder = this.findByCode(code);
    if (holder === null) return success;
    const isAnothers = holder[0] !== userId;
    if (isAnothers) return takesDuplicates ? success : duplicateCode;
    if (ownCode === "stores") return success;
    return ownCode === "full" ? memoryFull : duplicateCode;
  }

  #statusOfNewUser(): number {
    const { pins, rfids } = this.#file.memory;
    const count = Object.keys(pins).length + Object.keys(rfids).length;
    return count >= this.#quirks.totalUsers ? SetCodeStatus.memoryFull : SetCodeStatus.success;
  }

  #isAcceptableCode(code: string): boolean {
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
