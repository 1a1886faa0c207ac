import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  maxListedSlots,
  slotStatuses,
} from "../../../../../sync/home-assistant/dialect/slot-status.ts";
import { aPassword, aSlot, aView, someCapabilities } from "../../../../support/records.ts";

const nowMs = 1_000_000;
const occupied = (userStatus: "occupiedEnabled" | "occupiedDisabled") =>
  ({ kind: "occupied", mark: "123456", userStatus, userType: "unrestricted" }) as const;
const empty = aSlot({ holder: null, content: { kind: "empty" } });
const foreign = aSlot({ holder: null, content: occupied("occupiedEnabled") });

/** Returns the state of slot 1. */
function statusOf(parts: Parameters<typeof aView>[0]): unknown {
  return slotStatuses(aView(parts), nowMs, null)["1"];
}

describe("the state of a slot", () => {
  it("is available only if the lock has shown that it is empty", () => {
    assert.deepEqual(statusOf({ slots: [empty] }), { status: "available" });
    assert.deepEqual(statusOf({ slots: [] }), { status: "disabled" });
    const unknown = aSlot({ holder: null, content: { kind: "unknown" } });
    assert.deepEqual(statusOf({ slots: [unknown] }), { status: "disabled" });
  });

  it("is enabled from the moment in which a code is wanted and stored", () => {
    const slots = [aSlot({ content: { kind: "empty" } })];
    assert.deepEqual(statusOf({ passwords: [aPassword()], slots }), { status: "enabled" });
  });

  it("is not available until the lock has confirmed that the code is cleared", () => {
    const passwords = [aPassword({ isDeleted: true })];
    const held = aSlot({ content: occupied("occupiedEnabled") });
    assert.deepEqual(statusOf({ passwords, slots: [held] }), { status: "disabled" });
    assert.deepEqual(statusOf({ passwords: [], slots: [empty] }), { status: "available" });
  });

  it("is disabled if its code is frozen, outside its window, or refused by the lock", () => {
    const over = { beginMs: null, endMs: nowMs - 1, weekly: null };
    for (const changes of [{ isFrozen: true }, { window: over }, { failure: "refused" }] as const) {
      const passwords = [aPassword(changes)];
      assert.deepEqual(statusOf({ passwords }), { status: "disabled" }, JSON.stringify(changes));
    }
  });

  it("is enabled or disabled, as the lock says, if a stranger has it", () => {
    assert.deepEqual(statusOf({ slots: [foreign] }), { status: "enabled" });
    const asleep = { ...foreign, content: occupied("occupiedDisabled") };
    assert.deepEqual(statusOf({ slots: [asleep] }), { status: "disabled" });
  });

  it("is available if the slot has only random digits over a revoked code", () => {
    assert.deepEqual(statusOf({ slots: [{ ...foreign, junkMark: "123456" }] }), {
      status: "available",
    });
  });

  it("is that of a password that lost its slot to a stranger", () => {
    const passwords = [aPassword({ userId: null, onlyUserId: 1, failure: "full" })];
    assert.deepEqual(statusOf({ passwords, slots: [foreign] }), { status: "disabled" });
  });

  it("is listed for the lowest slots of a large lock, and for one that is asked for", () => {
    const lock = { capabilities: someCapabilities({ lastUserId: 1_000 }) };
    const far = aSlot({ userId: 900, holder: null, content: { kind: "empty" } });
    const view = aView({ lock, slots: [far] });
    assert.equal(Object.keys(slotStatuses(view, nowMs, 2)).length, maxListedSlots);
    const asked = slotStatuses(view, nowMs, 900);
    assert.deepEqual(
      [Object.keys(asked).length, asked["900"]],
      [maxListedSlots + 1, { status: "available" }],
    );
    assert.deepEqual(slotStatuses(view, nowMs, 5_000)["5000"], { status: "disabled" });
  });
});
