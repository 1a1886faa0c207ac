import {
  DoorLockCommand,
  Source,
  Status,
  UserStatusCode,
  UserTypeCode,
} from "../../zcl/constants.ts";
import { fromLatin1, latin1, type OctetReader, OctetWriter } from "../../zcl/octets.ts";
import { type CodeTable, SetCodeStatus } from "../body/code-table.ts";
import { programmingCode } from "../body/events.ts";
import type { CodeRecord } from "../body/memory.ts";
import type { LockParts } from "../lock-parts.ts";
import type { Request } from "../transmitter.ts";
import type { CommandEnd } from "./cluster.ts";

const c = DoorLockCommand;

type Kind = "pin" | "rfid";
type Change = "added" | "changed" | "deleted";

/** PIN and RFID codes, user status and user type: 0x05 – 0x0A, 0x14 – 0x19. */
export class CodeCommands {
  readonly #parts: LockParts;

  constructor(parts: LockParts) {
    this.#parts = parts;
  }

  set(kind: Kind, request: Request, payload: OctetReader): CommandEnd {
    const { quirks, schedules, acts } = this.#parts;
    const table = this.#table(kind);
    const userId = payload.u16();
    const status = payload.u8();
    const askedType = payload.u8();
    const code = fromLatin1(payload.string());
    const type = quirks.setPinResetsType ? UserTypeCode.unrestricted : askedType;
    const record = { status, type, code };
    const isOccupied = table.get(userId) !== null;
    const result =
      quirks.setPin === "ignored" ? table.check(userId, record) : table.set(userId, record);
    if (result !== SetCodeStatus.success || quirks.setPin === "ignored") {
      return this.#respond(request, result);
    }
    if (isOccupied && quirks.setPinDropsSchedules) schedules.dropUser(userId);
    acts.add({ act: "programmed", source: Source.rf, userId, reason: null });
    return this.#changed(kind, request, isOccupied ? "changed" : "added", { userId, record });
  }

  get(kind: Kind, request: Request, payload: OctetReader): CommandEnd {
    const { quirks, events, transmitter } = this.#parts;
    const userId = payload.u16();
    const table = this.#table(kind);
    if (!table.isInRange(userId)) return { status: Status.invalidField };
    if (kind === "pin" && quirks.getPin === "silent") return "silent";
    const record = table.get(userId) ?? emptyRecord(kind === "pin" ? quirks.fakeEmptyCode : null);
    const writer = new OctetWriter().u16(userId).u8(record.status).u8(record.type);
    const isFake = table.get(userId) === null;
    if (kind === "rfid" || isFake) writer.string(latin1(record.code));
    else if (quirks.getPin === "masked")
      writer.string(new Uint8Array(record.code.length).fill(0xff));
    else if (quirks.getPin === "answers") writer.string(events.maskPin(record.code));
    transmitter.respond(request, request.zcl.commandId, writer.finish());
    return "answered";
  }

  clear(kind: Kind, request: Request, payload: OctetReader): CommandEnd {
    const { quirks, acts } = this.#parts;
    const userId = payload.u16();
    const table = this.#table(kind);
    const isKept = kind === "pin" && quirks.clearPin === "refused";
    const isReserved = quirks.reservedUserIds.includes(userId);
    if (isKept || isReserved || !table.isInRange(userId)) {
      return this.#respond(request, Status.failure);
    }
    const record = table.get(userId);
    table.clear(userId);
    this.#dropSchedules(kind, userId);
    if (record !== null) {
      acts.add({ act: "deleted", source: Source.rf, userId, reason: null });
      return this.#changed(kind, request, "deleted", { userId, record });
    }
    return kind === "pin" && quirks.clearPin === "silent"
      ? "silent"
      : this.#respond(request, Status.success);
  }

  clearAll(kind: Kind, request: Request): CommandEnd {
    const { acts, events } = this.#parts;
    const table = this.#table(kind);
    for (const [userId] of table.entries()) this.#dropSchedules(kind, userId);
    table.clearAll();
    acts.add({ act: "deleted", source: Source.rf, userId: null, reason: null });
    const end = this.#respond(request, Status.success);
    events.programming({
      source: Source.rf,
      code: programmingCode(kind, "deleted"),
      userId: "all",
      pin: "",
      userType: UserTypeCode.notSupported,
      userStatus: UserStatusCode.available,
    });
    return end;
  }

  setStatus(request: Request, payload: OctetReader): CommandEnd {
    const userId = payload.u16();
    const status = payload.u8();
    const isIgnored = this.#parts.quirks.setUserStatus === "ignored";
    const holders = this.#tables().filter((table) =>
      isIgnored ? table.get(userId) !== null : table.setStatus(userId, status),
    );
    return this.#respond(request, holders.length > 0 ? Status.success : Status.failure);
  }

  getStatus(request: Request, payload: OctetReader): CommandEnd {
    const userId = payload.u16();
    const record = this.#user(userId);
    if (record === "outOfRange") return { status: Status.invalidField };
    const status = record?.status ?? UserStatusCode.available;
    return this.#respondWith(request, new OctetWriter().u16(userId).u8(status));
  }

  setType(request: Request, payload: OctetReader): CommandEnd {
    const userId = payload.u16();
    const type = payload.u8();
    const isSet = this.#tables().filter((table) => table.setType(userId, type)).length > 0;
    return this.#respond(request, isSet ? Status.success : Status.failure);
  }

  getType(request: Request, payload: OctetReader): CommandEnd {
    const userId = payload.u16();
    const record = this.#user(userId);
    if (record === "outOfRange") return { status: Status.invalidField };
    const type = record?.type ?? UserTypeCode.notSupported;
    return this.#respondWith(request, new OctetWriter().u16(userId).u8(type));
  }

  #changed(
    kind: Kind,
    request: Request,
    change: Change,
    { userId, record }: { readonly userId: number; readonly record: CodeRecord },
  ): CommandEnd {
    const { quirks, events, time } = this.#parts;
    const isDeleted = change === "deleted";
    const event = {
      source: Source.rf,
      code: programmingCode(kind, change),
      userId,
      pin: isDeleted ? "" : record.code,
      userType: isDeleted ? UserTypeCode.notSupported : record.type,
      userStatus: isDeleted ? UserStatusCode.available : record.status,
    };
    for (const echoMs of kind === "pin" ? quirks.keypadEchoesMs : []) {
      time.after(echoMs, () => events.programming({ ...event, source: Source.keypad }));
    }
    if (kind === "pin" && quirks.setPinAnswer === "eventOnly") {
      events.programmingInstead(event);
      return "silent";
    }
    const isSilent = kind === "pin" && isDeleted && quirks.clearPin === "silent";
    const end = isSilent ? "silent" : this.#respond(request, Status.success);
    events.programming(event);
    return end;
  }

  #table(kind: Kind): CodeTable {
    return kind === "pin" ? this.#parts.pins : this.#parts.rfids;
  }

  /** A user without any credential has no schedules, by the specification. */
  #dropSchedules(cleared: Kind, userId: number): void {
    const { quirks, schedules } = this.#parts;
    if (quirks.clearPinLeavesSchedules) return;
    if (this.#other(cleared).get(userId) === null) schedules.dropUser(userId);
  }

  #other(kind: Kind): CodeTable {
    return kind === "pin" ? this.#parts.rfids : this.#parts.pins;
  }

  #tables(): readonly CodeTable[] {
    return [this.#parts.pins, this.#parts.rfids];
  }

  #user(userId: number): CodeRecord | null | "outOfRange" {
    if (!this.#tables().some((table) => table.isInRange(userId))) return "outOfRange";
    return this.#parts.pins.get(userId) ?? this.#parts.rfids.get(userId);
  }

  #respond(request: Request, reported: number): CommandEnd {
    const isFlipped = this.#parts.quirks.isStatusInverted && reported <= Status.failure;
    const status = isFlipped ? Status.failure - reported : reported;
    return this.#respondWith(request, new OctetWriter().u8(status));
  }

  #respondWith(request: Request, writer: OctetWriter): CommandEnd {
    this.#parts.transmitter.respond(request, request.zcl.commandId, writer.finish());
    return "answered";
  }
}

/** Status 0, type FF, no code; or what a lock with a false empty slot claims. */
function emptyRecord(fakeCode: string | null): CodeRecord {
  return fakeCode === null
    ? { status: UserStatusCode.available, type: UserTypeCode.notSupported, code: "" }
    : { status: UserStatusCode.occupiedEnabled, type: UserTypeCode.unrestricted, code: fakeCode };
}

/** Command ids of the two kinds of codes. */
export const codeCommandIds = {
  pin: {
    set: c.setPinCode,
    get: c.getPinCode,
    clear: c.clearPinCode,
    clearAll: c.clearAllPinCodes,
  },
  rfid: {
    set: c.setRfidCode,
    get: c.getRfidCode,
    clear: c.clearRfidCode,
    clearAll: c.clearAllRfidCodes,
  },
} as const;
