import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type ActivityEntry,
  activityLogLimit,
} from "../../../../../daemon/core/logs/activity-log.ts";
import { withStore } from "../../../../support/rigs/temporary-store.ts";

const stamp = { atMs: 1000, clock: "synced" } as const;

function anEntry(id: string): ActivityEntry {
  return {
    opId: 20002,
    operator: { id, name: "" },
    target: { id: "r", name: "", type: "room" },
    holder: null,
    recipient: null,
    lock: "0x1",
    homeId: null,
    roomId: "r",
  };
}

describe("the store's activity log", () => {
  it("continues its numbers after a restart and keeps entries out of the journal", async () => {
    await withStore(async (store, temporary) => {
      const write = (id: string, on = store) =>
        on.commit({ changes: [], journal: [], activities: [anEntry(id)] }, stamp);
      await write("a");
      await write("b");
      const again = await temporary.reopen();
      await write("c", again);
      const records = await again.readActivities(1, 10);
      assert.deepEqual(
        records.map(({ seq, operator, atMs }) => [seq, operator.id, atMs]),
        [
          [1, "a", 1000],
          [2, "b", 1000],
          [3, "c", 1000],
        ],
      );
      assert.equal(again.journalRange().head, 0);
    });
  });

  it("drops the oldest entry at its limit", async () => {
    await withStore(async (store, temporary) => {
      const many = Array.from({ length: 5000 }, (_, at) => anEntry(`${at}`));
      for (let count = 0; count < activityLogLimit; count += many.length) {
        await store.commit({ changes: [], journal: [], activities: many }, stamp);
      }
      assert.deepEqual(store.activityRange(), { tail: 1, head: activityLogLimit });
      const two = [anEntry("x"), anEntry("y")];
      await store.commit({ changes: [], journal: [], activities: two }, stamp);
      const again = await temporary.reopen();
      assert.deepEqual(again.activityRange(), { tail: 3, head: activityLogLimit + 2 });
      const [first] = await again.readActivities(1, 1);
      assert.equal(first?.seq, 3);
    });
  });
});
