import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { beginSlackMs } from "../../../../daemon/core/enforcement/slot-enforcement.ts";
import { toZigbeeUtc } from "../../../../daemon/core/time/zigbee-time.ts";
import { receivedFrames } from "../../../support/received-frames.ts";
import {
  hourSeconds,
  littleEndian,
  nowSeconds,
  ScheduleRig,
  writesAndChecks,
} from "./schedule-rig.ts";

describe("the gateway with a lock's schedules and clock", () => {
  const setup = new ScheduleRig();

  it("sets a window as a year-day schedule, then the user type, and reads both back", async () => {
    const lock = await setup.rig.lock({ clock: "server" });
    const frames = receivedFrames(lock);
    const [begin, end] = [nowSeconds() - 10, nowSeconds() + hourSeconds];
    await setup.rig.must(lock, "add_password", {
      password: "120001",
      permission_begin: begin,
      permission_end: end,
    });
    await setup.enforcedBy(lock, 1, "both");
    // The window has begun. The gateway sets its begin in the lock one minute early.
    const shownBegin = begin - beginSlackMs / 1000;
    const span = littleEndian(shownBegin - 946_684_800) + littleEndian(end - 946_684_800);
    const sent = frames.filter((frame) => /^(05|0e|14)/.test(frame));
    assert.deepEqual(sent, [
      `050200010006${Buffer.from("120001").toString("hex")}`,
      `0e000200${span}`,
      "14020001",
    ]);
    const read = frames.filter((frame) => /^(0f|15)/.test(frame));
    assert.deepEqual(read, ["0f000200", "150200"]);
    assert.equal(lock.storedUser(2)?.userType, 1);
    assert.equal(lock.keypad("120001"), "opened");
  });

  it("sets a code before its window, disabled until the lock has shown the schedule", async () => {
    const lock = await setup.rig.lock({ clock: "server" });
    const frames = receivedFrames(lock);
    await setup.rig.must(lock, "add_password", {
      password: "120002",
      permission_begin: nowSeconds() + hourSeconds,
      permission_end: nowSeconds() + 2 * hourSeconds,
    });
    await setup.rig.operation(lock, 1, [1, 3]);
    const commands = writesAndChecks(frames);
    assert.deepEqual(commands, ["05", "0e", "10", "10", "10", "14", "0f", "15", "09"]);
    // The lock has four schedules for each user. It is newly paired, so the gateway clears the
    // other three.
    const cleared = frames.filter((frame) => frame.startsWith("10"));
    assert.deepEqual(cleared, ["10010200", "10020200", "10030200"]);
    assert.match(frames.find((frame) => frame.startsWith("05")) ?? "", /^05020003/);
    assert.equal(frames.includes("09020001"), true);
    assert.equal(lock.keypad("120002"), "refused");
    assert.equal((await setup.passwordOf(lock, 1))?.guard, "both");
  });

  it("enforces the window itself while the lock's clock is 90 s off", async () => {
    const lock = await setup.rig.lock({ clock: "client" });
    await setup.withClock(lock);
    await setup.rig.must(lock, "add_password", {
      password: "120003",
      permission_end: nowSeconds() + hourSeconds,
    });
    await setup.enforcedBy(lock, 1, "both");
    await setup.withClock(lock, 90);
    await setup.enforcedBy(lock, 1, "gateway");
    assert.equal(lock.storedUser(2)?.userType, 0);
    assert.equal(lock.keypad("120003"), "opened");
    await setup.withClock(lock);
    await setup.enforcedBy(lock, 1, "both");
    assert.equal(lock.storedUser(2)?.userType, 1);
  });

  it("clears a preloaded code at once when the lock's clock goes wrong", async () => {
    const lock = await setup.rig.lock({ clock: "client" });
    await setup.withClock(lock);
    await setup.rig.must(lock, "add_password", {
      password: "120004",
      permission_begin: nowSeconds() + hourSeconds,
      permission_end: nowSeconds() + 2 * hourSeconds,
    });
    await setup.rig.operation(lock, 1, [1, 3]);
    await setup.withClock(lock, 3_600);
    await setup.rig.until("an empty slot", () => (lock.storedUser(2) === null ? true : null));
  });

  it("opens a window that began while the daemon was dead, and ends it", async () => {
    const lock = await setup.rig.lock({ clock: "server" });
    const begin = nowSeconds() + 24 * hourSeconds;
    await setup.rig.must(lock, "add_password", {
      password: "120024",
      permission_begin: begin,
      permission_end: begin + hourSeconds,
    });
    await setup.rig.operation(lock, 1, [1, 3]);
    await setup.rig.stop();
    const at = (seconds: number) => {
      lock.setClock(toZigbeeUtc(seconds * 1000));
      return lock.keypad("120024");
    };
    assert.deepEqual(
      [at(begin - 60), at(begin + 1), at(begin + hourSeconds)],
      ["refused", "opened", "refused"],
    );
    await setup.rig.restart();
  });

  it("enforces the window alone if the lock does not accept a user type", async () => {
    const lock = await setup.rig.lock({ clock: "server", unsupportedCommands: [0x14] });
    const end = nowSeconds() + hourSeconds;
    await setup.rig.must(lock, "add_password", { password: "120007", permission_end: end });
    await setup.rig.until("the lock's refusal to be known", () =>
      setup.rig.store.get("lock", [`0x${lock.ieee}`])?.scheduling.yearDay === "no" ? true : null,
    );
    await setup.rig.until("an unrestricted code", () =>
      lock.storedUser(2)?.userType === 0 && lock.keypad("120007") === "opened" ? true : null,
    );
    await setup.enforcedBy(lock, 1, "gateway");
  });

  it("sends the schedule again when the window is changed", async () => {
    const lock = await setup.rig.lock({ clock: "server" });
    const end = nowSeconds() + hourSeconds;
    await setup.rig.must(lock, "add_password", { password: "120008", permission_end: end });
    await setup.enforcedBy(lock, 1, "both");
    await setup.rig.must(lock, "update_password", {
      password_id: 1,
      permission: { end: end + hourSeconds },
    });
    const localEnd = end + hourSeconds - 946_684_800;
    await setup.rig.until("the new end in the lock", () =>
      lock.storedUser(2)?.yearDaySchedules[0]?.end === localEnd ? true : null,
    );
    await setup.enforcedBy(lock, 1, "both");
  });

  it("leaves no schedule for the next holder of the slot", async () => {
    const lock = await setup.rig.lock({ clock: "server" });
    const end = nowSeconds() + hourSeconds;
    await setup.rig.must(lock, "add_password", { password: "120009", permission_end: end });
    await setup.enforcedBy(lock, 1, "both");
    await setup.rig.must(lock, "delete_password", { password_id: 1 });
    await setup.rig.operation(lock, 1, [2, 3]);
    await setup.rig.must(lock, "add_password", { password: "120010" });
    await setup.rig.operation(lock, 2, [1, 3]);
    assert.equal(lock.storedUser(2)?.userType, 0);
    assert.deepEqual(lock.storedUser(2)?.yearDaySchedules, []);
    assert.equal((await setup.passwordOf(lock, 2))?.guard, "gateway");
  });

  it("writes the clock of a lock that is a time server, and reads it back", async () => {
    const lock = await setup.rig.lock({ clock: "server" });
    await setup.rig.until("a healthy clock", () =>
      setup.rig.store.get("lock", [`0x${lock.ieee}`])?.lockClock.state === "healthy" ? true : null,
    );
    assert.ok(Math.abs((lock.localSeconds ?? 0) - toZigbeeUtc(Date.now())) <= 2);
  });

  it("leaves a lock that refuses a code after its end while the daemon is dead", async () => {
    const lock = await setup.rig.lock({ clock: "server" });
    const end = nowSeconds() + hourSeconds;
    await setup.rig.must(lock, "add_password", { password: "120011", permission_end: end });
    await setup.enforcedBy(lock, 1, "both");
    await setup.rig.stop();
    assert.equal(lock.keypad("120011"), "opened");
    lock.setClock(toZigbeeUtc(end * 1000));
    assert.equal(lock.keypad("120011"), "refused");
    assert.equal(lock.acts().at(-1)?.reason, "outsideSchedule");
    await setup.rig.restart();
  });
});
