import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LockBench } from "./bench.ts";

describe("attributes of the virtual lock", () => {
  it("answers a read with values, and with 0x86 what it does not have", () => {
    const bench = new LockBench();
    assert.deepEqual(bench.ask("10 01 00 00 00 12 00 ff 7f"), [
      "18 01 01 00 00 00 30 01 12 00 00 21 32 00 ff 7f 86",
    ]);
  });

  it("refuses a write of a read-only attribute with 0x88", () => {
    assert.deepEqual(new LockBench().ask("10 01 02 12 00 21 05 00"), ["18 01 04 88 12 00"]);
  });

  it("refuses an unknown attribute with 0x86, a wrong value with 0x87, a wrong type with 0x8D", () => {
    const bench = new LockBench();
    assert.deepEqual(bench.ask("10 01 02 ff 7f 21 05 00"), ["18 01 04 86 ff 7f"]);
    assert.deepEqual(bench.ask("10 01 02 25 00 30 05"), ["18 01 04 87 25 00"]);
    assert.deepEqual(bench.ask("10 01 02 25 00 20 01"), ["18 01 04 8d 25 00"]);
  });

  it("writes all or nothing when undivided", () => {
    const bench = new LockBench();
    assert.deepEqual(bench.ask("10 01 03 23 00 23 0a 00 00 00 12 00 21 05 00"), [
      "18 01 04 88 12 00",
    ]);
    assert.deepEqual(bench.ask("10 02 00 23 00"), ["18 02 01 23 00 00 23 00 00 00 00"]);
  });

  it("does not answer a write without response", () => {
    const bench = new LockBench();
    assert.deepEqual(bench.ask("10 01 05 23 00 23 0a 00 00 00"), []);
    assert.deepEqual(bench.ask("10 02 00 23 00"), ["18 02 01 23 00 00 23 0a 00 00 00"]);
  });

  it("lists its attributes", () => {
    const [answer] = new LockBench().ask("10 01 0c 12 00 02");
    assert.equal(answer, "18 01 0d 00 12 00 21 13 00 21");
  });

  it("answers unknown commands and clusters as the specification requires", () => {
    const bench = new LockBench();
    assert.deepEqual(bench.ask("11 01 7f"), ["18 01 0b 7f 81"]);
    assert.deepEqual(bench.ask("10 01 7f"), ["18 01 0b 7f 82"]);
    assert.deepEqual(bench.ask("15 5f 11 01 05"), ["1c 5f 11 01 0b 05 83"]);
    assert.deepEqual(bench.ask("14 5f 11 01 00 00 00"), ["1c 5f 11 01 0b 00 84"]);
    assert.deepEqual(bench.ask("11 01 00", 0x0006), ["18 01 0b 00 c3"]);
    assert.deepEqual(bench.ask("11 01 05 01"), ["18 01 0b 05 80"]);
  });

  it("gives a default response to a command without one of its own, unless the request forbids it", () => {
    const bench = new LockBench();
    assert.deepEqual(bench.ask("01 01 00 05 00", 0x0003), ["18 01 0b 00 00"]);
    assert.deepEqual(bench.ask("11 02 00 05 00", 0x0003), []);
  });

  it("never answers a default response", () => {
    assert.deepEqual(new LockBench().ask("00 01 0b 20 00"), []);
  });

  it("has the vendor's attributes under his code only", () => {
    const bench = new LockBench({}, "ID Lock 150");
    assert.deepEqual(bench.ask("14 37 13 01 00 00 40"), ["1c 37 13 01 01 00 40 00 10 01"]);
    assert.deepEqual(bench.ask("10 01 00 00 40"), ["18 01 01 00 40 86"]);
  });
});

describe("reporting", () => {
  const lockState = "00 00 00 30 00 00 10 0e";

  it("reports lockState when it changes, and after the longest time", () => {
    const bench = new LockBench();
    assert.deepEqual(bench.ask(`10 01 06 ${lockState}`), ["18 01 07 00"]);
    bench.lock.turnKnob("unlock");
    assert.match(bench.take().at(-1) ?? "", /^18 .. 0a 00 00 30 02$/);
    bench.time.advance(3_600_000);
    assert.match(bench.take().at(-1) ?? "", /^18 .. 0a 00 00 30 02$/);
  });

  it("reports the vendor's attributes under his code", () => {
    const bench = new LockBench({}, "ID Lock 150");
    const serviceMode = "00 03 40 20 00 00 10 0e 01";
    assert.deepEqual(bench.ask(`14 37 13 01 06 ${serviceMode}`), ["1c 37 13 01 07 00"]);
    const [report = "", answer] = bench.ask("14 37 13 02 02 03 40 20 07");
    assert.match(report, /^1c 37 13 .. 0a 03 40 20 07$/);
    assert.equal(answer, "1c 37 13 02 04 00");
  });

  it("reports its reporting configuration when it is read", () => {
    const bench = new LockBench();
    assert.deepEqual(bench.ask("10 01 08 00 00 00"), ["18 01 09 8b 00 00 00"]);
    bench.ask(`10 01 06 ${lockState}`);
    assert.deepEqual(bench.ask("10 01 08 00 00 00"), ["18 01 09 00 00 00 00 30 00 00 10 0e"]);
  });

  it("refuses to report what cannot be reported", () => {
    const bench = new LockBench();
    assert.deepEqual(bench.ask("10 01 06 00 12 00 21 00 00 10 0e 01 00"), ["18 01 07 8c 00 12 00"]);
  });

  it("reports the battery only after the change that was asked, and not before the least time", () => {
    const bench = new LockBench();
    bench.ask("10 01 06 00 21 00 20 0a 00 00 00 04", 0x0001);
    bench.time.advance(10_000);
    bench.lock.setBattery(99);
    assert.deepEqual(bench.take(), []);
    bench.lock.setBattery(98);
    assert.match(bench.take()[0] ?? "", /0a 21 00 20 c4$/);
    bench.lock.setBattery(50);
    assert.deepEqual(bench.take(), []);
    bench.time.advance(10_000);
    assert.match(bench.take()[0] ?? "", /0a 21 00 20 64$/);
  });

  it("sends no report of a cluster that is not bound", () => {
    const bench = new LockBench();
    bench.ask(`10 01 06 ${lockState}`);
    bench.lock.bind({
      isUnbind: true,
      sourceEndpoint: 1,
      clusterId: 0x0101,
      destinationIeee: "00124b0014d2a1f7",
      destinationEndpoint: 1,
    });
    bench.lock.turnKnob("unlock");
    assert.deepEqual(bench.take(), []);
  });
});

describe("alarms", () => {
  it("are raised for a battery that is nearly empty, once", () => {
    const bench = new LockBench();
    bench.lock.setBattery(5);
    bench.lock.setBattery(4);
    assert.equal(bench.sent.length, 1);
    assert.match(bench.take()[0] ?? "", /^19 .. 00 10 01 00$/);
  });

  it("are counted until they are reset", () => {
    const bench = new LockBench();
    bench.lock.jam();
    assert.deepEqual(bench.ask("10 01 00 00 00", 0x0009), ["18 01 01 00 00 00 21 01 00"]);
    assert.deepEqual(bench.ask("01 02 01", 0x0009), ["18 02 0b 01 00"]);
    assert.deepEqual(bench.ask("10 03 00 00 00", 0x0009), ["18 03 01 00 00 00 21 00 00"]);
  });

  it("stay inside when their bit in alarmMask is clear", () => {
    const bench = new LockBench();
    bench.ask("10 01 02 40 00 19 fe ff");
    bench.lock.jam();
    assert.deepEqual(bench.take(), []);
  });
});

describe("polling of a sleepy lock", () => {
  const sleepy = {
    isSleepy: true,
    longPollMs: 5_000,
    awakeAfterJoinMs: 1_000,
    checkInQuarterSeconds: 240,
  };

  it("polls fast at first and then at its long interval", () => {
    const bench = new LockBench(sleepy);
    bench.time.advance(2_000);
    bench.polls = 0;
    bench.time.advance(20_000);
    assert.ok(bench.polls >= 3 && bench.polls <= 5, `${bench.polls} polls`);
  });

  it("checks in, and polls fast if the answer asks for it", () => {
    const bench = new LockBench(sleepy);
    bench.time.advance(60_000);
    const checkIn = bench.sent.find((frame) => frame.clusterId === 0x0020);
    assert.deepEqual([...(checkIn?.payload.slice(2) ?? [])], [0x00]);
    bench.deliver("11 01 00 01 28 00", 0x0020);
    bench.polls = 0;
    bench.time.advance(9_000);
    assert.ok(bench.polls >= 17, `${bench.polls} polls`);
    bench.deliver("11 02 01", 0x0020);
    bench.polls = 0;
    bench.time.advance(9_000);
    assert.ok(bench.polls <= 2, `${bench.polls} polls`);
  });

  it("keeps polling while it sends all the time", () => {
    const bench = new LockBench(sleepy);
    bench.polls = 0;
    for (let turn = 0; turn < 50; turn++) {
      bench.lock.turnKnob(turn % 2 === 0 ? "unlock" : "lock");
      bench.time.advance(100);
    }
    assert.ok(bench.polls >= 15, `${bench.polls} polls`);
  });

  it("takes another long poll interval", () => {
    const bench = new LockBench(sleepy);
    assert.deepEqual(bench.ask("01 01 02 08 00 00 00", 0x0020), ["18 01 0b 02 00"]);
    assert.deepEqual(bench.ask("10 01 00 01 00", 0x0020), ["18 01 01 01 00 00 23 08 00 00 00"]);
  });
});

describe("the lock's clock", () => {
  it("is requested from the coordinator after joining and set from its answer", () => {
    const bench = new LockBench({ clock: "client" });
    bench.time.advance(2_000);
    const asked = bench.sent.find((frame) => frame.clusterId === 0x000a);
    assert.deepEqual([...(asked?.payload.slice(2, 5) ?? [])], [0x00, 0x00, 0x00]);
    bench.deliver("18 01 01 00 00 00 e2 00 00 00 30 07 00 00 23 10 0e 00 30", 0x000a);
    assert.equal(bench.lock.localSeconds, 0x30000e10);
    bench.time.advance(10_000);
    assert.equal(bench.lock.localSeconds, 0x30000e1a);
  });

  it("does not believe an unsynchronised source when it is strict", () => {
    const bench = new LockBench({ clock: "client", timeSource: "strict" });
    bench.deliver("18 01 01 00 00 00 e2 00 00 00 30 01 00 00 18 00", 0x000a);
    assert.equal(bench.lock.localSeconds, null);
    bench.deliver("18 01 01 00 00 00 e2 00 00 00 30 01 00 00 18 02", 0x000a);
    assert.equal(bench.lock.localSeconds, 0x30000000);
  });

  it("is written where the lock is the time server", () => {
    const bench = new LockBench({ clock: "server" });
    assert.deepEqual(bench.ask("10 01 00 00 00", 0x000a), ["18 01 01 00 00 00 e2 ff ff ff ff"]);
    bench.ask("10 01 02 02 00 2b f0 f1 ff ff 00 00 e2 00 00 00 30", 0x000a);
    assert.equal(bench.lock.localSeconds, 0x30000000 - 3_600);
  });

  it("gains time at the rate that is set", () => {
    const bench = new LockBench({ clock: "server" });
    bench.lock.setClock(1_000);
    bench.lock.drift(1_000);
    bench.time.advance(1_000_500);
    assert.equal(bench.lock.localSeconds, 2_001);
  });
});
