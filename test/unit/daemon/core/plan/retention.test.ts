import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { administratorId, type PasswordRecord } from "../../../../../daemon/core/model/password.ts";
import { plan, type Step } from "../../../../../daemon/core/plan/plan.ts";
import { endedKeptMs, endedLimit } from "../../../../../daemon/core/plan/retention.ts";
import { aPassword, aView } from "../../../../support/records.ts";

const endMs = 1_000_000;
const window = { beginMs: null, endMs, weekly: null };
const ended = aPassword({ window, userId: null, operationStage: "done", name: "K" });

function next(passwords: readonly PasswordRecord[], nowMs: number, state: "synced" | "lost"): Step {
  return plan({ view: aView({ passwords }), time: { nowMs, state }, blockedUntilMs: null });
}

function removed(step: Step): readonly number[] {
  return step.kind === "record" ? (step.effects.removedPasswords ?? []) : [];
}

describe("the record of a password that is over", () => {
  it("stays listed for thirty days, then is removed and reported", () => {
    const before = next([ended], endMs + endedKeptMs - 1, "synced");
    assert.deepEqual(before, { kind: "idle", wakeAtMs: endMs + endedKeptMs });
    const step = next([ended], endMs + endedKeptMs, "synced");
    assert.deepEqual(removed(step), [1]);
    assert.ok(step.kind === "record");
    const [entry] = step.effects.journal ?? [];
    assert.ok(entry?.kind === "event" && entry.event === "pwdRetired");
    assert.deepEqual(entry.detail, {
      password_id: 1,
      name: "K",
      reason: "expired",
      ended_at: endMs,
    });
  });

  it("stays listed from the opening of a one-time password, or from the last change", () => {
    const used = { ...ended, window: { ...window, endMs: null }, consumedAtMs: 5_000 };
    assert.deepEqual(removed(next([used], 5_000 + endedKeptMs, "synced")), [1]);
    const touched = { ...ended, changedAtMs: endMs + 10 };
    assert.deepEqual(removed(next([touched], endMs + endedKeptMs, "synced")), []);
  });

  it("stays while the lock holds the code, an activity is in progress, or the time is lost", () => {
    const late = endMs + 2 * endedKeptMs;
    assert.deepEqual(removed(next([{ ...ended, userId: 1 }], late, "synced")), []);
    assert.deepEqual(removed(next([ended], late, "lost")), []);
    const administrator = { ...ended, id: administratorId };
    assert.deepEqual(removed(next([administrator], late, "synced")), []);
  });

  it("is removed earlier if there are too many, the one that ended first", () => {
    const many = Array.from({ length: endedLimit + 2 }, (_, index) => ({
      ...ended,
      id: index + 1,
      window: { ...window, endMs: endMs - index },
    }));
    const step = next(many, endMs + 1, "synced");
    assert.deepEqual(removed(step), [endedLimit + 2, endedLimit + 1]);
  });
});
