import assert from "node:assert/strict";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { serviceNotify } from "../../../../daemon/process/service-notify.ts";
import { StoreProbe } from "../../../../daemon/process/store-probe.ts";
import { type ProgressProbe, Watchdog } from "../../../../daemon/process/watchdog.ts";
import { withStore } from "../../../support/rigs/temporary-store.ts";

/** A clock that the test moves. It has one timer, which is enough for a watchdog. */
class TestTime {
  nowMs = 0;
  #due: { readonly atMs: number; readonly run: () => void } | null = null;

  readonly timers = {
    after: (delayMs: number, run: () => void) => {
      this.#due = { atMs: this.nowMs + delayMs, run };
      return () => {
        this.#due = null;
      };
    },
  };

  get isArmed(): boolean {
    return this.#due !== null;
  }

  /** Fires the timers that are due, `lateMs` after their time. */
  fire(lateMs = 0): void {
    const due = this.#due;
    assert.ok(due !== null);
    this.#due = null;
    this.nowMs = due.atMs + lateMs;
    due.run();
  }
}

function watched(probes: readonly ProgressProbe[]) {
  const time = new TestTime();
  const lines: string[] = [];
  let beats = 0;
  const watchdog = new Watchdog(
    {
      probes,
      timers: time.timers,
      monotonicMs: () => time.nowMs,
      alive: () => {
        beats += 1;
      },
      log: {
        error: (fields, message) => lines.push(`${message} ${JSON.stringify(fields)}`),
        info: (_fields, message) => lines.push(message),
      },
    },
    30_000,
  );
  watchdog.start();
  return { time, lines, watchdog, beats: () => beats };
}

describe("the watchdog", () => {
  it("is fed while everything works, several times in the service manager's period", () => {
    const { time, beats } = watched([{ name: "radio", limitMs: 100, idleMs: () => 99 }]);
    for (let beat = 0; beat < 6; beat++) time.fire();
    assert.equal(beats(), 6);
    assert.equal(time.nowMs, 30_000);
  });

  it("is not fed while one part hangs, and names that part once", () => {
    let idleMs = 101;
    const radio = { name: "radio", limitMs: 100, idleMs: () => idleMs };
    const { time, beats, lines } = watched([radio]);
    time.fire();
    time.fire();
    assert.equal(beats(), 0);
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? "", /"hung":"radio"/);
    idleMs = 0;
    time.fire();
    assert.equal(beats(), 1);
    assert.equal(lines[1], "all parts make progress again");
  });

  it("is not fed by a late beat, which shows a blocked event loop", () => {
    const { time, beats, lines } = watched([]);
    time.fire(1_001);
    assert.equal(beats(), 0);
    assert.match(lines[0] ?? "", /event loop/);
    time.fire(1_000);
    assert.equal(beats(), 1);
  });

  it("is not fed any more once it has ended", () => {
    const { time, watchdog } = watched([]);
    watchdog.stop();
    assert.equal(time.isArmed, false);
  });
});

describe("the store's pulse", () => {
  it("costs no write while there are other writes, and writes itself when there are none", () =>
    withStore(async (store) => {
      let nowMs = 0;
      const reading = () => ({ nowMs: 1_000, state: "synced" }) as const;
      const pulse = new StoreProbe({ store, reading, monotonicMs: () => nowMs });
      nowMs = 599_999;
      assert.equal(pulse.idleMs(), 0);
      await store.whenDurable();
      assert.equal(store.batchesWritten(), 0);
      nowMs = 600_000;
      pulse.idleMs();
      await store.whenDurable();
      assert.equal(store.batchesWritten(), 1);
      await new Promise(setImmediate);
      nowMs += 60_000;
      assert.equal(pulse.idleMs(), 0);
    }));

  it("stops feeding the watchdog when a write does not end", () => {
    const stuck = new Promise<never>(() => undefined);
    let nowMs = 0;
    const pulse = new StoreProbe({
      store: { commit: () => stuck, whenDurable: () => stuck, batchesWritten: () => 0 },
      reading: () => ({ nowMs: 0, state: "synced" }),
      monotonicMs: () => nowMs,
    });
    const { time, lines, beats, watchdog } = watched([pulse]);
    for (let beat = 0; beat < 12; beat++) {
      time.fire();
      nowMs = time.nowMs;
    }
    watchdog.stop();
    const fed = beats();
    assert.ok(fed > 0 && fed < 8, `${fed} of 12 beats`);
    assert.ok(lines.some((line) => line.includes('"hung":"store"')));
  });

  it("counts from the moment at which a write began to wait", async () => {
    let nowMs = 0;
    const stuck = new Promise<never>(() => {});
    const pulse = new StoreProbe({
      store: { commit: () => stuck, whenDurable: () => stuck, batchesWritten: () => 1 },
      reading: () => ({ nowMs: 0, state: "synced" }),
      monotonicMs: () => nowMs,
    });
    assert.equal(pulse.idleMs(), 0);
    nowMs = 20_001;
    assert.ok(pulse.idleMs() > pulse.limitMs);
  });
});

describe("notices to the service manager", () => {
  it("are written to the passed descriptor, each in one write", () => {
    const directory = mkdtempSync(join(tmpdir(), "latchd-notify-"));
    const file = join(directory, "notices");
    const descriptor = openSync(file, "a");
    const service = serviceNotify({
      LATCHD_NOTIFY_FD: String(descriptor),
      WATCHDOG_USEC: "30000000",
      WATCHDOG_PID: String(process.pid),
    });
    service.ready();
    service.reloading(1.5);
    service.status("two\nlines");
    service.alive();
    service.stopping();
    closeSync(descriptor);
    assert.equal(
      readFileSync(file, "utf8"),
      "READY=1RELOADING=1\nMONOTONIC_USEC=1500STATUS=two linesWATCHDOG=1STOPPING=1",
    );
    rmSync(directory, { recursive: true });
    assert.equal(service.watchdogMs, 30_000);
    // The socket is closed: a failed notification must not end the daemon.
    service.alive();
  });

  it("are not sent if the daemon is no service, or another process is watched", () => {
    const service = serviceNotify({ WATCHDOG_USEC: "30000000", WATCHDOG_PID: "1" });
    service.ready();
    assert.equal(service.watchdogMs, null);
    assert.equal(serviceNotify({}).watchdogMs, null);
  });
});
