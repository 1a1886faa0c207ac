import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { slotHealth } from "../../../../daemon/diagnostics/slot-health.ts";
import { put } from "../../../../daemon/store/store.ts";
import { aLock, aLockId, aSlot } from "../../../support/records.ts";
import { aTemporaryStore } from "../../../support/rigs/temporary-store.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const pairedAtMs = 1_000 * dayMs;

describe("the health of the slots", () => {
  it("counts the unknown slots and names the age of the oldest", async () => {
    const { store, remove } = await aTemporaryStore();
    try {
      const stamp = { atMs: 0, clock: "synced" } as const;
      const empty = { content: { kind: "empty" }, holder: null } as const;
      const slots = Array.from({ length: 9 }, (_, index) =>
        aSlot({ ...empty, userId: index + 1, verifiedAtMs: pairedAtMs }),
      );
      const changes = [
        put("lock", [aLockId], aLock({ pairedAtMs })),
        ...slots.map((slot) => put("slot", [aLockId, slot.userId], slot)),
      ];
      await store.commit({ changes, journal: [] }, stamp);
      const nowMs = pairedAtMs + 5 * hourMs;
      assert.deepEqual(slotHealth(store, nowMs), { state: "ok", reason: "" });
      const unknown = aSlot({ holder: null, userId: 4 });
      const change = put("slot", [aLockId, 4], unknown);
      await store.commit({ changes: [change], journal: [] }, stamp);
      const { state, reason } = slotHealth(store, nowMs);
      assert.equal(state, "ok");
      assert.equal(reason, "1 slots of 1 locks are not known yet, the oldest for 5 h");
      const late = slotHealth(store, pairedAtMs + 15 * dayMs);
      assert.deepEqual(late, {
        state: "degraded",
        reason: "a slot of a lock was last read 15 days ago",
      });
    } finally {
      await remove();
    }
  });
});
