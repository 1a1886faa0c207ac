import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { LockView } from "../../../../../daemon/core/model/lock.ts";
import { plan } from "../../../../../daemon/core/plan/plan.ts";
import { emptyProofMs } from "../../../../../daemon/core/plan/plan-work.ts";
import { aCode, aPassword, aSlot, aView, someCapabilities } from "../../../../support/records.ts";

const at = (nowMs: number, view: LockView, blockedUntilMs: number | null = null) =>
  plan({ view, time: { nowMs, state: "synced" }, blockedUntilMs });

function operationOf(step: ReturnType<typeof plan>): string {
  return step.kind === "perform" ? `${step.operation.name} ${step.operation.userId}` : step.kind;
}

const empty = { content: { kind: "empty" }, confidence: "confirmed" } as const;
const holds = (
  digits: string,
  userStatus: "occupiedEnabled" | "occupiedDisabled" = "occupiedEnabled",
) =>
  ({
    content: { kind: "occupied", mark: digits, userStatus, userType: "unrestricted" },
    confidence: "confirmed",
  }) as const;

describe("plan", () => {
  it("sets a code whose window is open into its empty slot", () => {
    const view = aView({ passwords: [aPassword()], slots: [aSlot(empty)] });
    assert.equal(operationOf(at(0, view)), "setPinCode 1");
  });

  it("waits for the begin of a window and wakes up then", () => {
    const window = { beginMs: 5_000, endMs: 20_000, weekly: null };
    const view = aView({ passwords: [aPassword({ window })], slots: [aSlot(empty)] });
    assert.deepEqual(at(0, view), { kind: "idle", wakeAtMs: 5_000 });
  });

  it("clears a code in the very millisecond its window ends", () => {
    const window = { beginMs: 0, endMs: 20_000, weekly: null };
    const password = aPassword({ window, operationStage: "done" });
    const view = aView({
      passwords: [password],
      slots: [aSlot({ ...holds("123456"), appliedRevision: 1, attemptedRevision: 1 })],
    });
    assert.deepEqual(at(19_999, view), { kind: "idle", wakeAtMs: 20_000 });
    assert.equal(operationOf(at(20_000, view)), "clearPinCode 1");
  });

  it("clears a weekly code at its end date, also between two of its intervals", () => {
    const weekly = { daysMask: 0b10, startMinute: 480, endMinute: 1080, timeZone: "UTC" };
    // 1970-01-01 was a Thursday: Monday's interval begins after the end.
    const endMs = 2 * 86_400_000;
    const slot = aSlot({
      ...holds("123456", "occupiedDisabled"),
      appliedRevision: 1,
      attemptedRevision: 1,
    });
    const password = aPassword({
      window: { beginMs: null, endMs, weekly },
      operationStage: "done",
    });
    const view = aView({ passwords: [password], slots: [slot] });
    assert.deepEqual(at(1_000, view), { kind: "idle", wakeAtMs: endMs });
    assert.equal(operationOf(at(endMs, view)), "clearPinCode 1");
  });

  it("reads a slot before it writes it if it was seen empty a minute ago, or by a time set back since", () => {
    const slot = aSlot({ ...empty, verifiedAtMs: 1_000 });
    const view = aView({ passwords: [aPassword()], slots: [slot] });
    assert.equal(operationOf(at(1_000 + emptyProofMs, view)), "setPinCode 1");
    assert.equal(operationOf(at(1_001 + emptyProofMs, view)), "getPinCode 1");
    assert.equal(operationOf(at(999, view)), "getPinCode 1");
  });

  it("grants a code again at its next begin although its revocation was refused", () => {
    const password = aPassword({ operationStage: "done" });
    const content = {
      kind: "occupied",
      mark: password.code?.mark ?? null,
      userStatus: "occupiedDisabled",
      userType: "unrestricted",
    } as const;
    const slot = aSlot({
      content,
      appliedRevision: 1,
      attemptedRevision: 1,
      refusals: 5,
      parkedRevision: 1,
      retryAtMs: 1_800_000,
    });
    const parked = aView({ passwords: [password], slots: [slot] });
    const step = at(0, parked);
    assert.ok(step.kind === "record");
    const [free] = step.effects.slots ?? [];
    assert.ok(free !== undefined);
    assert.equal(operationOf(at(0, { ...parked, slots: new Map([[1, free]]) })), "setUserStatus 1");
    const failed = aPassword({ operationStage: "failed", failure: "refused" });
    assert.equal(at(0, { ...parked, passwords: [failed] }).kind, "idle");
  });

  it("grants codes while a lock keeps refusing a revocation", () => {
    const gone = aPassword({ isDeleted: true, revision: 2 });
    const applied = { appliedRevision: 1, attemptedRevision: 1, retryAtMs: 9_000 };
    const next = aPassword({ id: 2, userId: 2, code: aCode("654321") });
    const empty = aSlot({ userId: 2, holder: 2, content: { kind: "empty" } });
    const after = (refusals: number) =>
      at(0, aView({ passwords: [gone, next], slots: [aSlot({ ...applied, refusals }), empty] }));
    assert.equal(after(2).kind, "idle");
    assert.equal(operationOf(after(3)), "setPinCode 2");
  });

  it("clears a code that is over although its grant was parked, and grants it at the next begin", () => {
    const window = { beginMs: 0, endMs: 20_000, weekly: null };
    const parked = aSlot({
      ...holds("123456"),
      appliedRevision: 1,
      attemptedRevision: 1,
      parkedRevision: 1,
    });
    const failed = aPassword({ window, operationStage: "failed", failure: "refused" });
    const view = aView({ passwords: [failed], slots: [parked] });
    assert.deepEqual(at(0, view), { kind: "idle", wakeAtMs: 20_000 });
    assert.equal(operationOf(at(20_000, view)), "clearPinCode 1");
  });

  it("clears the old code if the lock refuses the new one", () => {
    const changed = aPassword({ revision: 2, operationStage: "failed", failure: "duplicate" });
    const applied = { appliedRevision: 1, attemptedRevision: 2, parkedRevision: 2 };
    const shown = aView({
      passwords: [changed],
      slots: [aSlot({ ...holds("999999"), ...applied })],
    });
    assert.equal(operationOf(at(0, shown)), "clearPinCode 1");
    const lock = { capabilities: someCapabilities({ pinReadBack: "silent", userStatus: "no" }) };
    const blind = aView({ lock, passwords: [changed], slots: [aSlot(applied)] });
    assert.equal(operationOf(at(0, blind)), "clearPinCode 1");
    const cleared = aSlot({ ...empty, ...applied });
    assert.equal(at(0, aView({ lock, passwords: [changed], slots: [cleared] })).kind, "idle");
  });

  it("clears a replaced code while the time is lost, although the new one must wait", () => {
    const changed = aPassword({ revision: 2 });
    const slot = aSlot({ ...holds("999999"), appliedRevision: 1, attemptedRevision: 1 });
    const view = aView({ passwords: [changed], slots: [slot] });
    const step = plan({ view, time: { nowMs: 0, state: "lost" }, blockedUntilMs: null });
    assert.equal(operationOf(step), "clearPinCode 1");
    assert.equal(operationOf(at(0, view)), "setPinCode 1");
  });

  it("clears what may be the replaced code if the lock does not show which code it has", () => {
    const changed = aPassword({ revision: 2 });
    const content = { ...holds("999999").content, mark: null };
    const slot = aSlot({ content, appliedRevision: 1, attemptedRevision: 2 });
    const view = aView({ passwords: [changed], slots: [slot] });
    const step = plan({ view, time: { nowMs: 0, state: "lost" }, blockedUntilMs: null });
    assert.equal(operationOf(step), "clearPinCode 1");
    assert.equal(operationOf(at(0, view)), "setPinCode 1");
    const parked = aView({ passwords: [changed], slots: [{ ...slot, parkedRevision: 2 }] });
    assert.equal(operationOf(at(0, parked)), "clearPinCode 1");
  });

  it("reports an activity as done if the lock takes the code after a reported failure", () => {
    const failed = aPassword({ operationStage: "failed", failure: "refused" });
    const slot = aSlot({ ...holds("123456"), appliedRevision: 1, attemptedRevision: 1 });
    const step = at(0, aView({ passwords: [failed], slots: [slot] }));
    const passwords = step.kind === "record" ? step.effects.passwords : [];
    assert.equal(passwords?.[0]?.operationStage, "done");
  });

  it("reads an unknown slot before it writes it", () => {
    const view = aView({ passwords: [aPassword()], slots: [aSlot()] });
    assert.equal(operationOf(at(0, view)), "getPinCode 1");
  });

  it("revokes before it grants, whatever was requested first", () => {
    const granted = aPassword({ id: 1, userId: 1 });
    const deleted = aPassword({ id: 2, userId: 2, code: aCode("222222"), isDeleted: true });
    const view = aView({
      passwords: [granted, deleted],
      slots: [
        aSlot(empty),
        aSlot({
          userId: 2,
          holder: 2,
          ...holds("222222"),
          appliedRevision: 1,
          attemptedRevision: 1,
        }),
      ],
    });
    assert.equal(operationOf(at(0, view)), "clearPinCode 2");
  });

  it("grants no code while a refused revocation waits for its next try", () => {
    const granted = aPassword({ id: 1, userId: 1 });
    const deleted = aPassword({ id: 2, userId: 2, isDeleted: true });
    const waiting = aSlot({
      userId: 2,
      holder: 2,
      ...holds("222222"),
      appliedRevision: 1,
      attemptedRevision: 1,
      retryAtMs: 9,
    });
    const view = aView({ passwords: [granted, deleted], slots: [aSlot(empty), waiting] });
    assert.equal(at(0, view).kind, "idle");
    assert.equal(operationOf(at(9, view)), "clearPinCode 2");
  });

  it("disables a frozen code and leaves it in its slot", () => {
    const password = aPassword({ isFrozen: true, operation: "freeze", revision: 2 });
    const view = aView({
      passwords: [password],
      slots: [aSlot({ ...holds("123456"), appliedRevision: 1, attemptedRevision: 1 })],
    });
    const step = at(0, view);
    assert.equal(operationOf(step), "setUserStatus 1");
  });

  it("clears a frozen code if the lock cannot disable it", () => {
    const password = aPassword({ isFrozen: true, operation: "freeze", revision: 2 });
    const view = aView({
      passwords: [password],
      slots: [aSlot({ ...holds("123456"), appliedRevision: 1, attemptedRevision: 1 })],
    });
    const { capabilities } = view.lock;
    const plain = {
      ...view,
      lock: { ...view.lock, capabilities: { ...capabilities, userStatus: "no" } },
    } as const;
    assert.equal(operationOf(at(0, plain)), "clearPinCode 1");
  });

  it("never touches a foreign code: the password moves to another slot", () => {
    const view = aView({ passwords: [aPassword()], slots: [aSlot(holds("999999"))] });
    const step = at(0, view);
    assert.equal(step.kind, "record");
    assert.deepEqual(step.kind === "record" && step.effects.passwords?.[0]?.userId, null);
  });

  it("grants no code while the time is lost, and still clears what is over", () => {
    const window = { beginMs: 0, endMs: 20, weekly: null };
    const over = aPassword({ id: 2, userId: 2, window });
    const slots = [
      aSlot(empty),
      aSlot({ userId: 2, holder: 2, ...holds("123456"), appliedRevision: 1, attemptedRevision: 1 }),
    ];
    const view = aView({ passwords: [aPassword(), over], slots });
    const lost = (nowMs: number) =>
      plan({ view, time: { nowMs, state: "lost" }, blockedUntilMs: null });
    assert.equal(operationOf(lost(20)), "clearPinCode 2");
    const after = aView({ passwords: [aPassword()], slots: [aSlot(empty)] });
    assert.equal(
      plan({ view: after, time: { nowMs: 20, state: "lost" }, blockedUntilMs: null }).kind,
      "idle",
    );
  });

  it("verifies a code by a read, then reports it as done once", () => {
    const slot = aSlot({
      ...holds("123456"),
      confidence: "unconfirmed",
      appliedRevision: 1,
      attemptedRevision: 1,
    });
    const unread = aView({ passwords: [aPassword()], slots: [slot] });
    assert.equal(operationOf(at(0, unread)), "getPinCode 1");
    const read = aView({ passwords: [aPassword()], slots: [{ ...slot, confidence: "confirmed" }] });
    const step = at(0, read);
    assert.equal(step.kind === "record" && step.effects.journal?.length, 1);
    const reported = aView({
      passwords: [aPassword({ operationStage: "done" })],
      slots: [{ ...slot, confidence: "confirmed" }],
    });
    assert.deepEqual(at(0, reported), { kind: "idle", wakeAtMs: null });
  });

  it("sends nothing to a lock while its link is blocked", () => {
    const view = aView({ passwords: [aPassword()], slots: [aSlot(empty)] });
    assert.deepEqual(at(0, view, 60_000), { kind: "idle", wakeAtMs: 60_000 });
  });

  it("reports a revocation that is late by a minute, and again an hour later", () => {
    const password = aPassword({ isDeleted: true, changedAtMs: 1_000, operation: "delete" });
    const slot = aSlot({ ...holds("123456"), appliedRevision: 1, attemptedRevision: 1 });
    const view = aView({ passwords: [password], slots: [slot] });
    assert.deepEqual(at(1_000, view, 1e9), { kind: "idle", wakeAtMs: 61_000 });
    const step = at(61_000, view, 1e9);
    assert.equal(step.kind, "record");
    const detail = step.kind === "record" ? step.effects.journal?.[0] : undefined;
    assert.deepEqual(detail?.kind === "event" && detail.detail, { password_id: 1, age: 60 });
    const reported = aView({
      passwords: [password],
      slots: [{ ...slot, overdueToldAtMs: 61_000 }],
    });
    assert.deepEqual(at(61_001, reported, 1e9), { kind: "idle", wakeAtMs: 61_000 + 3_600_000 });
  });
});
