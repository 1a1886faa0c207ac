import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { batteryReading } from "../../../../../daemon/core/alarm/battery-unit.ts";
import { withSleepShown } from "../../../../../daemon/core/contact/awake-proof.ts";
import { reduce } from "../../../../../daemon/core/event/reduce.ts";
import { takesSixDigits } from "../../../../../daemon/core/input/six-digits.ts";
import type { LockRecord } from "../../../../../daemon/core/model/lock.ts";
import { applyOutcome } from "../../../../../daemon/core/outcome/outcome.ts";
import { writeOutcome } from "../../../../../daemon/locks/operations/slot-outcome.ts";
import { aCode, aLock, aSlot, aView, someCapabilities } from "../../../../support/records.ts";

const time = { nowMs: 1_800_000_000_000, state: "synced" } as const;

describe("the unit of a battery value", () => {
  it("is half percent for good once the lock has sent a value above 100", () => {
    const lock = aLock({
      capabilities: someCapabilities({ batteryUnitBasis: "model", batteryUnit: "wholePercent" }),
    });
    const first = batteryReading(lock, { kind: "battery", percent: 83, raw: 166 });
    assert.equal(first.percent, 83);
    assert.equal(first.lock.capabilities.batteryUnit, "halfPercent");
    assert.equal(first.lock.capabilities.batteryUnitBasis, "lock");
    const later = batteryReading(first.lock, { kind: "battery", percent: 20, raw: 20 });
    assert.equal(later.percent, 10);
  });

  it("is the driver's until the lock has proved one", () => {
    const lock = aLock({});
    assert.equal(batteryReading(lock, { kind: "battery", percent: 20, raw: 20 }).percent, 20);
    assert.equal(batteryReading(lock, { kind: "battery", percent: 7 }).percent, 7);
  });

  it("is whole percent if the cells proved it at pairing", () => {
    const capabilities = someCapabilities({
      batteryUnit: "wholePercent",
      batteryUnitBasis: "lock",
    });
    const lock = aLock({ capabilities });
    assert.equal(batteryReading(lock, { kind: "battery", percent: 10, raw: 20 }).percent, 20);
  });

  it("is stored even if the percentage has not changed", () => {
    const lock = aLock({ batteryPercent: 100 });
    const view = aView({ lock });
    const event = { kind: "battery", percent: 100, raw: 200 } as const;
    const effects = reduce({ view, event, time, code: null, sealedFor: "x" });
    assert.equal(effects.lock?.capabilities.batteryUnitBasis, "lock");
  });
});

describe("a lock that claims to listen all the time", () => {
  const claiming = someCapabilities({ isSleepy: true, isSleepyBasis: "assumed" });
  const long = 61_000;

  it("counts as awake after five consecutive answers to requests after long silences", () => {
    let capabilities = claiming;
    for (let times = 0; times < 4; times++) {
      capabilities = withSleepShown(capabilities, { quietMs: long, wasReached: true });
      assert.equal(capabilities.isSleepy, true);
    }
    capabilities = withSleepShown(capabilities, { quietMs: long, wasReached: true });
    assert.equal(capabilities.isSleepy, false);
    assert.equal(capabilities.isSleepyBasis, "lock");
  });

  it("begins its proof again after a miss, and proves nothing directly after a frame of its own", () => {
    const once = withSleepShown(claiming, { quietMs: long, wasReached: true });
    assert.equal(once.promptAnswers, 1);
    assert.equal(withSleepShown(once, { quietMs: long, wasReached: false }).promptAnswers, 0);
    assert.equal(withSleepShown(once, { quietMs: 1_000, wasReached: true }), once);
  });

  it("proves nothing if its descriptor says that it sleeps", () => {
    const sleeper = someCapabilities({ isSleepy: true, isSleepyBasis: "lock" });
    assert.equal(withSleepShown(sleeper, { quietMs: long, wasReached: true }), sleeper);
  });
});

describe("a lock that swaps the statuses 0 and 1", () => {
  const failure = { kind: "refused", status: "failure", statusCode: 1 } as const;

  it("has performed what it answers with 1, and refused what it answers with 0", () => {
    const inverted = { statusMeaning: "inverted" } as const;
    assert.deepEqual(writeOutcome(failure, inverted), { kind: "done" });
    assert.deepEqual(writeOutcome({ kind: "done", reply: null }, inverted), {
      kind: "refused",
      status: "failure",
    });
  });

  it("is recognised by two codes that it refused and that are in their slots", () => {
    const mark = aCode("1111").mark;
    const slot = aSlot({ content: { kind: "unknown" }, refusals: 1, attemptedRevision: 1 });
    const shown = {
      kind: "occupied",
      mark,
      userStatus: "occupiedEnabled",
      userType: "unrestricted",
    } as const;
    const read = (lock: LockRecord): LockRecord => {
      const effects = applyOutcome({
        lock,
        slot,
        holder: null,
        sent: { revision: 1, mark },
        operation: { name: "getPinCode", userId: slot.userId },
        outcome: { kind: "read", content: shown, code: null },
        nowMs: time.nowMs,
      });
      return effects.lock ?? lock;
    };
    const once = read(aLock({}));
    assert.equal(once.capabilities.statusMeaning, undefined);
    assert.equal(read(once).capabilities.statusMeaning, "inverted");
  });

  it("is judged by the ZCL until it has shown the swap", () => {
    assert.deepEqual(writeOutcome(failure, {}), { kind: "refused", status: "failure" });
    assert.deepEqual(writeOutcome({ kind: "done", reply: null }, {}), { kind: "done" });
  });
});

describe("the six digits of the published API", () => {
  it("do not fit a lock of four digits, of eight, or without codes", () => {
    const digits = (min: number, max: number, pinUsers = 10) =>
      takesSixDigits({ pinUsers, minPinLength: min, maxPinLength: max });
    assert.equal(digits(4, 8), true);
    assert.equal(digits(4, 4), false);
    assert.equal(digits(8, 8), false);
    assert.equal(digits(4, 8, 0), false);
  });
});
