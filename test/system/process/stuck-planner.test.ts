import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import type { JournalRecord } from "../../../daemon/core/model/journal.ts";
import type { PasswordRecord } from "../../../daemon/core/model/password.ts";
import { PinCode } from "../../../daemon/core/model/secret.ts";
import { LockKeeper } from "../../../daemon/locks/lock-keeper.ts";
import { progressProbes } from "../../../daemon/process/progress-probes.ts";
import { Watchdog } from "../../../daemon/process/watchdog.ts";
import { MasterKey } from "../../../daemon/store/secrets/master-key.ts";
import { CodeVault } from "../../../daemon/store/secrets/sealing.ts";
import { put } from "../../../daemon/store/store.ts";
import { FieldRadio } from "../../lab/simulation/field/field-radio.ts";
import { lockKinds } from "../../lab/simulation/field/lock-kinds.ts";
import { House } from "../../lab/simulation/house.ts";
import { Life } from "../../lab/simulation/life/life.ts";
import { Random } from "../../lab/simulation/life/random.ts";
import { MortalStore } from "../../lab/simulation/mortal-store.ts";
import { VirtualTime } from "../../lab/simulation/virtual-time.ts";
import { aLock, aPassword } from "../../support/records.ts";
import { aTemporaryStore, type TemporaryStore } from "../../support/rigs/temporary-store.ts";

const beginMs = Date.UTC(2026, 8, 20, 6);
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const periodMs = 30_000;

/** A store that reports a write without storing it, so the planner plans the same work again. */
class ForgetfulStore extends MortalStore {
  isForgetful = false;

  override async commit(
    ...[transaction, stamp]: Parameters<MortalStore["commit"]>
  ): Promise<readonly JournalRecord[]> {
    if (!this.isForgetful) return await super.commit(transaction, stamp);
    await turn();
    return [];
  }
}

/** Keeper, store and watchdog as the daemon wires them, over one lock in the field, in virtual time. */
class WatchedHouse {
  readonly time = new VirtualTime(beginMs);
  readonly air = new Life(this.time);
  readonly timers = new Life(this.time);
  readonly store: ForgetfulStore;
  readonly keeper: LockKeeper;
  readonly lines: string[] = [];
  /** Whether the store discards all writes once the keeper has started. */
  isForgetting = false;
  readonly #watchdog: Watchdog;
  readonly #lock;
  readonly #vault: CodeVault;
  #fedMs = beginMs;

  constructor({ store, directory }: TemporaryStore) {
    const [kind] = lockKinds;
    assert.ok(kind !== undefined);
    const random = new Random(1);
    const house = new House(this.time, random);
    const placement = house.add(1, kind);
    placement.isJoined = true;
    this.#lock = placement.lock;
    const print = () => {};
    const clock = {
      reading: () => ({ nowMs: this.time.nowMs, state: "synced" }) as const,
      monotonicMs: () => this.time.nowMs - beginMs,
    };
    this.store = new ForgetfulStore(store, new Life(this.time), directory);
    this.#vault = new CodeVault(new MasterKey(Buffer.alloc(32, 7)), store);
    this.keeper = new LockKeeper({
      store: this.store,
      driver: new FieldRadio({ house, random, print, observer: print }, this.air, () => {
        throw new Error("nobody asks for the time");
      }),
      codes: this.#vault,
      timers: this.timers,
      ...clock,
      newId: () => "id",
      randomDigits: (count) => "0".repeat(count),
      log: { debug: print, info: print, warn: print },
      deadlineMs: 10_000,
    });
    const note = (fields: object, message: string) => {
      this.lines.push(`${message} ${JSON.stringify(fields)}`);
    };
    this.#watchdog = new Watchdog(
      {
        probes: progressProbes({
          store,
          clock,
          driver: { radioIdleMs: () => 0 },
          keeper: this.keeper,
        }),
        timers: this.time,
        monotonicMs: clock.monotonicMs,
        alive: () => {
          this.#fedMs = this.time.nowMs;
        },
        log: { error: note, info: note },
      },
      periodMs,
    );
  }

  /** Starts with a lock whose slots have not been read, and a password for it. */
  async start(password: Partial<PasswordRecord> = {}): Promise<void> {
    const { id, kind } = this.#lock;
    const sealedFor = "password/1";
    const code = this.#vault.seal(id, new PinCode("123456"), sealedFor);
    const changes = [
      put("lock", [id], aLock({ lock: id, capabilities: kind.capabilities })),
      put("password", [id, 1], aPassword({ lock: id, userId: null, code, sealedFor, ...password })),
    ];
    await this.store.commit({ changes, journal: [] }, { atMs: beginMs, clock: "synced" });
    this.store.isForgetful = this.isForgetting;
    await this.keeper.start();
    this.#watchdog.start();
  }

  /** Lets this time pass. @returns ms since the watchdog was last fed */
  async pass(durationMs: number): Promise<number> {
    const untilMs = this.time.nowMs + durationMs;
    do {
      for (let turns = 0; turns < 4; turns += 1) await turn();
      if (!this.store.isForgetful) await this.store.drained();
      await turn();
    } while (this.time.advance(untilMs));
    return untilMs - this.#fedMs;
  }

  async stop(): Promise<void> {
    this.#watchdog.stop();
    this.store.isForgetful = false;
    await this.keeper.stop();
    await turn();
  }
}

describe("a watched planner", () => {
  let temporary: TemporaryStore;
  let watched: WatchedHouse;
  beforeEach(async () => {
    temporary = await aTemporaryStore();
    watched = new WatchedHouse(temporary);
  });
  afterEach(async () => {
    await watched.stop();
    await temporary.remove();
  });

  it("feeds the watchdog as long as it works", async () => {
    await watched.start();
    const unfedMs = await watched.pass(20 * minuteMs);
    assert.ok(unfedMs < periodMs, `${unfedMs}`);
    assert.deepEqual(watched.lines, []);
  });

  it("stops feeding it when an operation on a lock never ends", async () => {
    watched.air.killAfter(1, "before an operation");
    await watched.start();
    const unfedMs = await watched.pass(4 * minuteMs);
    assert.ok(unfedMs > periodMs, `${unfedMs}`);
    assert.deepEqual(watched.lines.length, 1);
    assert.match(watched.lines[0] ?? "", /"hung":"planner"/);
  });

  it("stops feeding it when its timers do not fire", async () => {
    const window = { beginMs: beginMs + 2 * minuteMs, endMs: null, weekly: null };
    await watched.start({ window });
    await watched.pass(minuteMs);
    watched.timers.kill();
    const unfedMs = await watched.pass(6 * minuteMs);
    assert.ok(unfedMs > periodMs, `${unfedMs}`);
    assert.match(watched.lines[0] ?? "", /"hung":"planner"/);
  });

  it("stops feeding it when it plans the same step repeatedly", async () => {
    watched.isForgetting = true;
    const window = { beginMs: null, endMs: beginMs - 31 * dayMs, weekly: null };
    await watched.start({ window, operationStage: "done" });
    const unfedMs = await watched.pass(4 * minuteMs);
    assert.ok(unfedMs > periodMs, `${unfedMs}`);
    assert.match(watched.lines[0] ?? "", /"hung":"planner"/);
  });
});
