import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { unknownClock } from "../../daemon/core/lock-clock.ts";
import { emptyCursor, isLogLong, takeLog, withHeard } from "../../daemon/core/lock-log.ts";
import type { LogReading } from "../../daemon/core/operation.ts";
import { reduce } from "../../daemon/core/reduce.ts";
import { toZigbeeLocal } from "../../daemon/core/zigbee-time.ts";
import { aPassword, aSlot, aView, someCapabilities } from "../support/records.ts";

const nowMs = Date.UTC(2026, 10, 23, 12);
const time = { nowMs, state: "synced" } as const;
const minuteMs = 60_000;

function entry(logEntryId: number, atMs: number, changes: Partial<LogReading> = {}): LogReading {
  return {
    logEntryId,
    localSeconds: toZigbeeLocal(atMs, "UTC"),
    eventType: "operation",
    operation: { source: "keypad", code: "unlock" },
    userId: 1,
    ...changes,
  };
}

const lock = {
  capabilities: someCapabilities({ logRecords: 50, clock: "client" }),
  lockClock: { ...unknownClock, state: "healthy" },
  logCursor: { ...emptyCursor, entryId: 10 },
} as const;
const tenant = aPassword({ operationStage: "done", createdAtMs: 0 });
const view = aView({ lock, passwords: [tenant], slots: [aSlot({ appliedRevision: 1 })] });

const whole = (newest: readonly LogReading[]) => ({ newest, lost: 0, isWhole: true });

const rows = (effects: ReturnType<typeof takeLog>) =>
  (effects.journal ?? []).map((one) =>
    one.kind === "event" ? [one.event, one.detail?.["sourceid"], one.happened?.atMs] : null,
  );

describe("a lock's own log", () => {
  it("becomes history with the lock's time, oldest first, and moves the cursor", () => {
    const read = [entry(12, nowMs - minuteMs), entry(11, nowMs - 5 * minuteMs)];
    const effects = takeLog(view, whole(read), time, "UTC");
    assert.deepEqual(rows(effects), [
      ["lockerOpenAlarm", 1, nowMs - 5 * minuteMs],
      ["lockerOpenAlarm", 1, nowMs - minuteMs],
    ]);
    assert.equal(effects.lock?.logCursor.entryId, 12);
    assert.equal(effects.lock?.lockState, "locked", "its state is what it is now");
  });

  it("tells nothing twice that was heard live", () => {
    const event = {
      kind: "operationEvent",
      source: "keypad",
      code: "unlock",
      userId: 1,
      localSeconds: toZigbeeLocal(nowMs - minuteMs, "UTC"),
    } as const;
    const live = { ...time, nowMs: nowMs - minuteMs };
    const said = reduce({ view, event, time: live, code: null, sealedFor: "" });
    const noted = withHeard(view, said, event, live.nowMs);
    const heard = { ...view, lock: noted.lock ?? view.lock };
    const read = [entry(12, nowMs - minuteMs), entry(11, nowMs - 5 * minuteMs)];
    const effects = takeLog(heard, whole(read), time, "UTC");
    assert.deepEqual(rows(effects), [["lockerOpenAlarm", 1, nowMs - 5 * minuteMs]]);
    assert.deepEqual(effects.lock?.logCursor, { entryId: 12, heard: [] });
  });

  it("tells nothing twice of more openings in a row than are heard before it is read", () => {
    const read: LogReading[] = [];
    let heard = view;
    for (let number = 1; number <= 50; number += 1) {
      const atMs = nowMs - (60 - number) * 1_000;
      const localSeconds = toZigbeeLocal(atMs, "UTC");
      const operation = { source: "keypad", code: "unlock" } as const;
      const event = { kind: "operationEvent", ...operation, userId: 1, localSeconds } as const;
      const live = { ...time, nowMs: atMs };
      const said = reduce({ view: heard, event, time: live, code: null, sealedFor: "" });
      const noted = withHeard(heard, said, event, atMs);
      heard = { ...heard, lock: noted.lock ?? heard.lock };
      read.unshift(entry(10 + number, atMs));
    }
    assert.equal(isLogLong(heard.lock), true);
    assert.deepEqual(rows(takeLog(heard, whole(read), time, "UTC")), []);
  });

  it("counts as lost only what it had overwritten and nobody had heard", () => {
    const local = (minutes: number) => toZigbeeLocal(nowMs - minutes * minuteMs, "UTC");
    const live = (minutes: number) =>
      ({ isOpening: true, source: "keypad", userId: 1, atMs: nowMs - minutes * minuteMs }) as const;
    const heard = [9, 8, 7].map((minutes) => ({ ...live(minutes), localSeconds: local(minutes) }));
    const told = { ...view, lock: { ...view.lock, logCursor: { entryId: 10, heard } } };
    const newest = [entry(17, nowMs - minuteMs)];
    const gaps = (lost: number) =>
      (takeLog(told, { newest, lost, isWhole: true }, time, "UTC").journal ?? []).flatMap((one) =>
        one.kind === "event" && one.event === "journalGap" ? [one.detail?.["count"]] : [],
      );
    assert.deepEqual(gaps(3), []);
    assert.deepEqual(gaps(5), [2]);
  });

  it("takes an opening that only its state had told for the same", () => {
    const heard = [
      { isOpening: true, source: null, userId: null, localSeconds: null, atMs: nowMs - minuteMs },
    ];
    const told = { ...view, lock: { ...view.lock, logCursor: { entryId: 10, heard } } };
    assert.deepEqual(rows(takeLog(told, whole([entry(11, nowMs - minuteMs)]), time, "UTC")), []);
  });

  it("uses up a one-time password", () => {
    const once = { ...view, passwords: [{ ...tenant, isOneTime: true }] };
    const [password] =
      takeLog(once, whole([entry(11, nowMs - minuteMs)]), time, "UTC").passwords ?? [];
    assert.equal(password?.consumedAtMs, nowMs - minuteMs);
  });

  it("counts wrong codes", () => {
    const wrong = {
      operation: { source: "keypad", code: "unlockFailurePinId" },
      userId: null,
    } as const;
    const read = [14, 13, 12].map((id) => entry(id, nowMs - (20 - id) * 1000, wrong));
    assert.deepEqual(
      rows(takeLog(view, whole(read), time, "UTC")).map((row) => row?.[0]),
      ["wrongPwdAlarm"],
    );
  });

  it("goes by the time of reading where the lock's clock is wrong, unset or in the future", () => {
    const drifting = { ...view.lock, lockClock: { ...unknownClock, state: "drifting" } as const };
    const read = [entry(11, nowMs - minuteMs)];
    assert.deepEqual(rows(takeLog({ ...view, lock: drifting }, whole(read), time, "UTC")), [
      ["lockerOpenAlarm", 1, nowMs],
    ]);
    const unset = [entry(11, nowMs, { localSeconds: null })];
    assert.deepEqual(rows(takeLog(view, whole(unset), time, "UTC")), [
      ["lockerOpenAlarm", 1, nowMs],
    ]);
    const future = [entry(11, nowMs + 10 * minuteMs)];
    assert.deepEqual(rows(takeLog(view, whole(future), time, "UTC")), [
      ["lockerOpenAlarm", 1, nowMs],
    ]);
  });

  it("only has its cursor set when it is read for the first time", () => {
    const fresh = { ...view, lock: { ...view.lock, logCursor: emptyCursor } };
    const effects = takeLog(fresh, whole([entry(7, nowMs - minuteMs)]), time, "UTC");
    assert.deepEqual([rows(effects), effects.lock?.logCursor.entryId], [[], 7]);
  });
});
