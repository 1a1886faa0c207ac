import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { pino } from "pino";
import { Clock, type TimeMachine } from "../../../../daemon/clock/clock.ts";
import { SetBackRecovery } from "../../../../daemon/clock/set-back-recovery.ts";
import { storedTimeMark } from "../../../../daemon/clock/stored-time-mark.ts";
import { radioUpSinceSetting } from "../../../../daemon/core/contact/radio-up-since.ts";
import { put } from "../../../../daemon/store/store.ts";
import { aCode, aLock, aLockId, aPassword } from "../../../support/records.ts";
import { aTemporaryStore, type TemporaryStore } from "../../../support/rigs/temporary-store.ts";

const buildMs = Date.parse("2026-11-01T00:00:00Z");
const nowMs = Date.parse("2026-11-23T00:00:00Z");
const dayMs = 86_400_000;
const log = pino({ level: "silent" });

/** A machine whose own clock nobody vouches for. */
const machine: TimeMachine = {
  systemMs: () => nowMs,
  monotonicMs: () => 0,
  hasSystemd: () => true,
  boot: () => ({ id: "boot", uptimeMs: 0 }),
  isSynchronized: () => Promise.resolve(false),
  every: () => () => undefined,
};

describe("a person who set the time a year ahead and sets it right again", () => {
  let temporary: TemporaryStore;
  beforeEach(async () => {
    temporary = await aTemporaryStore();
  });
  afterEach(() => temporary.remove());

  function openClock(): Clock {
    const marks = storedTimeMark(temporary.store);
    const onSaveFailed = (error: unknown) => assert.fail(String(error));
    return new Clock({ trust: "ntp", buildMs, marks, onSaveFailed, machine });
  }

  async function putEndedStay(): Promise<void> {
    const window = { beginMs: null, endMs: nowMs + 7 * dayMs, weekly: null };
    const password = aPassword({
      code: aCode("246810"),
      window,
      operationStage: "done",
      userId: null,
    });
    const changes = [put("lock", [aLockId], aLock()), put("password", [aLockId, 1], password)];
    await temporary.store.commit({ changes, journal: [] }, { atMs: nowMs, clock: "synced" });
  }

  const stage = () => temporary.store.get("password", [aLockId, 1])?.operationStage;
  const saved = () => new Promise((resolve) => setTimeout(resolve, 20));

  it("gets back the passwords that had ended, and the journal reports it", async () => {
    const clock = openClock();
    assert.ok(clock.setByPerson(nowMs + 365 * dayMs));
    await putEndedStay();
    assert.ok(clock.setByPerson(nowMs));
    const disowned = new SetBackRecovery({ clock, store: temporary.store, log });
    await disowned.restore();
    assert.equal(stage(), "inProgress");
    assert.equal(clock.setBackFromMs, null);
    const { tail, head } = temporary.store.journalRange();
    const records = await temporary.store.readJournal(tail, head);
    const events = records.map(({ entry }) => (entry.kind === "event" ? entry.event : ""));
    assert.deepEqual(events, ["clockAlarm", "pwdRestored"]);
    clock.close();
  });

  it("has audit reads due from now on if the radio came up at the wrong time", async () => {
    const clock = openClock();
    assert.ok(clock.setByPerson(nowMs + 365 * dayMs));
    const up = put("setting", radioUpSinceSetting, { value: clock.reading().nowMs });
    await temporary.store.commit({ changes: [up], journal: [] }, { atMs: nowMs, clock: "synced" });
    assert.ok(clock.setByPerson(nowMs));
    await new SetBackRecovery({ clock, store: temporary.store, log }).restore();
    assert.equal(temporary.store.get("setting", radioUpSinceSetting)?.value, nowMs);
    clock.close();
  });

  it("gets the passwords back even if the daemon died before it could restore them", async () => {
    const before = openClock();
    assert.ok(before.setByPerson(nowMs + 365 * dayMs));
    await saved();
    await putEndedStay();
    assert.ok(before.setByPerson(nowMs));
    await saved();
    before.close();
    const clock = openClock();
    assert.equal(clock.reading().nowMs, nowMs);
    assert.equal(clock.reading().state, "synced", "the machine was not off");
    await new SetBackRecovery({ clock, store: temporary.store, log }).restore();
    assert.equal(stage(), "inProgress");
    await saved();
    assert.equal(openClock().setBackFromMs, null);
    clock.close();
  });
});
