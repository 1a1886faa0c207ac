import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { lateAnswerMs } from "./driver-bench.ts";
import { done, setPin, slackMs, type Trial, timeout } from "./trial.ts";

/** A parent keeps a frame for a sleeping child this long (macTransactionPersistenceTime). */
const parentKeepsMs = 7_680;

/** Locks that do not answer, and operations that wait for one another. */
export function silentLockContract(trial: Trial): void {
  describe("a lock that does not answer", () => {
    it("ends an operation at its deadline, as sent", async () => {
      const get = { name: "getPinCode", userId: 1 } as const;
      const { outcome, tookMs } = await trial.timed("mute", get, { deadlineMs: 600 });
      assert.deepEqual(outcome, timeout);
      assert.ok(tookMs >= 599 && tookMs < 600 + slackMs, `took ${tookMs} ms`);
    });

    it("ends an operation within its deadline when it is out of range, and answers when it is back", async () => {
      const lock = trial.bench.lock("main");
      const get = { name: "getPinCode", userId: 1 } as const;
      lock.goOutOfRange();
      const { outcome, tookMs } = await trial.timed("main", get, { deadlineMs: 1_000 });
      assert.ok(outcome.kind === "unreachable" && outcome.wasSent);
      assert.ok(outcome.cause === "noRoute" || outcome.cause === "timeout");
      assert.ok(tookMs < 1_000 + slackMs, `took ${tookMs} ms`);
      lock.comeBack();
      assert.equal((await trial.perform("main", get)).kind, "done");
    });

    it("is asleep for the caller once its parent has dropped the frame", async () => {
      const lock = trial.bench.lock("sleepy");
      lock.sleep();
      const set = setPin(1, "575757");
      const { outcome, tookMs } = await trial.timed("sleepy", set, { deadlineMs: 12_000 });
      assert.deepEqual(outcome, { kind: "unreachable", cause: "asleep", wasSent: true });
      assert.ok(tookMs < parentKeepsMs + slackMs, `took ${tookMs} ms`);
      assert.equal(lock.codeIn(1), null);
    });

    it("does not answer a later operation with the late answer to an earlier one", async () => {
      const get = { name: "getPinCode", userId: 1 } as const;
      assert.deepEqual(await trial.perform("late", get, { deadlineMs: lateAnswerMs / 2 }), timeout);
      const status = await trial.perform("late", { name: "getUserStatus", userId: 1 });
      assert.deepEqual(status, done("available"));
    });

    it("has carried out the command that it answered too late", async () => {
      const set = setPin(1, "686868");
      assert.deepEqual(await trial.perform("late", set, { deadlineMs: lateAnswerMs / 2 }), timeout);
      const read = await trial.perform("late", { name: "getPinCode", userId: 1 });
      assert.ok(read.kind === "done" && read.reply.kind === "occupied");
    });
  });

  describe("two operations at once", () => {
    it("are sent one after the other to one lock, and each gets its own answer", async () => {
      const course: string[] = [];
      const status = trial
        .begin(
          "late",
          { name: "getUserStatus", userId: 1 },
          {
            onSent: () => course.push("first sent"),
          },
        )
        .then((outcome) => {
          course.push("first ended");
          return outcome;
        });
      const type = trial.begin(
        "late",
        { name: "getUserType", userId: 1 },
        {
          onSent: () => course.push("second sent"),
        },
      );
      const outcomes = await trial.bench.passing(Promise.all([status, type]));
      assert.deepEqual(outcomes, [done("occupiedEnabled"), done("unrestricted")]);
      assert.deepEqual(course, ["first sent", "first ended", "second sent"]);
    });

    it("end without the second frame if its deadline passes while it waits", async () => {
      const first = trial.begin("late", { name: "getUserStatus", userId: 1 });
      const second = trial.begin("late", setPin(6, "919191"), { deadlineMs: lateAnswerMs / 2 });
      const outcomes = await trial.bench.passing(Promise.all([first, second]));
      assert.deepEqual(outcomes[1], { ...timeout, wasSent: false });
      await trial.perform("late", { name: "getUserStatus", userId: 1 });
      assert.equal(trial.bench.lock("late").codeIn(6), null);
    });

    it("do not wait for each other on two locks", async () => {
      const late = trial.begin("late", { name: "getUserStatus", userId: 1 });
      let isLateOver = false;
      void late.then(() => {
        isLateOver = true;
      });
      const main = trial.perform("main", { name: "getUserStatus", userId: 1 });
      assert.equal((await main).kind, "done");
      assert.equal(isLateOver, false);
      await trial.bench.passing(late);
    });
  });
}
