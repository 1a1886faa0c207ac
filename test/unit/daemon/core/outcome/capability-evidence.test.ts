import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { LockRecord } from "../../../../../daemon/core/model/lock.ts";
import { applyOutcome } from "../../../../../daemon/core/outcome/outcome.ts";
import { writeOutcome } from "../../../../../daemon/locks/operations/slot-outcome.ts";
import { aCode, aLock, aSlot } from "../../../../support/records.ts";

const time = { nowMs: 1_800_000_000_000, state: "synced" } as const;

describe("a lock that swaps the statuses 0 and 1", () => {
  const failure = { kind: "refused", status: "failure", statusCode: 1 } as const;

  it("has performed what it answers with 1, and refused what it answers with 0", () => {
    const inverted = { statusMeaning: "inverted" } as const;
    assert.deepEqual(writeOutcome(failure, inverted), { kind: "done" });
    assert.deepEqual(writeOutcome({ kind: "done", reply: null }, inverted), {
      kind: "refused",
      status: "failure",
    });
  });

  it("is recognised by two codes that it refused and that are in their slots", () => {
    const mark = aCode("1111").mark;
    const slot = aSlot({ content: { kind: "unknown" }, refusals: 1, attemptedRevision: 1 });
    const shown = {
      kind: "occupied",
      mark,
      userStatus: "occupiedEnabled",
      userType: "unrestricted",
    } as const;
    const read = (lock: LockRecord): LockRecord => {
      const effects = applyOutcome({
        lock,
        slot,
        holder: null,
        sent: { revision: 1, mark },
        operation: { name: "getPinCode", userId: slot.userId },
        outcome: { kind: "read", content: shown, code: null },
        nowMs: time.nowMs,
      });
      return effects.lock ?? lock;
    };
    const once = read(aLock({}));
    assert.equal(once.capabilities.statusMeaning, undefined);
    assert.equal(read(once).capabilities.statusMeaning, "inverted");
  });

  it("is judged by the ZCL until it has shown the swap", () => {
    assert.deepEqual(writeOutcome(failure, {}), { kind: "refused", status: "failure" });
    assert.deepEqual(writeOutcome({ kind: "done", reply: null }, {}), { kind: "done" });
  });
});
