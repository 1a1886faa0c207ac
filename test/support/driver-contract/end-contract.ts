import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { GatewayError } from "../../../daemon/core/model/errors.ts";
import { aborted, done, noRoute, stickOffline, strangersId, type Trial } from "./trial.ts";

/** Locks that leave, a lost stick, and the end of a driver. */
export function endContract(trial: Trial): void {
  describe("a lock that leaves", () => {
    it("is reported once, and its pending operation ends without a route", async () => {
      const lock = trial.bench.lock("mute");
      const pending = trial.begin(
        "mute",
        { name: "getPinCode", userId: 1 },
        {
          deadlineMs: 30_000,
          onSent: () => setImmediate(() => lock.leave()),
        },
      );
      assert.deepEqual(await trial.bench.passing(pending), { ...noRoute, wasSent: true });
      await trial.bench.until("the report that the lock has left", () =>
        trial.bench.listener.gone.at(-1),
      );
      assert.deepEqual(trial.bench.listener.gone, [lock.id]);
    });

    it("is sent nothing until it is heard", async () => {
      assert.deepEqual(await trial.perform("mute", { name: "getPinCode", userId: 1 }), noRoute);
    });

    it("leaves the network when it is removed, and gets nothing after that", async () => {
      const lock = trial.bench.lock("plain");
      assert.deepEqual(await trial.bench.passing(trial.bench.driver.remove(lock.id)), {
        wasTold: true,
      });
      assert.deepEqual(await trial.perform("plain", { name: "getPinCode", userId: 1 }), noRoute);
    });

    it("is removed without a leave command when it is out of range", async () => {
      const lock = trial.bench.lock("repeating");
      lock.goOutOfRange();
      assert.deepEqual(await trial.bench.passing(trial.bench.driver.remove(lock.id)), {
        wasTold: false,
      });
      lock.comeBack();
      assert.deepEqual(
        await trial.perform("repeating", { name: "getPinCode", userId: 1 }),
        noRoute,
      );
    });

    it("works again after it was paired again", async () => {
      await trial.bench.passing(trial.bench.pair("plain"));
      const read = await trial.perform("plain", { name: "getPinCode", userId: 1 });
      assert.deepEqual(read, done({ kind: "empty" }));
    });
  });

  describe("a lost stick", () => {
    it("ends pending operations as sent, and is reported as offline", async () => {
      const from = trial.bench.listener.radioStates.length;
      const outcome = trial.begin(
        "late",
        { name: "getPinCode", userId: 1 },
        {
          onSent: () => setImmediate(() => trial.bench.pullStick()),
        },
      );
      assert.deepEqual(await trial.bench.passing(outcome), stickOffline(true));
      await trial.radioBecomes("offline", from);
      const state = trial.bench.listener.radioStates
        .slice(from)
        .find(({ kind }) => kind === "offline");
      assert.ok(state?.kind === "offline");
      assert.equal(state.cause, "stickLost");
    });

    it("leaves every lock unreached, with nothing sent", async () => {
      const outcome = await trial.perform("main", { name: "getPinCode", userId: 1 });
      assert.deepEqual(outcome, stickOffline(false));
    });

    it("keeps the network from being opened", async () => {
      await assert.rejects(
        () => trial.bench.passing(trial.bench.driver.permitJoin(60)),
        (error) => error instanceof GatewayError && error.code === "stickOffline",
      );
      assert.equal(trial.bench.driver.isPermittingJoin(), false);
      assert.throws(
        () => trial.bench.driver.adopt(strangersId),
        (error) => error instanceof GatewayError && error.code === "stickOffline",
      );
    });

    it("is back by itself once it is plugged in again, and its locks answer", async () => {
      const from = trial.bench.listener.radioStates.length;
      trial.bench.plugStick();
      await trial.radioBecomes("online", from);
      const outcome = await trial.perform("main", { name: "getPinCode", userId: 1 });
      assert.equal(outcome.kind, "done");
    });
  });

  describe("a stop", () => {
    it("ends pending operations as aborted, and reports the radio as stopped", async () => {
      let stopping: Promise<void> | null = null;
      const outcome = trial.begin(
        "late",
        { name: "getPinCode", userId: 1 },
        {
          onSent: () =>
            setImmediate(() => {
              stopping = trial.bench.driver.stop();
            }),
        },
      );
      assert.deepEqual(await trial.bench.passing(outcome), aborted(true));
      await trial.bench.passing(
        stopping ?? Promise.reject(new Error("the driver was not stopped")),
      );
      const state = trial.bench.driver.radioState();
      assert.ok(state.kind === "offline" && state.cause === "stopped");
      assert.deepEqual(trial.bench.listener.radioStates.at(-1), state);
    });

    it("can be asked for twice", async () => {
      await trial.bench.passing(trial.bench.driver.stop());
    });

    it("leaves every lock unreached, with nothing sent", async () => {
      const outcome = await trial.perform("main", { name: "getPinCode", userId: 1 });
      assert.deepEqual(outcome, stickOffline(false));
    });

    it("ends all reports to the listener", async () => {
      const { events } = trial.bench.listener;
      const count = events.length;
      trial.bench.lock("main").enter(2, "24680246");
      trial.bench.renew();
      await trial.bench.passing(trial.bench.start());
      await trial.radioBecomes("online", 0);
      assert.equal(events.length, count);
    });

    it("leaves the locks on the network for the next driver", async () => {
      const read = await trial.perform("main", { name: "getPinCode", userId: 2 });
      assert.ok(read.kind === "done" && read.reply.kind === "occupied");
    });
  });
}
