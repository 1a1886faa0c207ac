import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { aView, someCapabilities } from "../../../../support/records.ts";
import { take } from "./event-room.ts";

const operations = [
  { code: "unlock", count: 40 },
  { code: "manualUnlock", count: 2 },
  { code: "nonAccessUser", count: 3 },
  { code: "lock", count: 50 },
  { code: "unlockFailurePinId", count: 9 },
] as const;

describe("events that were folded before they were stored", () => {
  it("are counted in one journalGap of the lock by the events that they would have been", () => {
    const view = aView({ lock: { capabilities: someCapabilities({ operationEvents: "yes" }) } });
    const effects = take(view, { kind: "folded", operations, unlockReports: 42 });
    const detail = {
      reason: "flood",
      count: 45,
      events: { lockerOpenAlarm: 42, accessRefused: 3 },
    };
    const gap = { kind: "event", event: "journalGap", lock: view.lock.lock, detail };
    assert.deepEqual(effects, { journal: [gap] });
  });

  it("count reports of an unlocked state if the lock sends no operation events", () => {
    const view = aView({ lock: { capabilities: someCapabilities({ operationEvents: "no" }) } });
    const [entry] = take(view, { kind: "folded", operations: [], unlockReports: 7 }).journal ?? [];
    assert.deepEqual(entry?.kind === "event" ? entry.detail : null, {
      reason: "flood",
      count: 7,
      events: { lockerOpenAlarm: 7 },
    });
  });

  it("leave no entry if none of them would have had one", () => {
    const closed = [{ code: "lock", count: 50 }] as const;
    assert.deepEqual(take(aView({}), { kind: "folded", operations: closed, unlockReports: 0 }), {});
  });
});
