import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { type StoredMark, storedTimeMark } from "../../../../daemon/clock/stored-time-mark.ts";
import { bareTimeMark } from "../../../../daemon/core/time/time-mark.ts";
import { put } from "../../../../daemon/store/store.ts";
import { aTemporaryStore, type TemporaryStore } from "../../../support/rigs/temporary-store.ts";

const nowMs = Date.parse("2026-11-23T00:00:00Z");
const stored: StoredMark = {
  mark: {
    unixMs: nowMs,
    cloudLeadMs: 0.5,
    isFirm: true,
    syncedAgoMs: 1_000,
    ranMs: 60_000,
    allowance: [{ source: "ntp", kind: "step", hour: 3, ms: 12.5 }],
    leaptAtRanMs: null,
    setBackFromMs: nowMs + 1,
  },
  boot: { id: "first", uptimeMs: 61_000 },
};

describe("a stored time mark", () => {
  let temporary: TemporaryStore;

  beforeEach(async () => {
    temporary = await aTemporaryStore();
  });
  afterEach(async () => {
    await temporary.remove();
  });

  async function loaded(value: unknown): Promise<StoredMark | null> {
    const { store } = temporary;
    const text = typeof value === "string" ? value : JSON.stringify(value);
    const changes = [
      put("setting", ["clock.mark"], { value: text }),
      put("setting", ["clock.highWaterMs"], { value: nowMs }),
    ];
    await store.commit({ changes, journal: [] }, { atMs: nowMs, clock: "synced" });
    return storedTimeMark(store).load();
  }

  it("is read as it was saved", async () => {
    await storedTimeMark(temporary.store).save(stored);
    assert.deepEqual(storedTimeMark(temporary.store).load(), stored);
  });

  it("may be of a time that is lost", async () => {
    const lost = { ...stored, mark: { ...stored.mark, syncedAgoMs: null } };
    await storedTimeMark(temporary.store).save(lost);
    assert.deepEqual(storedTimeMark(temporary.store).load(), lost);
  });

  it("may lack the start of the machine", async () => {
    assert.deepEqual(await loaded({ ...stored, boot: null }), { ...stored, boot: null });
  });

  const mark = (fields: object) => ({ ...stored, mark: { ...stored.mark, ...fields } });
  const [entry] = stored.mark.allowance;
  const malformed: Readonly<Record<string, unknown>> = {
    "text that is not JSON": "{",
    "no mark": { boot: null },
    "a time with a fraction": mark({ unixMs: 0.5 }),
    "a negative time": mark({ unixMs: -1 }),
    "an infinite age": JSON.stringify(mark({ ranMs: 7 })).replace('"ranMs":7', '"ranMs":1e999'),
    "a flag that is a number": mark({ isFirm: 1 }),
    "no age of the newest source": mark({ syncedAgoMs: undefined }),
    "an age of the newest source that is text": mark({ syncedAgoMs: "7" }),
    "an allowance that is an object": mark({ allowance: {} }),
    "an allowance of an unknown source": mark({ allowance: [{ ...entry, source: "person" }] }),
    "an allowance of an unknown kind": mark({ allowance: [{ ...entry, kind: "jump" }] }),
    "an allowance with 1001 entries": mark({ allowance: Array(1_001).fill(entry) }),
    "a set-back time that is text": mark({ setBackFromMs: "1" }),
    "a start of the machine without an id": { ...stored, boot: { uptimeMs: 1 } },
  };
  for (const [fault, value] of Object.entries(malformed)) {
    it(`counts as the high-water time alone if it has ${fault}`, async () => {
      assert.deepEqual(await loaded(value), { mark: bareTimeMark(nowMs), boot: null });
    });
  }
});
