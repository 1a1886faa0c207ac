import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gapOf } from "../../../../../daemon/core/audit/audit.ts";
import { offlineEffects } from "../../../../../daemon/core/event/reduce.ts";
import type { LockView } from "../../../../../daemon/core/model/lock.ts";
import { aView } from "../../../../support/records.ts";
import { after, published, take } from "./event-room.ts";

describe("an alarm or a state report", () => {
  it("has the lock's slots read again after a restart, once for a series of power cycles", () => {
    const cycled = { kind: "alarm", alarm: "rfModulePowerCycled" } as const;
    const reset = { kind: "alarm", alarm: "resetToFactory" } as const;
    const heldSince = (view: LockView) => gapOf(view.lock, 0);
    const first = published(aView({}), [cycled, 5_000]);
    assert.deepEqual([first.names, heldSince(first.now)], [[], 5_000]);
    assert.deepEqual(take(first.now, cycled, 64_999), {});
    assert.equal(heldSince(published(first.now, [cycled, 65_000]).now), 65_000);
    assert.equal(heldSince(published(first.now, [reset, 6_000]).now), 6_000);
  });

  it("is published as brokenAlarm with its cause after force, a lifted cover or a factory reset", () => {
    for (const alarm of ["doorForcedOpen", "frontEscutcheonRemoved", "resetToFactory"] as const) {
      const [entry] = take(aView({}), { kind: "alarm", alarm }).journal ?? [];
      assert.ok(entry?.kind === "event");
      assert.equal(entry.event, "brokenAlarm");
      assert.deepEqual(entry.detail, { cause: alarm });
    }
  });

  it("makes the state undefined after a jam unless the lock has said that its bolt is half way, and is not published after a power cycle", () => {
    const jam = take(aView({}), { kind: "alarm", alarm: "deadboltJammed" });
    assert.equal(jam.lock?.lockState, "undefined");
    const halfWay = aView({ lock: { lockState: "notFullyLocked" } });
    const reported = take(halfWay, { kind: "alarm", alarm: "deadboltJammed" });
    assert.equal(reported.lock?.lockState, "notFullyLocked");
    const cycled = take(aView({}), { kind: "alarm", alarm: "rfModulePowerCycled" });
    assert.equal(cycled.journal, undefined);
  });

  it("is published when the door state changes, not when it is repeated", () => {
    const forced = { kind: "doorState", doorState: "forcedOpen" } as const;
    assert.deepEqual(published(aView({}), [forced, 1], [forced, 2]).names, ["brokenAlarm"]);
    const jammed = { kind: "doorState", doorState: "jammed" } as const;
    assert.deepEqual(published(aView({}), [jammed, 1]).names, ["lockJammedAlarm"]);
  });

  it("follows the battery policy and keeps the percentage", () => {
    const battery = (percent: number) => ({ kind: "battery", percent }) as const;
    const { names, now } = published(
      aView({}),
      [battery(10), 1],
      [battery(10), 2],
      [battery(7), 3],
      [battery(4), 4],
      [battery(60), 5],
    );
    assert.deepEqual(names, ["batteryAlarm", "batteryAlarm", "batteryAlarm", "clearBattryAlarm"]);
    assert.equal(now.lock.batteryPercent, 60);
    assert.deepEqual(take(now, battery(60), 6), {});
  });

  it("counts as ten percent if the lock only reports a low battery", () => {
    const silent = aView({ lock: { batteryPercent: null, batteryAtMs: null } });
    const { names, now } = published(silent, [{ kind: "batteryLowAlarm" }, 1]);
    assert.deepEqual(names, ["batteryAlarm"]);
    assert.equal(now.lock.batteryPercent, 10);
  });
});

describe("a lock's link", () => {
  it("is published once when it is lost and once when it is back", () => {
    const view = aView({});
    const gone = offlineEffects(view.lock, 5);
    assert.deepEqual(
      gone.journal?.map((entry) => entry.kind === "event" && entry.event),
      ["lockOfflineAlarm"],
    );
    const away = after(view, gone);
    assert.deepEqual(offlineEffects(away.lock, 6), {});
    const { names, now } = published(away, [{ kind: "heard" }, 7], [{ kind: "heard" }, 8]);
    assert.deepEqual(names, ["clearLockOfflineAlarm"]);
    assert.equal(now.lock.onlineChangedAtMs, 7);
  });

  it("is not changed by a frame while it is well", () => {
    assert.deepEqual(take(aView({}), { kind: "heard" }), {});
  });

  it("ends its series of misses without an event if the lock was not offline", () => {
    const effects = take(aView({ lock: { missedOperations: 2 } }), { kind: "heard" });
    assert.equal(effects.lock?.missedOperations, 0);
    assert.equal(effects.journal, undefined);
  });
});
