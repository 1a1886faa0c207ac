import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { pagesOf } from "../../../../sync/up/encoding/pages.ts";
import type { PublishedRecord } from "../../../../sync/up/encoding/publication.ts";
import { RejectedRecords } from "../../../../sync/up/rejected-records.ts";

const one = (seq: number, bytes = 5_000, isStub = false): PublishedRecord => ({
  seq,
  bytes,
  isStub,
});

function rejectedRecords() {
  const reported: [number, number][] = [];
  let nowMs = 0;
  const rejected = new RejectedRecords({
    onTooLarge: (seq, bytes) => void reported.push([seq, bytes]),
    monotonicMs: () => nowMs,
  });
  return { rejected, reported, pass: (ms: number) => (nowMs += ms) };
}

describe("a broker that closes the connection over one record", () => {
  it("gets that record alone after two losses with it first in flight", () => {
    const { rejected } = rejectedRecords();
    rejected.noteLoss([one(1), one(2)], "cut");
    assert.equal(rejected.isAlone(one(1)), false);
    rejected.noteLoss([one(1), one(2)], "cut");
    assert.deepEqual([rejected.isAlone(one(1)), rejected.isAlone(one(3))], [true, false]);
  });

  it("gets something smaller after two losses with it alone in flight", () => {
    const { rejected, reported } = rejectedRecords();
    rejected.noteOtherAccepted(450);
    for (const carried of [[one(1), one(2)], [one(1), one(2)], [one(1)]]) {
      rejected.noteLoss(carried, "cut");
    }
    assert.deepEqual([rejected.wholeBytes, reported], [Number.POSITIVE_INFINITY, []]);
    rejected.noteLoss([one(1)], "cut");
    assert.deepEqual([rejected.wholeBytes, rejected.pageBytes], [4_999, 2_500]);
    assert.deepEqual(reported, [[1, 5_000]]);
  });

  it("is not blamed on the record before it, which gets through alone", () => {
    const { rejected, reported } = rejectedRecords();
    rejected.noteLoss([one(1), one(2)], "cut");
    rejected.noteLoss([one(1), one(2)], "cut");
    rejected.noteAccepted(one(1));
    assert.equal(rejected.isAlone(one(2, 9_000)), true);
    rejected.noteLoss([one(2, 9_000)], "cut");
    rejected.noteLoss([one(2, 9_000)], "cut");
    assert.deepEqual(reported, [[2, 9_000]]);
    rejected.noteAccepted(one(2, 4_000));
    assert.equal(rejected.isAlone(one(3)), false);
  });

  it("causes a pause, and no lost record, while not even a stub is accepted", () => {
    const { rejected, pass } = rejectedRecords();
    rejected.noteOtherAccepted(450);
    for (let loss = 0; loss < 4; loss += 1) rejected.noteLoss([one(1)], "cut");
    for (let loss = 0; loss < 4; loss += 1) rejected.noteLoss([one(1, 300, true)], "cut");
    assert.deepEqual([rejected.pauseMs, rejected.stubFor(1)], [30_000, null]);
    assert.equal(rejected.wholeBytes, Number.POSITIVE_INFINITY);
    assert.match(rejected.problem?.why ?? "", /over record 1/);
    pass(30_000);
    assert.equal(rejected.pauseMs, 0);
    rejected.noteAccepted(one(1));
    assert.equal(rejected.problem, null);
  });

  it("is not suspected if the connection was lost for other reasons", () => {
    const { rejected } = rejectedRecords();
    for (const cause of ["unreachable", "takenOver", "storeFailed", "overloaded"] as const) {
      for (let loss = 0; loss < 5; loss += 1) rejected.noteLoss([one(1)], cause);
    }
    assert.equal(rejected.isAlone(one(1)), false);
  });

  it("gets a record of the refused size again after a day", () => {
    const { rejected, pass } = rejectedRecords();
    rejected.noteRefusal(one(1), 0x95, "t");
    assert.equal(rejected.wholeBytes, 4_999);
    pass(24 * 3_600_000 + 1);
    assert.equal(rejected.wholeBytes, Number.POSITIVE_INFINITY);
  });
});

describe("a refusal by reason code", () => {
  it("makes the record smaller at once for 0x95", () => {
    const { rejected } = rejectedRecords();
    rejected.noteRefusal(one(1), 0x95, "t");
    assert.deepEqual([rejected.wholeBytes, rejected.pauseMs], [4_999, 0]);
  });

  for (const code of [0x80, 0x83, 0x99]) {
    it(`0x${code.toString(16)} puts a stub in the record's place the second time`, () => {
      const { rejected } = rejectedRecords();
      rejected.noteRefusal(one(1), code, "t");
      assert.deepEqual([rejected.stubFor(1), rejected.isAlone(one(1))], [null, true]);
      rejected.noteRefusal(one(1), code, "t");
      assert.equal(rejected.stubFor(1), "refused");
      assert.equal(rejected.wholeBytes, Number.POSITIVE_INFINITY);
    });
  }

  for (const code of [0x87, 0x90, 0x97]) {
    it(`0x${code.toString(16)} keeps the record and waits, longer each time`, () => {
      const { rejected, pass } = rejectedRecords();
      rejected.noteRefusal(one(1), code, "latch/1/gw/up/event");
      assert.deepEqual([rejected.pauseMs, rejected.stubFor(1)], [30_000, null]);
      assert.match(rejected.problem?.why ?? "", /refuses latch\/1\/gw\/up\/event with 0x/);
      for (let refusal = 0; refusal < 4; refusal += 1) {
        pass(300_000);
        rejected.noteRefusal(one(1), code, "t");
      }
      assert.deepEqual([rejected.pauseMs, rejected.stubFor(1)], [300_000, null]);
    });

    it(`0x${code.toString(16)} of the record alone puts a stub in its place after six refusals`, () => {
      const { rejected, pass } = rejectedRecords();
      for (let refusal = 0; refusal < 6; refusal += 1) {
        pass(300_000);
        rejected.noteRefusal(one(1), code, "t");
      }
      assert.deepEqual([rejected.stubFor(1), rejected.pauseMs], ["refused", 0]);
      rejected.noteAccepted(one(1, 300, true));
      assert.deepEqual([rejected.stubFor(1), rejected.problem], [null, null]);
    });

    it(`0x${code.toString(16)} of the stub as well keeps the record whole, however often`, () => {
      const { rejected, pass } = rejectedRecords();
      for (let refusal = 0; refusal < 40; refusal += 1) {
        pass(300_000);
        rejected.noteRefusal(one(1, 5_000, rejected.stubFor(1) !== null), code, "t");
      }
      assert.deepEqual([rejected.stubFor(1), rejected.pauseMs], [null, 300_000]);
      assert.match(rejected.problem?.why ?? "", /refuses t with 0x/);
      rejected.noteAccepted(one(1));
      assert.equal(rejected.problem, null);
    });
  }
});

describe("the pages of a reply", () => {
  it("have every item once and in sequence, each page within the limit", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 300 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 450, max: 3_000 }),
        (items, limit) => {
          const fields = { id: "c", passwords: items, few: [1], ErrNo: 0 };
          const size = (page: object) => Buffer.byteLength(JSON.stringify(page));
          const pages = pagesOf(fields, (page) => size(page) <= limit);
          if (pages === null) {
            const alone = items.map((item) => JSON.stringify(item).length);
            assert(Math.max(...alone) + 100 > limit || JSON.stringify(items).length < 3);
            return;
          }
          const list = String(Reflect.get(Object(pages[0]?.["page"]), "list"));
          const cut = pages.flatMap((page) => page[list]);
          assert.deepEqual(cut, Reflect.get(fields, list));
          for (const page of pages) assert(size(page) <= limit);
        },
      ),
    );
  });

  it("do not exist for a reply without a list", () => {
    assert.equal(
      pagesOf({ id: "c", text: "long" }, () => true),
      null,
    );
  });
});
