import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { JsonObject } from "../../../../daemon/base/json.ts";
import { beginSlackMs } from "../../../../daemon/core/enforcement/slot-enforcement.ts";
import { toZigbeeUtc } from "../../../../daemon/core/time/zigbee-time.ts";
import type { VirtualLock } from "../../../../drivers/simulated/lock/virtual-lock.ts";
import { receivedFrames } from "../../../support/received-frames.ts";
import { KeeperRig } from "../../../support/rigs/keeper-rig.ts";

const hourSeconds = 3_600;
const daySeconds = 86_400;
const days = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

function littleEndian(seconds: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(seconds);
  return bytes.toString("hex");
}

/** Yesterday, today and tomorrow, all day long: open now, whatever the time is. */
function threeDays(): { readonly weekly: JsonObject; readonly daysMask: number } {
  const today = new Date().getUTCDay();
  const chosen = [(today + 6) % 7, today, (today + 1) % 7];
  const weekly = {
    days: chosen.map((day) => days[day] ?? ""),
    start_minute: 0,
    end_minute: 1440,
    time_zone: "UTC",
  };
  return { weekly, daysMask: chosen.reduce((mask, day) => mask | (1 << day), 0) };
}

/** Command ids without Get PIN Code and Get Log Record, which belong to no password. */
function writesAndChecks(frames: readonly string[]): readonly string[] {
  const commands = frames.map((frame) => frame.slice(0, 2));
  return commands.filter((command) => command !== "06" && command !== "04");
}

describe("the gateway with a lock's schedules and clock", () => {
  let rig: KeeperRig;
  before(async () => {
    rig = await KeeperRig.open([], { timeZone: "UTC" });
  });
  after(() => rig.close());

  /** The lock's clock is right, and the gateway has seen that it is. */
  async function withClock(lock: VirtualLock, aheadSeconds = 0): Promise<void> {
    lock.setClock(toZigbeeUtc(Date.now()) + aheadSeconds);
    lock.turnKnob("lock");
    const wanted = Math.abs(aheadSeconds) > 60 ? "drifting" : "healthy";
    await rig.until(`a clock that is ${wanted}`, () => {
      const record = rig.store.get("lock", [`0x${lock.ieee}`]);
      return record?.lockClock.state === wanted ? true : null;
    });
  }

  async function passwordOf(lock: VirtualLock, id: number) {
    const { passwords } = await rig.must(lock, "fetch_passwords");
    assert.ok(Array.isArray(passwords));
    return passwords.find((password) => password.id === id);
  }

  function guarded(lock: VirtualLock, id: number, guard: string): Promise<true> {
    return rig.until(`password ${id} guarded by ${guard}`, async () =>
      (await passwordOf(lock, id))?.guard === guard ? true : null,
    );
  }

  it("sets a window as a year-day schedule, then the user type, and reads both back", async () => {
    const lock = await rig.lock({ clock: "server" });
    const frames = receivedFrames(lock);
    const [begin, end] = [nowSeconds() - 10, nowSeconds() + hourSeconds];
    await rig.must(lock, "add_password", {
      password: "120001",
      permission_begin: begin,
      permission_end: end,
    });
    await guarded(lock, 1, "both");
    // The window has begun: the begin in the lock is a minute early.
    const toldBegin = begin - beginSlackMs / 1000;
    const span = littleEndian(toldBegin - 946_684_800) + littleEndian(end - 946_684_800);
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
    const lock = await rig.lock({ clock: "server" });
    const frames = receivedFrames(lock);
    await rig.must(lock, "add_password", {
      password: "120002",
      permission_begin: nowSeconds() + hourSeconds,
      permission_end: nowSeconds() + 2 * hourSeconds,
    });
    await rig.operation(lock, 1, [1, 3]);
    const commands = writesAndChecks(frames);
    assert.deepEqual(commands, ["05", "0e", "10", "10", "10", "14", "0f", "15", "09"]);
    // The lock keeps four for each user, and is new here: what somebody left in the other three is cleared.
    const cleared = frames.filter((frame) => frame.startsWith("10"));
    assert.deepEqual(cleared, ["10010200", "10020200", "10030200"]);
    assert.match(frames.find((frame) => frame.startsWith("05")) ?? "", /^05020003/);
    assert.equal(frames.includes("09020001"), true);
    assert.equal(lock.keypad("120002"), "refused");
    assert.equal((await passwordOf(lock, 1))?.guard, "both");
  });

  it("enforces the window itself while the lock's clock is 90 s off", async () => {
    const lock = await rig.lock({ clock: "client" });
    await withClock(lock);
    await rig.must(lock, "add_password", {
      password: "120003",
      permission_end: nowSeconds() + hourSeconds,
    });
    await guarded(lock, 1, "both");
    await withClock(lock, 90);
    await guarded(lock, 1, "gateway");
    assert.equal(lock.storedUser(2)?.userType, 0);
    assert.equal(lock.keypad("120003"), "opened");
    await withClock(lock);
    await guarded(lock, 1, "both");
    assert.equal(lock.storedUser(2)?.userType, 1);
  });

  it("clears a preloaded code at once when the lock's clock goes wrong", async () => {
    const lock = await rig.lock({ clock: "client" });
    await withClock(lock);
    await rig.must(lock, "add_password", {
      password: "120004",
      permission_begin: nowSeconds() + hourSeconds,
      permission_end: nowSeconds() + 2 * hourSeconds,
    });
    await rig.operation(lock, 1, [1, 3]);
    await withClock(lock, 3_600);
    await rig.until("an empty slot", () => (lock.storedUser(2) === null ? true : null));
  });

  it("sets a week as one schedule with its days", async () => {
    const lock = await rig.lock({ clock: "server" });
    const frames = receivedFrames(lock);
    const { weekly, daysMask } = threeDays();
    await rig.must(lock, "add_password", { password: "120005", weekly });
    await guarded(lock, 1, "both");
    const mask = Buffer.of(daysMask).toString("hex");
    assert.equal(frames.includes(`0b000200${mask}0000173b`), true);
    assert.equal(lock.storedUser(2)?.userType, 2);
  });

  it("sets a week in advance, which opens in the next weeks with the daemon dead", async () => {
    const lock = await rig.lock({ clock: "server" });
    const frames = receivedFrames(lock);
    const inThreeDays = (new Date().getUTCDay() + 3) % 7;
    const weekly = {
      days: [days[inThreeDays]],
      start_minute: 0,
      end_minute: 720,
      time_zone: "UTC",
    };
    await rig.must(lock, "add_password", { password: "120021", weekly });
    await rig.operation(lock, 1, [1, 3]);
    await guarded(lock, 1, "both");
    const commands = writesAndChecks(frames);
    // Schedules that another gateway may have left in the slot go before the type.
    const freed = ["0d", "0d", "0d"];
    assert.deepEqual(commands, ["05", "0b", ...freed, "14", "0c", "15", "09"]);
    assert.match(frames.find((frame) => frame.startsWith("05")) ?? "", /^05020003/);
    assert.equal(lock.keypad("120021"), "refused");
    await rig.stop();
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
    await rig.restart();
  });

  it("splits a week past midnight by day, and the lock enforces both parts by itself", async () => {
    const lock = await rig.lock({ clock: "server", weekDayMask: "singleDay" });
    const day = (new Date().getUTCDay() + 3) % 7;
    const weekly = { days: [days[day]], start_minute: 1320, end_minute: 360, time_zone: "UTC" };
    await rig.must(lock, "add_password", { password: "120022", weekly });
    await guarded(lock, 1, "both");
    const next = (day + 1) % 7;
    assert.deepEqual(
      lock.storedUser(2)?.weekDaySchedules.map(({ daysMask }) => daysMask),
      [1 << day, 1 << next],
    );
    await rig.stop();
    const midnight = Math.floor(nowSeconds() / daySeconds) * daySeconds;
    const at = (dayCount: number, hours: number) => {
      lock.setClock(toZigbeeUtc((midnight + dayCount * daySeconds + hours * hourSeconds) * 1000));
      return lock.keypad("120022");
    };
    assert.deepEqual(
      [at(3, 21), at(3, 22), at(4, 5), at(4, 6), at(4, 22)],
      ["refused", "opened", "opened", "refused", "refused"],
    );
    await rig.restart();
  });

  it("disables a preloaded week while the clock is 90 s off, and sets it again later", async () => {
    const lock = await rig.lock({ clock: "client" });
    await withClock(lock);
    const weekly = {
      days: [days[(new Date().getUTCDay() + 3) % 7]],
      start_minute: 0,
      end_minute: 720,
      time_zone: "UTC",
    };
    await rig.must(lock, "add_password", { password: "120023", weekly });
    await rig.operation(lock, 1, [1, 3]);
    const status = (wanted: number) =>
      rig.until(`status ${wanted}`, () =>
        lock.storedUser(2)?.userStatus === wanted ? true : null,
      );
    await status(1);
    await withClock(lock, 90);
    await status(3);
    await withClock(lock);
    await status(1);
    assert.equal(lock.keypad("120023"), "refused");
    assert.equal(lock.acts().at(-1)?.reason, "outsideSchedule");
  });

  it("opens a window that began while the daemon was dead, and ends it", async () => {
    const lock = await rig.lock({ clock: "server" });
    const begin = nowSeconds() + 24 * hourSeconds;
    await rig.must(lock, "add_password", {
      password: "120024",
      permission_begin: begin,
      permission_end: begin + hourSeconds,
    });
    await rig.operation(lock, 1, [1, 3]);
    await rig.stop();
    const at = (seconds: number) => {
      lock.setClock(toZigbeeUtc(seconds * 1000));
      return lock.keypad("120024");
    };
    assert.deepEqual(
      [at(begin - 60), at(begin + 1), at(begin + hourSeconds)],
      ["refused", "opened", "refused"],
    );
    await rig.restart();
  });

  it("sets a week day by day in a lock that accepts one day at a time", async () => {
    const lock = await rig.lock({ clock: "server", weekDayMask: "singleDay" });
    await rig.must(lock, "add_password", { password: "120006", weekly: threeDays().weekly });
    await guarded(lock, 1, "both");
    assert.equal(lock.storedUser(2)?.weekDaySchedules.length, 3);
    assert.equal(lock.keypad("120006"), "opened");
  });

  it("enforces the window alone if the lock does not accept a user type", async () => {
    const lock = await rig.lock({ clock: "server", unsupportedCommands: [0x14] });
    const end = nowSeconds() + hourSeconds;
    await rig.must(lock, "add_password", { password: "120007", permission_end: end });
    await rig.until("the lock's refusal to be known", () =>
      rig.store.get("lock", [`0x${lock.ieee}`])?.scheduling.yearDay === "no" ? true : null,
    );
    await rig.until("an unrestricted code", () =>
      lock.storedUser(2)?.userType === 0 && lock.keypad("120007") === "opened" ? true : null,
    );
    await guarded(lock, 1, "gateway");
  });

  it("sends the schedule again when the window is changed", async () => {
    const lock = await rig.lock({ clock: "server" });
    const end = nowSeconds() + hourSeconds;
    await rig.must(lock, "add_password", { password: "120008", permission_end: end });
    await guarded(lock, 1, "both");
    await rig.must(lock, "update_password", {
      password_id: 1,
      permission: { end: end + hourSeconds },
    });
    const localEnd = end + hourSeconds - 946_684_800;
    await rig.until("the new end in the lock", () =>
      lock.storedUser(2)?.yearDaySchedules[0]?.end === localEnd ? true : null,
    );
    await guarded(lock, 1, "both");
  });

  it("leaves no schedule for the next holder of the slot", async () => {
    const lock = await rig.lock({ clock: "server" });
    const end = nowSeconds() + hourSeconds;
    await rig.must(lock, "add_password", { password: "120009", permission_end: end });
    await guarded(lock, 1, "both");
    await rig.must(lock, "delete_password", { password_id: 1 });
    await rig.operation(lock, 1, [2, 3]);
    await rig.must(lock, "add_password", { password: "120010" });
    await rig.operation(lock, 2, [1, 3]);
    assert.equal(lock.storedUser(2)?.userType, 0);
    assert.deepEqual(lock.storedUser(2)?.yearDaySchedules, []);
    assert.equal((await passwordOf(lock, 2))?.guard, "gateway");
  });

  it("clears a week from an earlier pairing before its own one counts", async () => {
    const quirks = {
      clock: "server",
      weekDayMask: "singleDay",
      clearPinLeavesSchedules: true,
    } as const;
    const lock = await rig.lock(quirks);
    await rig.must(lock, "add_password", { password: "120012", weekly: threeDays().weekly });
    await guarded(lock, 1, "both");
    await rig.must(lock, "remove_lock");
    await rig.until("the lock to have left", () => (lock.isJoined ? null : true));
    await rig.pair(lock);
    const inThreeDays = days[(new Date().getUTCDay() + 3) % 7];
    const weekly = { days: [inThreeDays], start_minute: 0, end_minute: 1440, time_zone: "UTC" };
    await rig.must(lock, "add_password", { is_default: 1, password: "999111" });
    await rig.held(lock, "999111");
    await rig.must(lock, "add_password", { password: "120013", weekly });
    await guarded(lock, 1, "both");
    await rig.until("the code to be enabled", () =>
      lock.storedUser(2)?.userStatus === 1 ? true : null,
    );
    assert.equal(lock.keypad("120013"), "refused");
    assert.equal(lock.acts().at(-1)?.reason, "outsideSchedule");
  });

  it("writes the clock of a lock that is a time server, and reads it back", async () => {
    const lock = await rig.lock({ clock: "server" });
    await rig.until("a healthy clock", () =>
      rig.store.get("lock", [`0x${lock.ieee}`])?.lockClock.state === "healthy" ? true : null,
    );
    assert.ok(Math.abs((lock.localSeconds ?? 0) - toZigbeeUtc(Date.now())) <= 2);
  });

  it("leaves a lock that refuses a code after its end while the daemon is dead", async () => {
    const lock = await rig.lock({ clock: "server" });
    const end = nowSeconds() + hourSeconds;
    await rig.must(lock, "add_password", { password: "120011", permission_end: end });
    await guarded(lock, 1, "both");
    await rig.stop();
    assert.equal(lock.keypad("120011"), "opened");
    lock.setClock(toZigbeeUtc(end * 1000));
    assert.equal(lock.keypad("120011"), "refused");
    assert.equal(lock.acts().at(-1)?.reason, "outsideSchedule");
    await rig.restart();
  });
});
