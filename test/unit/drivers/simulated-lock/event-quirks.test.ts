import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LockBench } from "./bench.ts";

const setPin1 = "01 09 05 01 00 01 00 04 31 32 33 34";
const reportLockState = "10 01 06 00 00 00 30 00 00 10 0e";

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
