import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toZigbeeUtc } from "../../../../daemon/core/time/zigbee-time.ts";
import { receivedFrames } from "../../../support/received-frames.ts";
import {
  daySeconds,
  days,
  hourSeconds,
  nowSeconds,
  ScheduleRig,
  threeDays,
  writesAndChecks,
} from "./schedule-rig.ts";

describe("the gateway with a weekly password", () => {
  const setup = new ScheduleRig();

  it("sets a week as one schedule with its days", async () => {
    const lock = await setup.rig.lock({ clock: "server" });
    const frames = receivedFrames(lock);
    const { weekly, daysMask } = threeDays();
    await setup.rig.must(lock, "add_password", { password: "120005", weekly });
    await setup.enforcedBy(lock, 1, "both");
    const mask = Buffer.of(daysMask).toString("hex");
    assert.equal(frames.includes(`0b000200${mask}0000173b`), true);
    assert.equal(lock.storedUser(2)?.userType, 2);
  });

  it("sets a week in advance, which opens in the next weeks with the daemon dead", async () => {
    const lock = await setup.rig.lock({ clock: "server" });
    const frames = receivedFrames(lock);
    const inThreeDays = (new Date().getUTCDay() + 3) % 7;
    const weekly = {
      days: [days[inThreeDays]],
      start_minute: 0,
      end_minute: 720,
      time_zone: "UTC",
    };
    await setup.rig.must(lock, "add_password", { password: "120021", weekly });
    await setup.rig.operation(lock, 1, [1, 3]);
    await setup.enforcedBy(lock, 1, "both");
    const commands = writesAndChecks(frames);
    // Schedules that another gateway may have left in the slot are cleared before the type is set.
    const freed = ["0d", "0d", "0d"];
    assert.deepEqual(commands, ["05", "0b", ...freed, "14", "0c", "15", "09"]);
    assert.match(frames.find((frame) => frame.startsWith("05")) ?? "", /^05020003/);
    assert.equal(lock.keypad("120021"), "refused");
    await setup.rig.stop();
    const midnight = Math.floor(nowSeconds() / daySeconds) * daySeconds;
    const at = (dayCount: number, hours: number) => {
      lock.setClock(toZigbeeUtc((midnight + dayCount * daySeconds + hours * hourSeconds) * 1000));
      return lock.keypad("120021");
    };
    assert.equal(at(2, 23), "refused");
    assert.equal(at(3, 1), "opened");
    assert.equal(at(3, 13), "refused");
    assert.equal(lock.acts().at(-1)?.reason, "outsideSchedule");
    assert.equal(at(10, 11), "opened");
    assert.equal(at(11, 1), "refused");
    await setup.rig.restart();
  });

  it("splits a week past midnight by day, and the lock enforces both parts by itself", async () => {
    const lock = await setup.rig.lock({ clock: "server", weekDayMask: "singleDay" });
    const day = (new Date().getUTCDay() + 3) % 7;
    const weekly = { days: [days[day]], start_minute: 1320, end_minute: 360, time_zone: "UTC" };
    await setup.rig.must(lock, "add_password", { password: "120022", weekly });
    await setup.enforcedBy(lock, 1, "both");
    const next = (day + 1) % 7;
    assert.deepEqual(
      lock.storedUser(2)?.weekDaySchedules.map(({ daysMask }) => daysMask),
      [1 << day, 1 << next],
    );
    await setup.rig.stop();
    const midnight = Math.floor(nowSeconds() / daySeconds) * daySeconds;
    const at = (dayCount: number, hours: number) => {
      lock.setClock(toZigbeeUtc((midnight + dayCount * daySeconds + hours * hourSeconds) * 1000));
      return lock.keypad("120022");
    };
    assert.deepEqual(
      [at(3, 21), at(3, 22), at(4, 5), at(4, 6), at(4, 22)],
      ["refused", "opened", "opened", "refused", "refused"],
    );
    await setup.rig.restart();
  });

  it("disables a preloaded week while the clock is 90 s off, and sets it again later", async () => {
    const lock = await setup.rig.lock({ clock: "client" });
    await setup.withClock(lock);
    const weekly = {
      days: [days[(new Date().getUTCDay() + 3) % 7]],
      start_minute: 0,
      end_minute: 720,
      time_zone: "UTC",
    };
    await setup.rig.must(lock, "add_password", { password: "120023", weekly });
    await setup.rig.operation(lock, 1, [1, 3]);
    const status = (wanted: number) =>
      setup.rig.until(`status ${wanted}`, () =>
        lock.storedUser(2)?.userStatus === wanted ? true : null,
      );
    await status(1);
    await setup.withClock(lock, 90);
    await status(3);
    await setup.withClock(lock);
    await status(1);
    assert.equal(lock.keypad("120023"), "refused");
    assert.equal(lock.acts().at(-1)?.reason, "outsideSchedule");
  });

  it("sets a week day by day in a lock that accepts one day at a time", async () => {
    const lock = await setup.rig.lock({ clock: "server", weekDayMask: "singleDay" });
    await setup.rig.must(lock, "add_password", { password: "120006", weekly: threeDays().weekly });
    await setup.enforcedBy(lock, 1, "both");
    assert.equal(lock.storedUser(2)?.weekDaySchedules.length, 3);
    assert.equal(lock.keypad("120006"), "opened");
  });

  it("clears a week from an earlier pairing before its own one counts", async () => {
    const quirks = {
      clock: "server",
      weekDayMask: "singleDay",
      clearPinLeavesSchedules: true,
    } as const;
    const lock = await setup.rig.lock(quirks);
    await setup.rig.must(lock, "add_password", { password: "120012", weekly: threeDays().weekly });
    await setup.enforcedBy(lock, 1, "both");
    await setup.rig.must(lock, "remove_lock");
    await setup.rig.until("the lock to have left", () => (lock.isJoined ? null : true));
    await setup.rig.pair(lock);
    const inThreeDays = days[(new Date().getUTCDay() + 3) % 7];
    const weekly = { days: [inThreeDays], start_minute: 0, end_minute: 1440, time_zone: "UTC" };
    await setup.rig.must(lock, "add_password", { is_default: 1, password: "999111" });
    await setup.rig.untilStored(lock, "999111");
    await setup.rig.must(lock, "add_password", { password: "120013", weekly });
    await setup.enforcedBy(lock, 1, "both");
    await setup.rig.until("the code to be enabled", () =>
      lock.storedUser(2)?.userStatus === 1 ? true : null,
    );
    assert.equal(lock.keypad("120013"), "refused");
    assert.equal(lock.acts().at(-1)?.reason, "outsideSchedule");
  });
});
