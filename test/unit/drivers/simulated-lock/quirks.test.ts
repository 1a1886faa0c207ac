import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LockBench } from "./bench.ts";

const setPin1 = "01 09 05 01 00 01 00 04 31 32 33 34";
const getPin1 = "11 08 06 01 00";

describe("quirks of answers", () => {
  it("lateAnswerMs: acts at once and answers late", () => {
    const bench = new LockBench({ lateAnswerMs: 9_000, programmingEvents: "none" });
    assert.deepEqual(bench.ask(setPin1), []);
    assert.notEqual(bench.lock.storedUser(1), null);
    bench.time.advance(9_000);
    assert.deepEqual(bench.take(), ["09 09 05 00"]);
  });

  it("answerDelayMs: answers between the two times", () => {
    const bench = new LockBench({ answerDelayMs: [300, 900] });
    bench.ask("10 01 00 00 00");
    bench.time.advance(299);
    assert.deepEqual(bench.take(), []);
    bench.time.advance(601);
    assert.equal(bench.take().length, 1);
  });

  it("hasWrongAnswerSequence: answers with a sequence number of its own", () => {
    const [answer] = new LockBench({ hasWrongAnswerSequence: true }).ask("11 77 06 01 00");
    assert.notEqual(answer?.slice(3, 5), "77");
  });

  it("extraAnswers: answers twice", () => {
    assert.equal(new LockBench({ extraAnswers: 1 }).ask(getPin1).length, 2);
  });

  it("refusals failureForAll: calls a duplicate a failure", () => {
    const bench = new LockBench({ refusals: "failureForAll" });
    bench.setPin(2, "1234");
    assert.deepEqual(bench.ask(setPin1), ["09 09 05 01"]);
  });

  it("unsupportedCommands: does not know the command", () => {
    assert.deepEqual(new LockBench({ unsupportedCommands: [5] }).ask(setPin1), ["18 09 0b 05 81"]);
  });

  it("schedule counts of 0: does not know the schedule commands", () => {
    const bench = new LockBench({ weekDaySchedulesPerUser: 0, yearDaySchedulesPerUser: 0 });
    assert.deepEqual(bench.ask("01 01 0c 00 01 00"), ["18 01 0b 0c 81"]);
    assert.deepEqual(bench.ask("01 01 0f 00 01 00"), ["18 01 0b 0f 81"]);
  });

  it("missingSchedule: pads, or leaves the status out", () => {
    const padded = new LockBench({ missingSchedule: "padded" });
    assert.deepEqual(padded.ask("01 04 0c 00 01 00"), ["09 04 0c 00 01 00 8b 00 00 00 00 00"]);
    const short = new LockBench({ missingSchedule: "withoutStatus" });
    assert.deepEqual(short.ask("01 04 0c 00 01 00"), ["09 04 0c 00 01 00"]);
  });
});

describe("quirks of codes", () => {
  it("endpoint: hears its own endpoint only", () => {
    const bench = new LockBench({ endpoint: 2 });
    bench.ask(getPin1);
    assert.equal(bench.lock.endpoints[0]?.endpoint, 2);
    bench.ask(getPin1);
    bench.lock.receive({
      profileId: 0x0104,
      clusterId: 0x0101,
      sourceEndpoint: 1,
      destinationEndpoint: 1,
      payload: Uint8Array.of(0x11, 1, 6, 1, 0),
    });
    assert.deepEqual(bench.take(), []);
  });

  it("firstUserId and reservedUserIds: refuses ids that are not to be had", () => {
    const bench = new LockBench({ firstUserId: 1, reservedUserIds: [1] });
    assert.deepEqual(bench.ask("11 08 06 00 00"), ["18 08 0b 06 85"]);
    assert.deepEqual(bench.ask(setPin1), ["09 09 05 01"]);
  });

  it("getPin: masked, without its code, or not answered at all", () => {
    const read = (getPin: "masked" | "withoutCode" | "silent"): string[] => {
      const bench = new LockBench({ getPin });
      bench.setPin(1, "1234");
      return bench.ask(getPin1);
    };
    assert.deepEqual(read("masked"), ["09 08 06 01 00 01 00 04 ff ff ff ff"]);
    assert.deepEqual(read("withoutCode"), ["09 08 06 01 00 01 00"]);
    assert.deepEqual(read("silent"), []);
  });

  it("clearPin silent: clears and does not answer", () => {
    const bench = new LockBench({ clearPin: "silent", programmingEvents: "none" });
    bench.setPin(1, "1234");
    assert.deepEqual(bench.ask("01 0a 07 01 00"), []);
    assert.equal(bench.lock.storedUser(1), null);
  });

  it("fakeEmptyCode: an empty slot looks occupied", () => {
    const bench = new LockBench({ fakeEmptyCode: "0000" });
    assert.deepEqual(bench.ask(getPin1), ["09 08 06 01 00 01 00 04 30 30 30 30"]);
    const blank = new LockBench({ fakeEmptyCode: "" });
    assert.deepEqual(blank.ask(getPin1), ["09 08 06 01 00 01 00 00"]);
  });

  it("sendPinOverTheAir: read-only or unsupported", () => {
    const readOnly = new LockBench({ sendPinOverTheAir: "readOnly" });
    assert.deepEqual(readOnly.ask("00 0b 02 32 00 10 00"), ["18 0b 04 88 32 00"]);
    const none = new LockBench({ sendPinOverTheAir: "unsupported" });
    assert.deepEqual(none.ask("00 0b 02 32 00 10 00"), ["18 0b 04 86 32 00"]);
  });

  it("setPin ignored: answers 0 and stores nothing", () => {
    const bench = new LockBench({ setPin: "ignored" });
    assert.deepEqual(bench.ask(setPin1), ["09 09 05 00"]);
    assert.equal(bench.lock.storedUser(1), null);
  });

  it("setPinAnswer eventOnly: a programming event instead of the response", () => {
    const [only, ...rest] = new LockBench({ setPinAnswer: "eventOnly" }).ask(setPin1);
    assert.match(only ?? "", /^19 .. 21 01 02 01 00 /);
    assert.deepEqual(rest, []);
  });

  it("refusesOccupiedSlot: the slot must be cleared first", () => {
    const bench = new LockBench({ refusesOccupiedSlot: true });
    bench.setPin(1, "9999");
    assert.deepEqual(bench.ask(setPin1), ["09 09 05 01"]);
    bench.ask("01 0a 07 01 00");
    assert.equal(bench.ask(setPin1)[0], "09 09 05 00");
  });

  it("setPinResetsType and setPinDropsSchedules: a new code is without limits", () => {
    const bench = new LockBench({ setPinResetsType: true, setPinDropsSchedules: true });
    bench.setPin(1, "9999", 2);
    assert.equal(bench.lock.storedUser(1)?.userType, 0);
    bench.ask("01 01 0b 00 01 00 02 0f 2d 10 37");
    bench.setPin(1, "1234", 2);
    assert.deepEqual(bench.lock.storedUser(1)?.weekDaySchedules, []);
  });

  it("clearPinLeavesSchedules: the next code in the slot is bound by them", () => {
    for (const clearPinLeavesSchedules of [false, true]) {
      const bench = new LockBench({ clearPinLeavesSchedules });
      bench.setPin(1, "9999");
      bench.ask("01 01 0b 00 01 00 02 0f 2d 10 37");
      bench.ask("01 0a 07 01 00");
      bench.setPin(1, "1234");
      const left = bench.lock.storedUser(1)?.weekDaySchedules.length;
      assert.equal(left, clearPinLeavesSchedules ? 1 : 0);
    }
  });

  it("clearPin refused: the code stays, and opens", () => {
    const bench = new LockBench({ clearPin: "refused" });
    bench.setPin(1, "9999");
    assert.deepEqual(bench.ask("01 0a 07 01 00"), ["09 0a 07 01"]);
    assert.equal(bench.lock.storedUser(1)?.userStatus, 1);
  });

  it("setUserStatus ignored: the answer is yes, and the code stays as it was", () => {
    for (const [setUserStatus, left] of [
      ["stores", 3],
      ["ignored", 1],
    ] as const) {
      const bench = new LockBench({ setUserStatus });
      bench.setPin(1, "9999");
      assert.deepEqual(bench.ask("01 0a 09 01 00 03"), ["09 0a 09 00"]);
      assert.equal(bench.lock.storedUser(1)?.userStatus, left);
      assert.deepEqual(bench.ask("01 0b 09 02 00 03"), ["09 0b 09 01"]);
    }
  });

  it("refusesSimplePins: 1234 and 7777 are too simple", () => {
    const bench = new LockBench({ refusesSimplePins: true });
    assert.deepEqual(bench.ask(setPin1), ["09 09 05 01"]);
    bench.setPin(1, "7777");
    assert.equal(bench.lock.storedUser(1), null);
    bench.setPin(1, "1357");
    assert.notEqual(bench.lock.storedUser(1), null);
  });

  it("scheduleSetsUserType and weekDayMask singleDay", () => {
    const bench = new LockBench({ scheduleSetsUserType: true, weekDayMask: "singleDay" });
    bench.setPin(1, "1234");
    assert.deepEqual(bench.ask("01 01 0b 00 01 00 03 0f 2d 10 37"), ["09 01 0b 01"]);
    assert.equal(bench.lock.storedUser(1)?.userType, 0);
    assert.deepEqual(bench.ask("01 01 0b 00 01 00 02 0f 2d 10 37"), ["09 01 0b 00"]);
    assert.equal(bench.lock.storedUser(1)?.userType, 2);
  });
});
