import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { decideAccess } from "../../../../drivers/simulated/lock/body/access.ts";
import { LockBench } from "./bench.ts";

/** 2026-11-23, a Monday, 00:00 in ZigBee seconds. */
const monday = Date.UTC(2026, 10, 23) / 1000 - 946_684_800;

function scheduled(type: number): LockBench {
  const bench = new LockBench({ clock: "server" });
  bench.setPin(1, "1234", type);
  return bench;
}

describe("schedules over the air", () => {
  it("stores a week-day schedule, reads it back and clears it", () => {
    const bench = scheduled(2);
    assert.deepEqual(bench.ask("01 01 0b 00 01 00 02 0f 2d 10 37"), ["09 01 0b 00"]);
    assert.deepEqual(bench.ask("01 02 0c 00 01 00"), ["09 02 0c 00 01 00 00 02 0f 2d 10 37"]);
    assert.deepEqual(bench.ask("01 03 0d 00 01 00"), ["09 03 0d 00"]);
    assert.deepEqual(bench.ask("01 04 0c 00 01 00"), ["09 04 0c 00 01 00 8b"]);
  });

  it("answers 0x85 about a schedule out of range", () => {
    assert.deepEqual(scheduled(2).ask("01 04 0c 04 01 00"), ["09 04 0c 04 01 00 85"]);
  });

  it("refuses hour 24, minute 60, no day at all, and an end before the start", () => {
    const bench = scheduled(2);
    for (const fields of ["02 18 00 10 37", "02 0f 3c 10 37", "00 0f 2d 10 37", "02 10 37 0f 2d"]) {
      assert.deepEqual(bench.ask(`01 01 0b 00 01 00 ${fields}`), ["09 01 0b 01"]);
    }
    assert.deepEqual(bench.ask("01 04 0c 00 01 00"), ["09 04 0c 00 01 00 8b"]);
  });

  it("stores a year-day schedule by local seconds", () => {
    const bench = scheduled(1);
    assert.deepEqual(bench.ask("01 01 0e 00 01 00 10 bd 96 32 90 0e 98 32"), ["09 01 0e 00"]);
    assert.deepEqual(bench.ask("01 02 0f 00 01 00"), [
      "09 02 0f 00 01 00 00 10 bd 96 32 90 0e 98 32",
    ]);
    assert.deepEqual(bench.ask("01 03 0e 00 01 00 90 0e 98 32 10 bd 96 32"), ["09 03 0e 01"]);
  });

  it("leaves year-day schedules alone when week-day ones are cleared", () => {
    const bench = scheduled(1);
    bench.ask("01 01 0e 00 01 00 10 bd 96 32 90 0e 98 32");
    bench.ask("01 01 0b 00 01 00 02 0f 2d 10 37");
    bench.ask("01 03 0d 00 01 00");
    assert.equal(bench.lock.storedUser(1)?.yearDaySchedules.length, 1);
  });

  it("keeps holidays, and refuses an operating mode that there is not", () => {
    const bench = scheduled(0);
    assert.deepEqual(bench.ask("01 01 11 00 10 00 00 00 20 00 00 00 05"), ["09 01 11 01"]);
    assert.deepEqual(bench.ask("01 01 11 00 10 00 00 00 20 00 00 00 01"), ["09 01 11 00"]);
    assert.deepEqual(bench.ask("01 02 12 00"), ["09 02 12 00 00 10 00 00 00 20 00 00 00 01"]);
    bench.lock.setClock(0x10);
    assert.equal(bench.lock.keypad("1234"), "refused");
    bench.lock.setClock(0x20);
    assert.equal(bench.lock.keypad("1234"), "opened");
  });

  it("opens inside the schedule only, by the lock's own clock", () => {
    const bench = scheduled(2);
    bench.ask("01 01 0b 00 01 00 02 0f 2d 10 37");
    bench.lock.setClock(monday + (15 * 60 + 44) * 60);
    assert.equal(bench.lock.keypad("1234"), "refused");
    assert.match(bench.take().at(-1) ?? "", / 20 00 06 01 00 /);
    bench.time.advance(60_000);
    assert.equal(bench.lock.keypad("1234"), "opened");
    bench.lock.loseClock();
    assert.equal(bench.lock.keypad("1234"), "refused");
  });
});

describe("the lock's decision", () => {
  const minute = fc.integer({ min: 0, max: 24 * 60 - 1 });
  const weekDay = fc
    .tuple(fc.integer({ min: 1, max: 127 }), minute, minute)
    .filter(([, start, end]) => end > start);

  it("agrees for any week-day schedules with the calendar, day by day and minute by minute", () => {
    fc.assert(
      fc.property(
        fc.array(weekDay, { maxLength: 4 }),
        fc.integer({ min: 0, max: 0xfffffff0 }),
        (made, now) => {
          const date = new Date((now + 946_684_800) * 1000);
          const minuteOfDay = date.getUTCHours() * 60 + date.getUTCMinutes();
          const isOpen = made.some(([mask, start, end]) => {
            const days = [0, 1, 2, 3, 4, 5, 6].filter(
              (day) => Math.floor(mask / 2 ** day) % 2 === 1,
            );
            return days.includes(date.getUTCDay()) && minuteOfDay >= start && minuteOfDay < end;
          });
          const schedules = made.map(([daysMask, start, end]) => ({
            daysMask,
            startHour: Math.floor(start / 60),
            startMinute: start % 60,
            endHour: Math.floor(end / 60),
            endMinute: end % 60,
          }));
          const decision = decideAccess({ status: 1, type: 2 }, schedules, [], now);
          assert.equal(decision, isOpen ? "granted" : "outsideSchedule");
        },
      ),
    );
  });

  it("opens for a year-day user from the start until before the end", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), (start, end, now) => {
        const decision = decideAccess({ status: 1, type: 1 }, [], [{ start, end }], now);
        assert.equal(decision === "granted", now >= start && now < end);
      }),
    );
  });

  it("never opens for a disabled or a non-access user, whatever the schedules", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4 }), fc.nat(), (type, now) => {
        const always = [{ start: 0, end: 0xffffffff }];
        assert.notEqual(decideAccess({ status: 3, type }, [], always, now), "granted");
        assert.notEqual(decideAccess({ status: 1, type: 4 }, [], always, now), "granted");
      }),
    );
  });
});

describe("the lock's log", () => {
  it("gives the newest record at index 0 and ends with not found", () => {
    const bench = scheduled(0);
    bench.lock.setClock(monday);
    bench.lock.keypad("1234");
    const [answer] = bench.ask("01 01 04 00 00");
    assert.match(answer ?? "", /^09 01 04 .. 00 .. .. .. .. 00 00 02 01 00 04 31 32 33 34$/);
    assert.deepEqual(bench.ask("01 01 04 f0 00"), ["18 01 0b 04 8b"]);
  });

  it("forgets the oldest records, and keeps what the masks hold back", () => {
    const bench = new LockBench({ logRecords: 2, initialMasks: "none" });
    for (const code of ["1111", "2222", "3333"]) bench.lock.keypad(code);
    assert.deepEqual(bench.take(), []);
    assert.deepEqual(
      bench.lock.log().map((record) => record.code),
      ["3333", "2222"],
    );
  });

  it("writes nothing while logging is off", () => {
    const bench = new LockBench();
    bench.ask("00 0b 02 20 00 10 00");
    bench.lock.keypad("1111");
    assert.equal(bench.lock.log().length, 0);
  });
});
