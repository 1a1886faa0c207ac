import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { LogPiece } from "../../../../../daemon/core/event/lock-log.ts";
import type { LogReading } from "../../../../../daemon/core/model/operation.ts";
import { type ReadLogRecord, readLog } from "../../../../../daemon/locks/operations/log-reader.ts";

function entry(logEntryId: number): LogReading {
  return {
    logEntryId,
    localSeconds: null,
    eventType: "operation",
    operation: { source: "keypad", code: "unlock" },
    userId: 1,
  };
}

/** A rotating log: the newest first, ids from 1, after 65535 from 1 again. */
class PaperLog {
  readonly capacity: number;
  readonly ids: number[] = [];
  /** Entries made while it is read: after so many reads one. */
  everyReads = 0;
  /** Reads that are left before the lock falls silent. */
  readsLeft = Number.POSITIVE_INFINITY;
  #reads = 0;
  #nextId: number;

  constructor(capacity: number, nextId = 1) {
    this.capacity = capacity;
    this.#nextId = nextId;
  }

  write(count = 1): void {
    for (let one = 0; one < count; one += 1) {
      this.ids.unshift(this.#nextId);
      this.ids.length = Math.min(this.ids.length, this.capacity);
      this.#nextId = this.#nextId === 0xffff ? 1 : this.#nextId + 1;
    }
  }

  readonly read: ReadLogRecord = async (logIndex) => {
    this.#reads += 1;
    this.readsLeft -= 1;
    if (this.readsLeft < 0) {
      return { kind: "unreachable", cause: "timeout", wasSent: true };
    }
    if (this.everyReads > 0 && this.#reads % this.everyReads === 0) this.write();
    const id = this.ids[logIndex];
    return id === undefined
      ? { kind: "refused", status: "notFound", statusCode: 0x8b }
      : { kind: "done", reply: entry(id) };
  };
}

const idsOf = ({ newest }: LogPiece) => newest.map(({ logEntryId }) => logEntryId).toReversed();

async function pieceOf(log: PaperLog, cursor: number | null, limit = 100): Promise<LogPiece> {
  const piece = await readLog(log.read, { cursor, capacity: log.capacity, limit });
  assert.ok(piece !== null);
  return piece;
}

describe("reading a lock's log", () => {
  it("takes only the newest entry the first time, and nothing if there is nothing new", async () => {
    const log = new PaperLog(50);
    log.write(7);
    assert.deepEqual(idsOf(await pieceOf(log, null)), [7]);
    assert.deepEqual(await pieceOf(log, 7), { newest: [], lost: 0, isWhole: true });
  });

  it("takes new entries from the oldest on up to the limit, and continues with the next reading", async () => {
    const log = new PaperLog(300);
    log.write(250);
    const first = await pieceOf(log, 10);
    assert.deepEqual([idsOf(first)[0], idsOf(first).at(-1), first.isWhole], [11, 110, false]);
    const second = await pieceOf(log, 110);
    assert.deepEqual([idsOf(second)[0], idsOf(second).at(-1), second.isWhole], [111, 210, false]);
    const last = await pieceOf(log, 210);
    assert.deepEqual([idsOf(last)[0], idsOf(last).at(-1), last.isWhole], [211, 250, true]);
  });

  it("counts entries that were overwritten before they were read", async () => {
    const log = new PaperLog(20);
    log.write(100);
    const piece = await pieceOf(log, 30);
    assert.deepEqual([idsOf(piece)[0], piece.newest.length, piece.lost], [81, 20, 50]);
  });

  it("finds the oldest entry of a log with fewer entries than it reports", async () => {
    const log = new PaperLog(20);
    log.write(100);
    const place = { cursor: 30, capacity: 500, limit: 100 };
    const piece = await readLog(log.read, place);
    assert.ok(piece !== null);
    assert.deepEqual([idsOf(piece)[0], piece.newest.length, piece.lost], [81, 20, 50]);
  });

  it("continues after the last id, and starts over after a reset", async () => {
    const wrapping = new PaperLog(50, 0xfffe);
    wrapping.write(5);
    const wrapped = await pieceOf(wrapping, 0xfffd);
    assert.deepEqual([idsOf(wrapped), wrapped.lost], [[0xfffe, 0xffff, 1, 2, 3], 0]);
    const reset = new PaperLog(50);
    reset.write(3);
    const anew = await pieceOf(reset, 900);
    assert.deepEqual([idsOf(anew), anew.lost], [[1, 2, 3], 0]);
  });

  it("keeps what it has read when the lock falls silent, and says that there is more", async () => {
    const log = new PaperLog(50);
    log.write(30);
    log.readsLeft = 6;
    const piece = await pieceOf(log, 10);
    assert.deepEqual([idsOf(piece), piece.isWhole], [[11, 12, 13, 14, 15], false]);
    assert.equal(await readLog(log.read, { cursor: 15, capacity: 50, limit: 9 }), null);
  });

  it("takes each entry once and in order, or counts it as lost, whatever is logged during the reading", async () => {
    const shape = fc.record({
      capacity: fc.integer({ min: 1, max: 60 }),
      nextId: fc.constantFrom(1, 2, 0xfff0),
      before: fc.integer({ min: 1, max: 90 }),
      away: fc.integer({ min: 0, max: 150 }),
      everyReads: fc.constantFrom(0, 0, 3, 7, 20),
      limit: fc.integer({ min: 1, max: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(shape, async ({ capacity, nextId, before, away, everyReads, limit }) => {
        const log = new PaperLog(capacity, nextId);
        log.write(before);
        let cursor = (await pieceOf(log, null)).newest[0]?.logEntryId ?? 0;
        // More than a whole log on the far side of the last id looks like a reset, as when the lock
        // logs faster than it is read.
        fc.pre(nextId !== 0xfff0 || (away <= capacity && everyReads === 0));
        log.write(away);
        log.everyReads = everyReads;
        let due = cursor;
        for (let pieces = 0; pieces < 400; pieces += 1) {
          const piece = await pieceOf(log, cursor, limit);
          due = (due + piece.lost) % 0xffff;
          for (const id of idsOf(piece)) {
            if (piece.lost === 0) assert.equal(id, (due % 0xffff) + 1);
            due = id;
          }
          cursor = piece.newest[0]?.logEntryId ?? cursor;
          assert.ok(piece.newest.length <= limit);
          if (piece.isWhole && everyReads === 0) break;
          if (pieces === 40) log.everyReads = 0;
          if (pieces > 40 && piece.isWhole) break;
        }
        assert.equal(cursor, log.ids[0]);
      }),
      { numRuns: Number(process.env["LATCHD_PROPERTY_RUNS"] ?? 2_000), includeErrorInReport: true },
    );
  });
});
