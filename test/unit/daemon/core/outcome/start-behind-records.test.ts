import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pastTimesEffects } from "../../../../../daemon/core/outcome/time-setback.ts";
import { plan } from "../../../../../daemon/core/plan/plan.ts";
import { clockDue } from "../../../../../daemon/core/time/lock-clock.ts";
import { believableMs } from "../../../../../daemon/core/time/trusted-time.ts";
import {
  aCode,
  aLock,
  aPassword,
  aSlot,
  aView,
  someCapabilities,
} from "../../../../support/records.ts";

const toMs = 1_800_000_000_000;
const hourMs = 3_600_000;
const clockServer = someCapabilities({ clock: "server" });

describe("a start with a time that is behind the records", () => {
  /** A slot that was read a minute before the power cut, after the last mark of the time. */
  const slot = aSlot({
    content: {
      kind: "occupied",
      userStatus: "occupiedEnabled",
      userType: "unrestricted",
      mark: "123456",
    },
    confidence: "confirmed",
    appliedRevision: 1,
    attemptedRevision: 1,
    verifiedAtMs: toMs + 60_000,
  });
  const passwords = [aPassword({ operationStage: "done" })];
  const view = aView({ lock: { pairedAtMs: toMs }, passwords, slots: [slot] });

  it("reads a slot again also after the time has passed that of its last read", () => {
    const { slots = [] } = pastTimesEffects(view, toMs);
    const moved = { ...view, slots: new Map(slots.map((one) => [one.userId, one])) };
    const time = { nowMs: toMs + 90_000, state: "lost" } as const;
    const input = {
      time,
      blockedUntilMs: null,
      auditsPerDay: "auto",
      radioUpSinceMs: toMs + 1,
    } as const;
    const step = plan({ ...input, view: moved });
    assert.ok(step.kind === "perform" && step.audit?.kind === "slot");
    assert.equal(step.slot.userId, slot.userId);
  });

  it("restores no password, because the times of the records were right", () => {
    const window = { beginMs: null, endMs: toMs + 24 * hourMs, weekly: null };
    const ended = aPassword({
      code: aCode("246810"),
      window,
      operationStage: "done",
      userId: null,
    });
    assert.deepEqual(pastTimesEffects(aView({ passwords: [ended] }), toMs), {});
  });

  it("keeps the state of a lock's clock, which was measured by the right time", () => {
    const lockClock = {
      ...aLock().lockClock,
      state: "healthy",
      driftSeconds: 0,
      measuredAtMs: toMs + hourMs,
    } as const;
    const { lock } = pastTimesEffects(aView({ lock: { lockClock } }), toMs);
    assert.deepEqual(lock?.lockClock, { ...lockClock, measuredAtMs: toMs });
  });

  it("keeps when passwords were made, changed and used, and when the door was opened", () => {
    const made = { createdAtMs: toMs + 1, changedAtMs: toMs + 2, consumedAtMs: toMs + 3 };
    const later = aView({
      lock: { openingPendingAtMs: toMs + 4, auditedAtMs: toMs + 5 },
      passwords: [aPassword(made)],
      slots: [aSlot({ heldSinceMs: toMs + 6, retryAtMs: toMs + 7 })],
    });
    const { lock, passwords, slots } = pastTimesEffects(later, toMs);
    assert.deepEqual([lock?.openingPendingAtMs, lock?.auditedAtMs], [toMs + 4, toMs]);
    assert.equal(passwords, undefined);
    assert.deepEqual([slots?.[0]?.heldSinceMs, slots?.[0]?.retryAtMs], [toMs + 6, toMs]);
  });

  it("keeps no history that is later than any time that can be believed", () => {
    const changedAtMs = toMs + believableMs;
    const ofTheTime = aPassword({ createdAtMs: changedAtMs + 1, changedAtMs });
    const { passwords = [] } = pastTimesEffects(aView({ passwords: [ofTheTime] }), toMs);
    assert.deepEqual(passwords, [{ ...ofTheTime, createdAtMs: toMs }]);
  });

  it("reads a lock's clock that was written after it was measured", () => {
    const lockClock = {
      ...aLock().lockClock,
      state: "drifting",
      measuredAtMs: toMs + 1_000,
      writtenAtMs: toMs + 2_000,
      writtenOffsetSeconds: 0,
    } as const;
    const written = aView({ lock: { ...aLock({ capabilities: clockServer }), lockClock } });
    const { lock = written.lock } = pastTimesEffects(written, toMs);
    const due = clockDue(lock, { nowMs: toMs + 1, state: "synced" }, "UTC");
    assert.deepEqual(due.operation, { name: "readTime" });
  });

  it("changes no record whose times are past", () => {
    assert.deepEqual(pastTimesEffects(view, toMs + 60_000), {});
  });
});
