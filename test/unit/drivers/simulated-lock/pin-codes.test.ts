import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LockBench } from "./bench.ts";

describe("PIN codes over the air", () => {
  it("stores a PIN and answers 0", () => {
    const bench = new LockBench();
    const [answer, event] = bench.ask("01 07 05 01 00 01 00 04 31 32 33 34");
    assert.equal(answer, "09 07 05 00");
    assert.equal(event?.slice(0, 2), "19");
    assert.match(event ?? "", /21 01 02 01 00 04 31 32 33 34 00 01 ff ff ff ff 00$/);
    assert.equal(bench.lock.storedUser(1)?.pinCode.reveal(), "1234");
  });

  it("reads a PIN back", () => {
    const bench = new LockBench();
    bench.setPin(1, "1234");
    assert.deepEqual(bench.ask("11 08 06 01 00"), ["09 08 06 01 00 01 00 04 31 32 33 34"]);
  });

  it("keeps the zeros of 0012", () => {
    const bench = new LockBench();
    bench.setPin(1, "0012");
    assert.deepEqual(bench.ask("11 08 06 01 00"), ["09 08 06 01 00 01 00 04 30 30 31 32"]);
  });

  it("reads an empty slot as status 0, type FF, no code", () => {
    assert.deepEqual(new LockBench().ask("11 08 06 01 00"), ["09 08 06 01 00 00 ff 00"]);
  });

  it("answers 0x85 about a user out of range", () => {
    assert.deepEqual(new LockBench().ask("11 08 06 99 00"), ["18 08 0b 06 85"]);
  });

  it("answers 3 to a code that another user has", () => {
    const bench = new LockBench();
    bench.setPin(1, "1234");
    assert.deepEqual(bench.ask("01 09 05 02 00 01 00 04 31 32 33 34"), ["09 09 05 03"]);
    assert.equal(bench.lock.storedUser(2), null);
  });

  it("answers 2 when its memory is full", () => {
    const bench = new LockBench({ totalUsers: 1 });
    bench.setPin(1, "1234");
    assert.deepEqual(bench.ask("01 09 05 02 00 01 00 04 39 39 39 39"), ["09 09 05 02"]);
  });

  it("refuses codes that are too short, too long or no digits with 1", () => {
    const bench = new LockBench();
    assert.deepEqual(bench.ask("01 09 05 02 00 01 00 03 31 32 33"), ["09 09 05 01"]);
    assert.deepEqual(bench.ask("01 09 05 02 00 01 00 09 31 32 33 31 32 33 31 32 33"), [
      "09 09 05 01",
    ]);
    assert.deepEqual(bench.ask("01 09 05 02 00 01 00 04 31 32 61 34"), ["09 09 05 01"]);
    assert.deepEqual(bench.lock.users(), []);
  });

  it("clears one user and drops the user's schedules", () => {
    const bench = new LockBench();
    bench.setPin(1, "1234", 2);
    bench.ask("01 09 0b 00 01 00 02 0c 1e 11 1e");
    assert.equal(bench.lock.storedUser(1)?.weekDaySchedules.length, 1);
    assert.equal(bench.ask("01 0a 07 01 00")[0], "09 0a 07 00");
    assert.equal(bench.lock.storedUser(1), null);
    bench.setPin(1, "1234", 2);
    assert.deepEqual(bench.lock.storedUser(1)?.weekDaySchedules, []);
  });

  it("clears all users", () => {
    const bench = new LockBench();
    bench.setPin(1, "1234");
    bench.setPin(2, "5678");
    assert.equal(bench.ask("01 0a 08")[0], "09 0a 08 00");
    assert.deepEqual(bench.lock.users(), []);
  });

  it("freezes and unfreezes a user, and refuses any other status", () => {
    const bench = new LockBench();
    bench.setPin(1, "1234");
    assert.deepEqual(bench.ask("01 0a 09 01 00 03"), ["09 0a 09 00"]);
    assert.equal(bench.lock.keypad("1234"), "refused");
    assert.deepEqual(bench.ask("01 0a 0a 01 00"), ["09 0a 0a 01 00 03"]);
    assert.deepEqual(bench.ask("01 0a 09 01 00 00"), ["09 0a 09 01"]);
    assert.deepEqual(bench.ask("01 0a 09 01 00 02"), ["09 0a 09 01"]);
    assert.deepEqual(bench.ask("01 0a 09 01 00 01"), ["09 0a 09 00"]);
    assert.equal(bench.lock.keypad("1234"), "opened");
  });

  it("hides the digits while sendPinOverTheAir is off", () => {
    const bench = new LockBench();
    bench.setPin(1, "1234");
    assert.deepEqual(bench.ask("00 0b 02 32 00 10 00"), ["18 0b 04 00"]);
    assert.deepEqual(bench.ask("11 0c 06 01 00"), ["09 0c 06 01 00 01 00 04 ff ff ff ff"]);
  });

  it("stores RFID codes apart from PINs", () => {
    const bench = new LockBench();
    assert.equal(bench.ask("01 0a 16 03 00 01 00 04 de ad be ef")[0], "09 0a 16 00");
    assert.deepEqual(bench.ask("01 0b 17 03 00"), ["09 0b 17 03 00 01 00 04 de ad be ef"]);
    assert.equal(bench.lock.rfid("\xde\xad\xbe\xef"), "opened");
    assert.equal(bench.ask("01 0c 18 03 00")[0], "09 0c 18 00");
    assert.equal(bench.lock.rfid("\xde\xad\xbe\xef"), "refused");
  });
});

describe("a person at the keypad", () => {
  it("opens with a code and reports whose code it was", () => {
    const bench = new LockBench();
    bench.setPin(5, "1234");
    bench.take();
    assert.equal(bench.lock.keypad("1234"), "opened");
    assert.match(bench.take()[0] ?? "", /^19 .. 20 00 02 05 00 04 31 32 33 34 ff ff ff ff 00$/);
    assert.equal(bench.lock.lockState, "unlocked");
  });

  it("reports a code that was set at the keypad", () => {
    const bench = new LockBench();
    assert.equal(bench.lock.programAtKeypad({ userId: 5, code: "1234" }), "done");
    assert.match(bench.take()[0] ?? "", / 21 00 02 05 00 04 31 32 33 34 00 01 ff ff ff ff 00$/);
    assert.equal(bench.lock.changeAtKeypad({ userId: 5, code: "4321" }), "done");
    assert.match(bench.take()[0] ?? "", / 21 00 04 05 00 /);
    assert.equal(bench.lock.deleteAtKeypad(5), "done");
    assert.match(bench.take()[0] ?? "", / 21 00 03 05 00 /);
  });

  it("lets nobody program while local programming is off", () => {
    const bench = new LockBench();
    bench.ask("00 0b 02 28 00 10 00");
    assert.equal(bench.lock.programAtKeypad({ userId: 5, code: "1234" }), "notAllowed");
    assert.deepEqual(bench.lock.users(), []);
  });

  it("is locked out after the limit of wrong codes, with an alarm, for the time set", () => {
    const bench = new LockBench();
    bench.setPin(1, "1234");
    bench.ask("00 0b 02 30 00 20 03 31 00 20 0a");
    for (let attempt = 0; attempt < 3; attempt++)
      assert.equal(bench.lock.keypad("0000"), "refused");
    const sent = bench.sent.filter((frame) => frame.clusterId === 0x0009);
    assert.equal(sent.length, 1);
    assert.deepEqual([...(sent[0]?.payload.slice(2) ?? [])], [0x00, 0x04, 0x01, 0x01]);
    assert.equal(bench.lock.keypad("1234"), "lockedOut");
    bench.time.advance(10_000);
    assert.equal(bench.lock.keypad("1234"), "opened");
  });

  it("opens nothing in privacy mode, neither by code nor over the air", () => {
    const bench = new LockBench();
    bench.setPin(1, "1234");
    bench.ask("00 0b 02 25 00 30 02");
    assert.equal(bench.lock.keypad("1234"), "refused");
    assert.deepEqual(bench.ask("01 0c 01 00"), ["09 0c 01 01"]);
    assert.equal(bench.lock.lockState, "locked");
  });

  it("requires the right PIN by radio when that is configured", () => {
    const bench = new LockBench();
    bench.setPin(1, "1234");
    bench.ask("00 0b 02 33 00 10 01");
    const [event, refusal] = bench.ask("01 0c 01 00");
    assert.match(event ?? "", /^19 .. 20 01 05 /);
    assert.equal(refusal, "09 0c 01 01");
    assert.equal(bench.ask("01 0c 01 04 31 32 33 34")[0], "09 0c 01 00");
    assert.equal(bench.lock.lockState, "unlocked");
  });

  it("locks again after unlock with timeout", () => {
    const bench = new LockBench();
    assert.equal(bench.ask("01 0c 03 0a 00 00")[0], "09 0c 03 00");
    assert.equal(bench.lock.lockState, "unlocked");
    bench.time.advance(10_000);
    assert.equal(bench.lock.lockState, "locked");
  });

  it("jams half way, with an alarm", () => {
    const bench = new LockBench();
    bench.lock.jam();
    assert.equal(bench.lock.lockState, "notFullyLocked");
    assert.match(bench.take()[0] ?? "", /^19 .. 00 00 01 01$/);
    assert.equal(bench.lock.turnKnob("lock"), "moved");
  });

  it("raises an alarm when a locked door is forced", () => {
    const bench = new LockBench();
    bench.lock.forceDoor();
    assert.match(bench.take().at(-1) ?? "", /^19 .. 00 06 01 01$/);
    assert.equal(bench.lock.doorState, "forcedOpen");
  });
});
