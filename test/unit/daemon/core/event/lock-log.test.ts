import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  isLogLong,
  logEffects,
  withLiveEvents,
} from "../../../../../daemon/core/event/lock-log.ts";
import { reduce } from "../../../../../daemon/core/event/reduce.ts";
import { unknownClock } from "../../../../../daemon/core/model/lock/lock-clock.ts";
import { emptyCursor } from "../../../../../daemon/core/model/lock/log-cursor.ts";
import type { LogReading } from "../../../../../daemon/core/model/operation.ts";
import { toZigbeeLocal } from "../../../../../daemon/core/time/zigbee-time.ts";
import { aPassword, aSlot, aView, someCapabilities } from "../../../../support/records.ts";

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

const rows = (effects: ReturnType<typeof logEffects>) =>
  (effects.journal ?? []).map((one) =>
    one.kind === "event" ? [one.event, one.detail?.["sourceid"], one.happened?.atMs] : null,
  );

describe("a lock's own log", () => {
  it("becomes history with the lock's time, the oldest entry first, and moves the cursor", () => {
    const read = [entry(12, nowMs - minuteMs), entry(11, nowMs - 5 * minuteMs)];
    const effects = logEffects(view, whole(read), time, "UTC");
    assert.deepEqual(rows(effects), [
      ["lockerOpenAlarm", 1, nowMs - 5 * minuteMs],
      ["lockerOpenAlarm", 1, nowMs - minuteMs],
    ]);
    assert.equal(effects.lock?.logCursor.entryId, 12);
    assert.equal(effects.lock?.lockState, "locked", "its state is what it is now");
  });

  it("publishes nothing that arrived live", () => {
    const event = {
      kind: "operationEvent",
      source: "keypad",
      code: "unlock",
      userId: 1,
      localSeconds: toZigbeeLocal(nowMs - minuteMs, "UTC"),
    } as const;
    const live = { ...time, nowMs: nowMs - minuteMs };
    const said = reduce({ view, event, time: live, code: null, sealedFor: "" });
    const noted = withLiveEvents(view, said, event, live.nowMs);
    const heard = { ...view, lock: noted.lock ?? view.lock };
    const read = [entry(12, nowMs - minuteMs), entry(11, nowMs - 5 * minuteMs)];
    const effects = logEffects(heard, whole(read), time, "UTC");
    assert.deepEqual(rows(effects), [["lockerOpenAlarm", 1, nowMs - 5 * minuteMs]]);
    assert.deepEqual(effects.lock?.logCursor, { entryId: 12, heard: [], readAtMs: nowMs });
  });

  it("publishes no opening twice if more openings arrive live than the read waits for", () => {
    const read: LogReading[] = [];
    let heard = view;
    for (let number = 1; number <= 50; number += 1) {
      const atMs = nowMs - (60 - number) * 1_000;
      const localSeconds = toZigbeeLocal(atMs, "UTC");
      const operation = { source: "keypad", code: "unlock" } as const;
      const event = { kind: "operationEvent", ...operation, userId: 1, localSeconds } as const;
      const live = { ...time, nowMs: atMs };
      const said = reduce({ view: heard, event, time: live, code: null, sealedFor: "" });
      const noted = withLiveEvents(heard, said, event, atMs);
      heard = { ...heard, lock: noted.lock ?? heard.lock };
      read.unshift(entry(10 + number, atMs));
    }
    assert.equal(isLogLong(heard.lock), true);
    assert.deepEqual(rows(logEffects(heard, whole(read), time, "UTC")), []);
  });

  it("counts as lost only overwritten entries whose events did not arrive live", () => {
    const local = (minutes: number) => toZigbeeLocal(nowMs - minutes * minuteMs, "UTC");
    const live = (minutes: number) =>
      ({ isOpening: true, source: "keypad", userId: 1, atMs: nowMs - minutes * minuteMs }) as const;
    const heard = [9, 8, 7].map((minutes) => ({ ...live(minutes), localSeconds: local(minutes) }));
    const reported = { ...view, lock: { ...view.lock, logCursor: { entryId: 10, heard } } };
    const newest = [entry(17, nowMs - minuteMs)];
    const gaps = (lost: number) =>
      (logEffects(reported, { newest, lost, isWhole: true }, time, "UTC").journal ?? []).flatMap(
        (one) =>
          one.kind === "event" && one.event === "journalGap" ? [one.detail?.["count"]] : [],
      );
    assert.deepEqual(gaps(3), []);
    assert.deepEqual(gaps(5), [2]);
  });

  it("recognises an opening that only the lock's state had reported", () => {
    const heard = [
      { isOpening: true, source: null, userId: null, localSeconds: null, atMs: nowMs - minuteMs },
    ];
    const reported = { ...view, lock: { ...view.lock, logCursor: { entryId: 10, heard } } };
    assert.deepEqual(
      rows(logEffects(reported, whole([entry(11, nowMs - minuteMs)]), time, "UTC")),
      [],
    );
  });

  it("uses up a one-time password", () => {
    const once = { ...view, passwords: [{ ...tenant, isOneTime: true }] };
    const [password] =
      logEffects(once, whole([entry(11, nowMs - minuteMs)]), time, "UTC").passwords ?? [];
    assert.equal(password?.consumedAtMs, nowMs - minuteMs);
  });

  it("counts every opening of a password with a limit of openings, and uses it up with the last", () => {
    const counted = { ...view, passwords: [{ ...tenant, uses: { limit: 3, count: 1 } }] };
    const used = (ids: readonly number[]) => {
      const read = ids.map((id) => entry(id, nowMs - (20 - id) * 1000));
      const { passwords = [] } = logEffects(counted, whole(read), time, "UTC");
      const password = passwords.at(-1);
      return [password?.uses?.count, password?.consumedAtMs];
    };
    assert.deepEqual(used([11]), [2, null]);
    assert.deepEqual(used([12, 11]), [3, nowMs - 8_000]);
    assert.deepEqual(used([13, 12, 11]), [3, nowMs - 8_000]);
  });

  it("counts wrong codes", () => {
    const wrong = {
      operation: { source: "keypad", code: "unlockFailurePinId" },
      userId: null,
    } as const;
    const read = [14, 13, 12].map((id) => entry(id, nowMs - (20 - id) * 1000, wrong));
    assert.deepEqual(
      rows(logEffects(view, whole(read), time, "UTC")).map((row) => row?.[0]),
      ["wrongPwdAlarm"],
    );
  });

  it("uses the time of the read if the lock's clock is wrong, unset or in the future", () => {
    const drifting = { ...view.lock, lockClock: { ...unknownClock, state: "drifting" } as const };
    const read = [entry(11, nowMs - minuteMs)];
    assert.deepEqual(rows(logEffects({ ...view, lock: drifting }, whole(read), time, "UTC")), [
      ["lockerOpenAlarm", 1, nowMs],
    ]);
    const unset = [entry(11, nowMs, { localSeconds: null })];
    assert.deepEqual(rows(logEffects(view, whole(unset), time, "UTC")), [
      ["lockerOpenAlarm", 1, nowMs],
    ]);
    const future = [entry(11, nowMs + 10 * minuteMs)];
    assert.deepEqual(rows(logEffects(view, whole(future), time, "UTC")), [
      ["lockerOpenAlarm", 1, nowMs],
    ]);
  });

  it("sets only the cursor at its first read", () => {
    const fresh = { ...view, lock: { ...view.lock, logCursor: emptyCursor } };
    const effects = logEffects(fresh, whole([entry(7, nowMs - minuteMs)]), time, "UTC");
    assert.deepEqual([rows(effects), effects.lock?.logCursor.entryId], [[], 7]);
  });
});

describe("an entry of the log that is older than what is known", () => {
  const hourMs = 60 * minuteMs;
  const once = aPassword({
    isOneTime: true,
    operationStage: "done",
    createdAtMs: nowMs - hourMs,
    changedAtMs: nowMs - hourMs,
  });
  const stored = aSlot({
    appliedRevision: 1,
    attemptedRevision: 1,
    content: {
      kind: "occupied",
      mark: "123456",
      userStatus: "occupiedEnabled",
      userType: "unrestricted",
    },
    confidence: "confirmed",
    verifiedAtMs: nowMs - minuteMs,
  });
  const cursor = { entryId: 10, heard: [], readAtMs: nowMs - 3 * hourMs } as const;
  const home = (changes: Partial<typeof view.lock> = {}, slot = stored) =>
    aView({ lock: { ...lock, logCursor: cursor, ...changes }, passwords: [once], slots: [slot] });
  const names = (effects: ReturnType<typeof logEffects>) =>
    (effects.journal ?? []).map((one) =>
      one.kind === "event"
        ? [one.event, one.detail?.["sourceid"] ?? one.detail?.["source_name"]]
        : [],
    );

  it("is not credited to the one-time password that got the slot later, and does not use it up", () => {
    const effects = logEffects(home(), whole([entry(11, nowMs - 2 * hourMs)]), time, "UTC");
    assert.deepEqual(names(effects), [["lockerOpenAlarm", "unknown user 1"]]);
    assert.deepEqual([effects.passwords, effects.slots], [[], []]);
  });

  it("uses up the one-time password that had the slot at that time", () => {
    const effects = logEffects(home(), whole([entry(11, nowMs - 30 * minuteMs)]), time, "UTC");
    assert.equal(effects.passwords?.[0]?.consumedAtMs, nowMs - 30 * minuteMs);
  });

  it("is not credited to a password that was moved to the slot later", () => {
    const moved = { ...stored, heldSinceMs: nowMs - 20 * minuteMs };
    const read = whole([entry(11, nowMs - 30 * minuteMs)]);
    assert.deepEqual(logEffects(home({}, moved), read, time, "UTC").passwords, []);
  });

  it("is corrected by the measured drift of the lock's clock", () => {
    const lockClock = { ...unknownClock, state: "healthy", driftSeconds: -50 } as const;
    const read = whole([entry(11, nowMs - hourMs - 40_000)]);
    assert.equal(logEffects(home({ lockClock }), read, time, "UTC").passwords?.length, 1);
    const ahead = { ...lockClock, driftSeconds: 50 };
    assert.equal(logEffects(home({ lockClock: ahead }), read, time, "UTC").passwords?.length, 0);
  });

  it("is credited without a time only if no other code can have been in the slot since the last read", () => {
    const untimed = whole([entry(11, nowMs, { localSeconds: null })]);
    assert.equal(logEffects(home(), untimed, time, "UTC").passwords?.length, 1);
    const reused = { ...stored, clearedAtMs: nowMs - 2 * hourMs };
    assert.equal(logEffects(home({}, reused), untimed, time, "UTC").passwords?.length, 0);
    const edited = { ...stored, toldAtMs: nowMs - 2 * hourMs };
    assert.equal(logEffects(home({}, edited), untimed, time, "UTC").passwords?.length, 0);
  });

  it("keeps a newer opening that only the lock's state had reported", () => {
    const pending = home({ openingPendingAtMs: nowMs - 3_000, openingPendingBy: "indeterminate" });
    const old = logEffects(pending, whole([entry(11, nowMs - 10 * minuteMs)]), time, "UTC");
    assert.equal(old.lock?.openingPendingAtMs, nowMs - 3_000);
    const same = logEffects(pending, whole([entry(11, nowMs - 4_000)]), time, "UTC");
    assert.equal(same.lock?.openingPendingAtMs, null);
  });

  it("keeps the wrong codes that were typed after an older opening", () => {
    const tried = home({ wrongCodes: 2, wrongCodeAtMs: nowMs - minuteMs });
    const effects = logEffects(tried, whole([entry(11, nowMs - 5 * minuteMs)]), time, "UTC");
    assert.deepEqual(
      [effects.lock?.wrongCodes, effects.lock?.wrongCodeAtMs],
      [2, nowMs - minuteMs],
    );
  });

  it("does not add older wrong codes to a series that an opening has ended since", () => {
    const wrong = {
      operation: { source: "keypad", code: "unlockFailurePinId" },
      userId: null,
    } as const;
    const opened = home({ openedAtMs: nowMs - minuteMs });
    const read = [12, 11].map((id) => entry(id, nowMs - (20 - id) * minuteMs, wrong));
    const effects = logEffects(opened, whole(read), time, "UTC");
    assert.deepEqual([effects.lock?.wrongCodes, names(effects)], [0, []]);
    const three = [13, 12, 11].map((id) => entry(id, nowMs - (300 - id) * 1000, wrong));
    assert.deepEqual(names(logEffects(opened, whole(three), time, "UTC")), [
      ["wrongPwdAlarm", undefined],
    ]);
  });

  it("does not change a remote operation that was sent after it", () => {
    const remote = { action: "unlock", sentAtMs: nowMs - minuteMs } as const;
    const byRadio = { operation: { source: "rf", code: "unlock" }, userId: null } as const;
    const read = whole([entry(11, nowMs - hourMs, byRadio)]);
    assert.deepEqual(logEffects(home({ remote }), read, time, "UTC").lock?.remote, remote);
  });

  it("is not judged by a window that was set after it", () => {
    const later = {
      ...once,
      window: { beginMs: nowMs - 30 * minuteMs, endMs: null, weekly: null },
    };
    const changed = { ...later, isOneTime: false, changedAtMs: nowMs - 20 * minuteMs };
    const alarms = (password: typeof once) =>
      names(
        logEffects(
          { ...home(), passwords: [password] },
          whole([entry(11, nowMs - 40 * minuteMs)]),
          time,
          "UTC",
        ),
      ).map(([name]) => name);
    assert.deepEqual(alarms(changed), ["lockerOpenAlarm"]);
    assert.deepEqual(alarms({ ...changed, changedAtMs: nowMs - hourMs }), [
      "lockerOpenAlarm",
      "outOfWindowOpen",
    ]);
  });
});
