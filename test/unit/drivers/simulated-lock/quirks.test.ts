import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LockBench } from "./bench.ts";

const setPin1 = "01 09 05 01 00 01 00 04 31 32 33 34";
const getPin1 = "11 08 06 01 00";
const reportLockState = "10 01 06 00 00 00 30 00 00 10 0e";

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

describe("quirks of events", () => {
  it("hasEventDataField false: events end with the time", () => {
    const bench = new LockBench({ hasEventDataField: false });
    bench.lock.turnKnob("unlock");
    assert.match(bench.take()[0] ?? "", /^19 .. 20 02 0e ff ff 00 ff ff ff ff$/);
  });

  it("operationEvents: none, or none of wrong codes", () => {
    const silent = new LockBench({ operationEvents: "none" });
    silent.lock.turnKnob("unlock");
    assert.deepEqual(silent.take(), []);
    const shy = new LockBench({ operationEvents: "noWrongPin" });
    shy.lock.keypad("9999");
    assert.deepEqual(shy.take(), []);
    shy.lock.turnKnob("unlock");
    assert.equal(shy.take().length, 1);
  });

  it("programmingEvents: none, or those of the keypad only", () => {
    assert.equal(new LockBench({ programmingEvents: "none" }).ask(setPin1).length, 1);
    const bench = new LockBench({ programmingEvents: "keypadOnly" });
    assert.equal(bench.ask(setPin1).length, 1);
    bench.lock.programAtKeypad({ userId: 2, code: "5678" });
    assert.equal(bench.take().length, 1);
  });

  it("masks: nothing is sent until they are written, and some cannot be", () => {
    const bench = new LockBench({ initialMasks: "none" });
    bench.lock.turnKnob("unlock");
    assert.deepEqual(bench.take(), []);
    bench.ask("10 01 02 43 00 19 ff 07");
    bench.lock.turnKnob("lock");
    assert.equal(bench.take().length, 1);
    const write = "10 01 02 40 00 19 73 00";
    assert.deepEqual(new LockBench({ masks: "readOnly" }).ask(write), ["18 01 04 88 40 00"]);
    assert.deepEqual(new LockBench({ masks: "unsupported" }).ask(write), ["18 01 04 86 40 00"]);
  });

  it("extraEvents: the same event twice, with the same sequence number", () => {
    const bench = new LockBench({ extraEvents: 1 });
    bench.lock.turnKnob("unlock");
    const [first, second] = bench.take();
    assert.equal(first, second);
  });

  it("keypadEchoesMs: tells a code that was cleared over the air again, as one cleared at the keypad", () => {
    const bench = new LockBench({ keypadEchoesMs: [2_000] });
    bench.lock.programAtKeypad({ userId: 3, code: "4711" });
    bench.take();
    bench.ask("01 09 07 03 00");
    bench.take();
    bench.time.advance(1_999);
    assert.deepEqual(bench.take(), []);
    bench.time.advance(1);
    const [echo] = bench.take();
    // Source 0 (keypad), code 3 (PIN code deleted), user 3.
    assert.equal(echo?.slice(6, 20), "21 00 03 03 00");
  });

  it("wantsDefaultResponse: repeats the event until it is confirmed, at most twice", () => {
    const bench = new LockBench({ wantsDefaultResponse: true });
    bench.lock.turnKnob("unlock");
    const [first] = bench.take();
    assert.equal(first?.slice(0, 2), "09");
    bench.time.advance(1_000);
    assert.deepEqual(bench.take(), [first]);
    bench.deliver(`10 ${first?.slice(3, 5)} 0b 20 00`);
    bench.time.advance(5_000);
    assert.deepEqual(bench.take(), []);
    bench.lock.turnKnob("lock");
    bench.time.advance(10_000);
    assert.equal(bench.take().length, 3);
  });

  it("eventOrder and eventGapMs: the report of lockState goes ahead of the event", () => {
    const bench = new LockBench({ eventOrder: "stateReportFirst", eventGapMs: 2_000 });
    bench.ask(reportLockState);
    bench.lock.turnKnob("unlock");
    assert.match(bench.take().join(), /^18 .. 0a 00 00 30 02$/);
    bench.time.advance(2_000);
    assert.match(bench.take().join(), /^19 .. 20 02 0e/);
  });

  it("isProgrammingUserIdShifted: the id is in the high octet", () => {
    const bench = new LockBench({ isProgrammingUserIdShifted: true });
    bench.lock.programAtKeypad({ userId: 5, code: "1234" });
    assert.match(bench.take()[0] ?? "", / 21 00 02 00 05 /);
  });

  it("allUsersId and noUserId: the vendor's own ids for all and nobody", () => {
    const bench = new LockBench({ allUsersId: 0xff, noUserId: 0 });
    bench.lock.deleteAtKeypad();
    assert.match(bench.take()[0] ?? "", / 21 00 03 ff 00 /);
    bench.lock.turnKnob("unlock");
    assert.match(bench.take()[0] ?? "", / 20 02 0e 00 00 /);
  });

  it("isProgrammingPinInData and isEventTimeAlwaysUnknown: as ID Lock tells it", () => {
    const bench = new LockBench({
      clock: "server",
      isProgrammingPinInData: true,
      isEventTimeAlwaysUnknown: true,
    });
    bench.lock.setClock(1_000);
    bench.lock.programAtKeypad({ userId: 5, code: "1234" });
    const event = bench.take()[0] ?? "";
    assert.match(event, / 21 00 02 05 00 00 00 01 ff ff ff ff 04 31 32 33 34$/);
  });

  it("activityAttributes: attributes instead of events, with the code as text or packed", () => {
    const bench = new LockBench({ activityAttributes: "ascii" });
    bench.setPin(5, "1234");
    bench.take();
    bench.lock.keypad("1234");
    const [activity, code, ...rest] = bench.take();
    assert.match(activity ?? "", /^18 .. 0a 00 01 1b 05 00 02 02$/);
    assert.match(code ?? "", /^18 .. 0a 01 01 41 04 31 32 33 34$/);
    assert.deepEqual(rest, []);
    const packed = new LockBench({ activityAttributes: "bcd" });
    packed.setPin(5, "1234");
    packed.take();
    packed.lock.keypad("1234");
    assert.match(packed.take()[1] ?? "", /41 02 12 34$/);
  });

  it("batteryUnitsPerPercent 1: whole percents", () => {
    const bench = new LockBench({ batteryUnitsPerPercent: 1 });
    bench.lock.setBattery(55);
    assert.deepEqual(bench.ask("10 01 00 21 00", 0x0001), ["18 01 01 21 00 00 20 37"]);
  });

  it("hasAlarms false: no Alarms cluster", () => {
    const bench = new LockBench({ hasAlarms: false });
    bench.lock.jam();
    assert.deepEqual(bench.take(), []);
    assert.equal(bench.lock.endpoints[0]?.inputClusters.includes(0x0009), false);
  });
});
