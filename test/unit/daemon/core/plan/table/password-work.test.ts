import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { wantedSchedules } from "../../../../../../daemon/core/enforcement/slot-enforcement.ts";
import { untriedScheduling } from "../../../../../../daemon/core/model/lock/scheduling.ts";
import type { PasswordRecord } from "../../../../../../daemon/core/model/password.ts";
import type { SlotContent, SlotRecord } from "../../../../../../daemon/core/model/slot.ts";
import { passwordWork } from "../../../../../../daemon/core/plan/table/password-work.ts";
import {
  aCode,
  aLock,
  aPassword,
  aSlot,
  aView,
  someCapabilities,
} from "../../../../../support/records.ts";

const timeZone = "Europe/Berlin";
const nowMs = Date.UTC(2026, 5, 10, 12);
const hourMs = 3_600_000;

type UserType = Extract<SlotContent, { kind: "occupied" }>["userType"];

const code = (mark: string, userType: UserType = "unrestricted") =>
  ({ kind: "occupied", mark, userStatus: "occupiedEnabled", userType }) as const;

const lock = aLock({
  capabilities: someCapabilities({ yearDaySchedulesPerUser: 7 }),
  lockClock: {
    state: "healthy",
    driftSeconds: 0,
    measuredAtMs: nowMs,
    writtenAtMs: nowMs,
    writtenOffsetSeconds: 7200,
  },
});

function stepFor(password: PasswordRecord, slot: SlotRecord, state: "synced" | "lost" = "synced") {
  const view = aView({ lock, passwords: [password], slots: [slot] });
  const work = passwordWork(
    { view, time: { nowMs, state }, blockedUntilMs: null, timeZone },
    password,
  );
  if (work.kind !== "step") return work.kind;
  return work.step.kind === "perform" ? work.step.operation.name : work.step.kind;
}

describe("a code of which nobody knows the digits, bound by schedules", () => {
  const keypad = aPassword({ code: null, origin: "keypad", operationStage: "done" });
  const slot = aSlot({
    content: code("hidden", "yearDay"),
    attemptedRevision: 1,
    appliedRevision: 1,
  });
  const withoutUserType = {
    ...lock,
    scheduling: { ...untriedScheduling, setsUserType: "no" },
  } as const;

  function workOf(password: PasswordRecord, bound: SlotRecord) {
    const view = aView({ lock: withoutUserType, passwords: [password], slots: [bound] });
    const time = { nowMs, state: "synced" } as const;
    return passwordWork({ view, time, blockedUntilMs: null, timeZone }, password);
  }

  it("is neither set nor cleared on a lock without Set User Type", () => {
    assert.equal(workOf(keypad, slot).kind, "none");
    assert.equal(workOf(keypad, { ...slot, refusals: 1 }).kind, "none");
  });

  it("has its activity reported as unsupported there", () => {
    const work = workOf({ ...keypad, operationStage: "inProgress" }, slot);
    assert.ok(work.kind === "step" && work.step.kind === "record");
    assert.equal(work.step.effects.passwords?.[0]?.failure, "unsupported");
  });
});

describe("a foreign code", () => {
  it("stays in the slot of a password whose grant is parked", () => {
    const password = aPassword({ revision: 2 });
    const slot = aSlot({
      content: code("somebody's"),
      appliedRevision: 1,
      parkedRevision: 2,
      refusals: 3,
    });
    assert.equal(stepFor(password, slot), "none");
    assert.equal(stepFor(password, { ...slot, attemptedRevision: 2 }), "clearPinCode");
  });

  it("is not overwritten when a revoked code of another password should be", () => {
    const capabilities = someCapabilities({ userStatus: "no" });
    const password = aPassword({ isDeleted: true });
    const slot = aSlot({
      holder: 2,
      content: code("of another"),
      attemptedRevision: 1,
      overwrite: "due",
    });
    const view = aView({ lock: { capabilities }, passwords: [password], slots: [slot] });
    const time = { nowMs, state: "synced" } as const;
    const work = passwordWork({ view, time, blockedUntilMs: null }, password);
    assert.ok(work.kind === "step" && work.step.kind === "record");
  });
});

describe("a code that waits in the lock for its window while the time is lost", () => {
  const window = { beginMs: nowMs + hourMs, endMs: nowMs + 2 * hourMs, weekly: null };
  const password = aPassword({ window, revision: 2, code: aCode("new") });
  const schedules = wantedSchedules(password, lock, { timeZone, nowMs });
  assert.ok(schedules !== null);
  const waiting = aSlot({
    content: code("new", "yearDay"),
    guard: { kind: "held", schedules },
    attemptedRevision: 2,
    appliedRevision: 2,
    confidence: "confirmed",
  });

  it("stays under the lock's own schedule", () => {
    assert.equal(stepFor(password, waiting, "lost"), "none");
  });

  it("is cleared if it is the code before the wanted one", () => {
    const previous = { ...waiting, content: code("old", "yearDay"), appliedRevision: 1 };
    assert.equal(stepFor(password, previous, "lost"), "clearPinCode");
  });
});

describe("a code that went in shortly before a power cut", () => {
  const minuteMs = 60_000;
  const view = { lock: { capabilities: someCapabilities({ userStatus: "no" }) } };
  const slot = aSlot({
    content: code("new"),
    attemptedRevision: 2,
    appliedRevision: 2,
    confidence: "confirmed",
  });
  const workAt = (beginMs: number, change: object, state: "lost" | "synced" = "lost") => {
    const window = { beginMs, endMs: nowMs + hourMs, weekly: null };
    const given = { window, revision: 2, code: aCode("new"), operationStage: "done" } as const;
    const password = aPassword({ ...given, ...change });
    const input = { view: aView({ ...view, passwords: [password], slots: [slot] }) };
    const work = passwordWork({ ...input, time: { nowMs, state }, blockedUntilMs: null }, password);
    return work.kind === "step" && work.step.kind === "perform" ? work.step.operation.name : "none";
  };

  it("stays while the time is lost and its window opens within the age of the time on disk", () => {
    assert.equal(workAt(nowMs + 10 * minuteMs, {}), "none");
    assert.equal(workAt(nowMs + 10 * minuteMs + 1, {}), "clearPinCode");
  });

  it("is cleared before its window once the time is known", () => {
    assert.equal(workAt(nowMs + minuteMs, {}, "synced"), "clearPinCode");
  });

  it("is cleared if somebody has moved its window, frozen it or deleted it since", () => {
    const soon = nowMs + minuteMs;
    assert.equal(workAt(soon, { operationStage: "inProgress", revision: 3 }), "clearPinCode");
    assert.equal(workAt(soon, { isFrozen: true }), "clearPinCode");
    assert.equal(workAt(soon, { isDeleted: true }), "clearPinCode");
  });

  it("is cleared in the pause of a weekly window that has just closed", () => {
    const startMinute = Math.floor((nowMs % (24 * hourMs)) / minuteMs) + 5;
    const weekly = { daysMask: 0x7f, startMinute, endMinute: startMinute - 10, timeZone: "UTC" };
    assert.equal(workAt(0, { window: { beginMs: null, endMs: null, weekly } }), "clearPinCode");
  });
});
