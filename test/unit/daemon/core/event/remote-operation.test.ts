import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { overdueOpeningEffects } from "../../../../../daemon/core/event/opening.ts";
import { reduce } from "../../../../../daemon/core/event/reduce.ts";
import {
  remoteExpiryMs,
  remoteMoveLimitMs,
  remoteReadEffects,
  remoteSentEffects,
  withRemoteAccepted,
} from "../../../../../daemon/core/event/remote-operation.ts";
import type { Effects, LockRecord } from "../../../../../daemon/core/model/lock.ts";
import type { LockEvent } from "../../../../../daemon/core/model/lock-event.ts";
import { aLock, aView } from "../../../../support/records.ts";

const sentAtMs = 100_000;
const unlocking = (changes: Partial<LockRecord> = {}) =>
  aLock({ remote: { action: "unlock", sentAtMs }, ...changes });
const locking = aLock({ lockState: "unlocked", remote: { action: "lock", sentAtMs } });
const names = (effects: Effects) =>
  (effects.journal ?? []).map((entry) => (entry.kind === "event" ? entry.event : "reply"));

function take(lock: LockRecord, event: LockEvent, nowMs: number): Effects {
  const time = { nowMs, state: "synced" } as const;
  return reduce({ view: aView({ lock }), event, time, code: null, sealedFor: "password/new" });
}

/** Returns the history row of an opening whose event never arrives. */
function row(lock: LockRecord | undefined) {
  assert.ok(lock !== undefined);
  const overdue = overdueOpeningEffects(aView({ lock }), 1e9);
  const { method = null, time = null } = overdue?.journal[0]?.detail ?? {};
  return [method, time];
}

describe("a remote unlock that the lock accepted", () => {
  it("is a history row by radio if a read shows the lock unlocked", () => {
    const effects = remoteReadEffects(unlocking(), "unlocked", sentAtMs + 3_000);
    assert.equal(effects.lock?.lockState, "unlocked");
    assert.deepEqual(row(effects.lock), ["rf", sentAtMs]);
  });

  it("is a history row also if the record had the lock as unlocked before", () => {
    const lock = unlocking({ lockState: "unlocked" });
    assert.deepEqual(row(remoteReadEffects(lock, "unlocked", sentAtMs + 3_000).lock), [
      "rf",
      sentAtMs,
    ]);
  });

  it("is one history row by radio if only a state report arrives", () => {
    const report = { kind: "lockState", lockState: "unlocked" } as const;
    const effects = take(unlocking(), report, sentAtMs + 500);
    assert.deepEqual(row(effects.lock), ["rf", sentAtMs + 500]);
    assert.equal(effects.lock?.remote, null);
  });

  it("is the history row of its event if one arrives, and is not pending after that", () => {
    const event = {
      kind: "operationEvent",
      source: "rf",
      code: "unlock",
      userId: null,
      localSeconds: null,
    } as const;
    const effects = take(unlocking(), event, sentAtMs + 500);
    assert.deepEqual(names(effects), ["lockerOpenAlarm"]);
    assert.equal(effects.lock?.remote, null);
    assert.deepEqual(row(effects.lock), [null, null]);
  });

  it("is no opening if the bolt did not move, and raises an alarm", () => {
    for (const state of ["locked", "notFullyLocked", "undefined"] as const) {
      const early = remoteReadEffects(unlocking(), state, sentAtMs + remoteMoveLimitMs - 1);
      assert.deepEqual(early, {}, "a bolt may still be moving");
      const late = remoteReadEffects(unlocking(), state, sentAtMs + remoteMoveLimitMs);
      assert.deepEqual(names(late), ["lockNotMovedAlarm"]);
      assert.equal(late.lock?.remote, null);
      assert.equal(late.lock?.openingPendingAtMs, null);
    }
  });

  it("is not ended by a report of the old state that was sent before", () => {
    const report = { kind: "lockState", lockState: "locked" } as const;
    assert.deepEqual(take(unlocking(), report, sentAtMs + 100), {});
  });

  it("proves nothing after two minutes", () => {
    const late = sentAtMs + remoteExpiryMs + 1;
    const { lock, journal } = remoteReadEffects(unlocking(), "locked", late);
    assert.deepEqual([lock?.remote, journal], [null, undefined]);
    const report = { kind: "lockState", lockState: "unlocked" } as const;
    assert.deepEqual(row(take(unlocking(), report, late).lock), ["indeterminate", late]);
  });
});

describe("a remote unlock after which the next remote operation goes out at once", () => {
  const accepted = withRemoteAccepted(unlocking());
  const next = { action: "lock", sentAtMs: sentAtMs + 1_000 } as const;

  it("makes a history row by radio if the lock accepted it, whatever the next state read shows", () => {
    const { lock } = remoteSentEffects(accepted, next);
    assert.ok(lock !== undefined);
    assert.deepEqual(row(remoteReadEffects(lock, "locked", sentAtMs + 4_000).lock), [
      "rf",
      sentAtMs,
    ]);
    const still = take(lock, { kind: "lockState", lockState: "unlocked" }, sentAtMs + 4_000);
    assert.deepEqual(still, {}, "the same opening is no second one");
  });

  it("makes one history row if its event comes after all", () => {
    const { lock } = remoteSentEffects(accepted, next);
    assert.ok(lock !== undefined);
    const reported = { source: "rf", code: "unlock", userId: null, localSeconds: null } as const;
    const effects = take(lock, { kind: "operationEvent", ...reported }, sentAtMs + 1_500);
    assert.deepEqual(names(effects), ["lockerOpenAlarm"]);
    assert.deepEqual(row(effects.lock), [null, null]);
    assert.deepEqual(effects.lock?.remote, next, "the lock's effect is still waited for");
  });

  it("completes the history row of the opening before it", () => {
    const before = { openingPendingAtMs: 90_000, openingPendingBy: "manual" } as const;
    const effects = remoteSentEffects({ ...accepted, ...before }, next);
    assert.deepEqual(names(effects), ["lockerOpenAlarm"]);
    assert.deepEqual(row(effects.lock), ["rf", sentAtMs]);
  });

  it("makes no history row if the lock did not answer or has already shown the opening", () => {
    for (const lock of [unlocking(), aLock(), withRemoteAccepted(aLock())]) {
      assert.deepEqual(row(remoteSentEffects(lock, next).lock), [null, null]);
    }
  });
});

describe("a remote lock that the lock accepted", () => {
  it("is complete if a read shows the lock locked, and is no opening", () => {
    const effects = remoteReadEffects(locking, "locked", sentAtMs + 3_000);
    assert.deepEqual([effects.lock?.lockState, effects.lock?.remote], ["locked", null]);
    assert.deepEqual(row(effects.lock), [null, null]);
  });

  it("raises an alarm if the lock stays unlocked", () => {
    const effects = remoteReadEffects(locking, "unlocked", sentAtMs + remoteMoveLimitMs);
    assert.deepEqual(names(effects), ["lockNotMovedAlarm"]);
    assert.equal(effects.lock?.openingPendingAtMs, null);
  });
});
