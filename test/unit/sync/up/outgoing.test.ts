import assert from "node:assert/strict";
import { describe, it, mock } from "node:test";
import fc from "fast-check";
import type { JournalEntry } from "../../../../daemon/core/model/journal.ts";
import type { Store } from "../../../../daemon/store/store.ts";
import type { Connection } from "../../../../sync/link/connection.ts";
import { SyncCursor } from "../../../../sync/up/cursor.ts";
import { Outgoing } from "../../../../sync/up/outgoing.ts";
import { withStore } from "../../../support/rigs/temporary-store.ts";
import { NotedClock } from "../test-gateway.ts";

const stamp = { atMs: 1_700_000_000_000, clock: "synced" } as const;
const event: JournalEntry = { kind: "event", event: "brokenAlarm", lock: null, detail: null };

async function happen(store: Store, count: number): Promise<void> {
  await store.commit({ changes: [], journal: Array.from({ length: count }, () => event) }, stamp);
}

function aCursor(store: Store): SyncCursor {
  return new SyncCursor(store, new NotedClock(), (error) => assert.fail(String(error)));
}

/** The far end of a window: holds publications until the test acknowledges them. */
class HeldConnection implements Connection {
  readonly window: number;
  readonly maximumPacketBytes = 1_000_000;
  readonly #waiting: { readonly seq: number; readonly acknowledge: (isHeard: boolean) => void }[] =
    [];
  /** Numbers sent over this connection, in order. */
  readonly sent: number[] = [];
  /** Numbers acknowledged over any connection. */
  readonly #acknowledged: Set<number>;

  constructor(window: number, acknowledged: Set<number>) {
    this.window = window;
    this.#acknowledged = acknowledged;
  }

  get room(): number {
    return this.window - this.#waiting.length;
  }

  publish(
    _topic: string,
    body: string,
    _options: object,
    onAcknowledged: (isHeard: boolean) => void,
  ): void {
    assert(this.room > 0, "the window is kept");
    const seq = Number(body);
    this.sent.push(seq);
    this.#waiting.push({ seq, acknowledge: onAcknowledged });
  }

  /** Acknowledges up to `count` publications, in or out of order. */
  acknowledge(count: number, from = 0, isHeard = true): void {
    for (const { seq, acknowledge } of this.#waiting.splice(from, count)) {
      if (isHeard) this.#acknowledged.add(seq);
      acknowledge(isHeard);
    }
  }

  drop(_cause: string, why: string): void {
    assert.fail(why);
  }
}

type Step =
  | {
      readonly kind: "acknowledge";
      readonly count: number;
      readonly from: number;
      readonly isHeard: boolean;
    }
  | { readonly kind: "happen"; readonly count: number }
  | { readonly kind: "reconnect" }
  | { readonly kind: "replay"; readonly from: number }
  | { readonly kind: "repeat"; readonly seq: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("acknowledge"),
    count: fc.integer({ min: 1, max: 5 }),
    from: fc.integer({ min: 0, max: 2 }),
    isHeard: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("happen"), count: fc.integer({ min: 1, max: 10 }) }),
  fc.record({ kind: fc.constant("reconnect") }),
  fc.record({ kind: fc.constant("replay"), from: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ kind: fc.constant("repeat"), seq: fc.integer({ min: 1, max: 30 }) }),
);

describe("Outgoing", () => {
  it("never moves its cursor over a record without acknowledgement or subscriber, and omits none", async () => {
    await withStore(async (store) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
          const start = store.journalRange().head;
          const cursor = aCursor(store);
          cursor.advance(start);
          const outgoing = new Outgoing(store, cursor, {
            acknowledge: "broker",
            cloudTimeoutMs: 1_000,
            unheardWaitMs: Number.POSITIVE_INFINITY,
            onUnheard: () => assert.fail("nothing is passed over"),
            encode: ({ seq }) => ({ topic: "t", body: String(seq) }),
            onGap: () => assert.fail("nothing was pruned"),
            onResendDropped: () => assert.fail("everything is kept"),
          });
          const acknowledged = new Set(Array.from({ length: start }, (_, index) => index + 1));
          let connection = new HeldConnection(5, acknowledged);
          outgoing.attach(connection);
          const stopListening = store.onJournal(() => outgoing.wake());
          for (const one of [...steps, { kind: "happen", count: 3 } as const]) {
            await take(one);
            for (let seq = start + 1; seq <= cursor.seq; seq += 1) {
              assert(acknowledged.has(seq), `${seq} is below the cursor and was not acknowledged`);
            }
          }
          // Paused records are tried at once on a new connection.
          await take({ kind: "reconnect" });
          while (cursor.seq < store.journalRange().head) {
            await new Promise((resolve) => setImmediate(resolve));
            connection.acknowledge(5);
          }
          stopListening();
          outgoing.detach();
          await cursor.flush();

          async function take(one: Step): Promise<void> {
            switch (one.kind) {
              case "acknowledge":
                await new Promise((resolve) => setImmediate(resolve));
                connection.acknowledge(one.count, one.from, one.isHeard);
                return;
              case "happen":
                return await happen(store, one.count);
              case "reconnect":
                outgoing.detach();
                connection = new HeldConnection(5, acknowledged);
                outgoing.attach(connection);
                return;
              case "replay":
                outgoing.replay(start + one.from);
                return;
              case "repeat":
                outgoing.resendReply(
                  Math.min(start + one.seq, Math.max(1, store.journalRange().head)),
                );
                return;
            }
          }
        }),
        { numRuns: 60 },
      );
    });
  });
});

describe("the cursor", () => {
  it("is written every 64 records, every second, and when it is flushed", async () => {
    await withStore(async (store) => {
      mock.timers.enable({ apis: ["setTimeout"] });
      try {
        await happen(store, 200);
        const { epoch } = store.journalRange();
        const stored = () => store.get("setting", ["sync.cursor"])?.value;
        const cursor = aCursor(store);
        cursor.advance(63);
        assert.equal(stored(), undefined);
        cursor.advance(64);
        assert.equal(stored(), `${epoch} 64`);
        cursor.advance(70);
        mock.timers.tick(999);
        assert.equal(stored(), `${epoch} 64`);
        mock.timers.tick(1);
        assert.equal(stored(), `${epoch} 70`);
        cursor.advance(71);
        await cursor.flush();
        assert.equal(stored(), `${epoch} 71`);
      } finally {
        mock.timers.reset();
      }
    });
  });

  it("never goes back", async () => {
    await withStore(async (store) => {
      await happen(store, 9);
      const cursor = aCursor(store);
      cursor.advance(9);
      cursor.advance(3);
      assert.equal(cursor.seq, 9);
      await cursor.flush();
      assert.equal(aCursor(store).seq, 9);
    });
  });

  it("begins at 0 if it is of another epoch or unreadable", async () => {
    await withStore(async (store) => {
      await happen(store, 9);
      for (const value of ["another 7", "", `${store.journalRange().epoch} x`, 7, null]) {
        const change = { table: "setting", key: ["sync.cursor"], value: { value } } as const;
        await store.commit({ changes: [change], journal: [] }, stamp);
        assert.equal(aCursor(store).seq, 0);
      }
    });
  });
});
