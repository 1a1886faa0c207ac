import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { PinCode } from "../../../../../daemon/core/model/secret.ts";
import {
  decodeDefaultResponse,
  decodeReply,
} from "../../../../../drivers/zigbee/frames/door-lock-replies.ts";
import {
  type CommandName,
  commandIds,
  fieldsOf,
  lateBound,
} from "../../../../../drivers/zigbee/operations/door-lock-commands.ts";

function bytes(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(" ", ""), "hex");
}

function pin(text: string): PinCode {
  const code = PinCode.parse(text);
  assert.ok(code !== null);
  return code;
}

const getPin = { name: "getPinCode", userId: 1 } as const;
const done = (reply: unknown) => ({ kind: "done", reply });

describe("the answer to Set PIN Code", () => {
  const operation = {
    name: "setPinCode",
    userId: 1,
    userStatus: "occupiedEnabled",
    userType: "unrestricted",
    pinCode: pin("1234"),
  } as const;

  it("is done, or a refusal with its own words", () => {
    assert.deepEqual(decodeReply(operation, bytes("00")), done(null));
    const statuses = [1, 2, 3, 0x85].map((status) => decodeReply(operation, Uint8Array.of(status)));
    assert.deepEqual(statuses, [
      { kind: "refused", status: "failure", statusCode: 1 },
      { kind: "refused", status: "memoryFull", statusCode: 2 },
      { kind: "refused", status: "duplicateCode", statusCode: 3 },
      { kind: "refused", status: "invalidField", statusCode: 0x85 },
    ]);
  });

  it("is unreadable without a status", () => {
    assert.deepEqual(decodeReply(operation, bytes("")), { kind: "unreadable" });
  });

  it("is unsupported when the command is not known", () => {
    assert.deepEqual(decodeDefaultResponse("setPinCode", 0x81), { kind: "unsupported" });
    assert.deepEqual(decodeDefaultResponse("setPinCode", 0xc3), { kind: "unsupported" });
  });
});

describe("the answer to Get PIN Code", () => {
  it("is empty for an available slot", () => {
    assert.deepEqual(decodeReply(getPin, bytes("01 00 00 FF 00")), done({ kind: "empty" }));
    assert.deepEqual(decodeReply(getPin, bytes("01 00 00")), done({ kind: "empty" }));
  });

  it("brings the digits with status and type", () => {
    const outcome = decodeReply(getPin, bytes("01 00 03 02 04 30 30 31 32"));
    assert.ok(outcome.kind === "done" && outcome.reply.kind === "occupied");
    assert.equal(outcome.reply.userStatus, "occupiedDisabled");
    assert.equal(outcome.reply.userType, "weekDay");
    assert.ok(outcome.reply.pinCode !== "masked" && outcome.reply.pinCode.reveal() === "0012");
  });

  it("is masked when the digits are hidden or left out", () => {
    const masked = done({
      kind: "occupied",
      pinCode: "masked",
      userStatus: "occupiedEnabled",
      userType: "unrestricted",
    });
    assert.deepEqual(decodeReply(getPin, bytes("01 00 01 00 04 FF FF FF FF")), masked);
    assert.deepEqual(decodeReply(getPin, bytes("01 00 01 00")), masked);
    assert.deepEqual(decodeReply(getPin, bytes("01 00 01")), masked);
  });

  it("NOT_FOUND as the answer to Get PIN Code means an empty slot", () => {
    assert.deepEqual(decodeDefaultResponse("getPinCode", 0x8b), done({ kind: "empty" }));
    assert.equal(decodeDefaultResponse("getPinCode", 0x01).kind, "refused");
    assert.equal(decodeDefaultResponse("getPinCode", 0x85).kind, "refused");
  });

  it("about another user is unreadable", () => {
    assert.deepEqual(decodeReply(getPin, bytes("02 00 01 00 04 31 32 33 34")), {
      kind: "unreadable",
    });
  });
});

describe("the answer to a schedule question", () => {
  const weekDay = { name: "getWeekDaySchedule", scheduleId: 0, userId: 1 } as const;
  const yearDay = { name: "getYearDaySchedule", scheduleId: 0, userId: 1 } as const;

  it("brings the schedule", () => {
    assert.deepEqual(
      decodeReply(weekDay, bytes("00 01 00 00 02 0F 2D 10 37")),
      done({ daysMask: 2, startHour: 15, startMinute: 45, endHour: 16, endMinute: 55 }),
    );
    assert.deepEqual(
      decodeReply(yearDay, bytes("00 01 00 00 39 30 00 00 59 61 BC 00")),
      done({ localStartSeconds: 12_345, localEndSeconds: 12_345_689 }),
    );
  });

  it("is none when there is nothing stored, however short it is", () => {
    assert.deepEqual(decodeReply(weekDay, bytes("00 01 00 8B")), done(null));
    assert.deepEqual(decodeReply(yearDay, bytes("00 01 00")), done(null));
    assert.deepEqual(decodeDefaultResponse("getYearDaySchedule", 0x8b), done(null));
  });

  it("refuses an id out of range", () => {
    assert.deepEqual(decodeReply(weekDay, bytes("00 01 00 85")), {
      kind: "refused",
      status: "invalidField",
      statusCode: 0x85,
    });
  });

  it("is unreadable when it promises a schedule and has none", () => {
    assert.deepEqual(decodeReply(yearDay, bytes("00 01 00 00 39 30")), { kind: "unreadable" });
  });
});

describe("a log record", () => {
  it("is read without its code", () => {
    const operation = { name: "getLogRecord", logIndex: 0 } as const;
    assert.deepEqual(
      decodeReply(operation, bytes("07 00 10 BD 96 32 00 00 02 05 00 04 31 32 33 34")),
      done({
        logEntryId: 7,
        localSeconds: 0x3296bd10,
        eventType: "operation",
        operation: { source: "keypad", code: "unlock" },
        userId: 5,
      }),
    );
  });
});

describe("any answer", () => {
  it("is decoded without a throw", () => {
    const names = Object.keys(commandIds).filter((name): name is CommandName => name in commandIds);
    const payload = fc.uint8Array({ maxLength: 24 });
    fc.assert(
      fc.property(fc.constantFrom(...names), payload, (name, tail) => {
        const operations = [
          { name: "getPinCode", userId: 1 },
          { name: "getUserStatus", userId: 1 },
          { name: "getUserType", userId: 1 },
        ] as const;
        for (const operation of operations) {
          decodeReply(operation, Buffer.concat([Buffer.from("0100", "hex"), tail]));
        }
        decodeReply({ name: "getWeekDaySchedule", scheduleId: 0, userId: 1 }, tail);
        decodeReply({ name: "getYearDaySchedule", scheduleId: 0, userId: 1 }, tail);
        decodeReply({ name: "getLogRecord", logIndex: 0 }, tail);
        decodeDefaultResponse(name, tail[0] ?? 0);
      }),
    );
  });
});

describe("the fields of a command", () => {
  it("hide from enumeration, so that no log or error text can show a code", () => {
    const operation = { name: "unlockDoor", pinCode: pin("135790") } as const;
    const fields = lateBound(fieldsOf(operation), () => {});
    assert.equal(JSON.stringify(fields), "{}");
    assert.deepEqual(Reflect.get(fields, "pincodevalue"), Buffer.from("135790"));
  });

  it("ask the gate each time they are read", () => {
    let isOpen = true;
    const gate = (): void => {
      if (!isOpen) throw new Error("closed");
    };
    const fields = lateBound(fieldsOf({ name: "clearPinCode", userId: 9 }), gate);
    assert.equal(Reflect.get(fields, "userid"), 9);
    isOpen = false;
    assert.throws(() => Reflect.get(fields, "userid"));
  });

  it("give an empty buffer where there is no code", () => {
    const fields = fieldsOf({ name: "lockDoor", pinCode: null });
    assert.deepEqual(Reflect.get(fields, "pincodevalue"), Buffer.alloc(0));
  });
});
