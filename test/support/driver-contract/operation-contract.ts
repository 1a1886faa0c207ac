import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  aborted,
  done,
  noRoute,
  plentyMs,
  setPin,
  strangersId,
  type Trial,
  timeout,
} from "./trial.ts";

/** Operations on a lock that answers. */
export function operationContract(trial: Trial): void {
  describe("an operation", () => {
    it("sets a code, reads it back and clears it", async () => {
      assert.deepEqual(await trial.perform("main", setPin(1, "135790")), done(null));
      assert.equal(trial.bench.lock("main").codeIn(1), "135790");
      const read = await trial.perform("main", { name: "getPinCode", userId: 1 });
      assert.ok(read.kind === "done" && read.reply.kind === "occupied");
      assert.ok(read.reply.pinCode !== "masked" && read.reply.pinCode.reveal() === "135790");
      assert.deepEqual(
        await trial.perform("main", { name: "clearPinCode", userId: 1 }),
        done(null),
      );
      assert.equal(trial.bench.lock("main").codeIn(1), null);
    });

    it("reads an empty slot as empty and its user as available", async () => {
      const read = await trial.perform("main", { name: "getPinCode", userId: 1 });
      assert.deepEqual(read, done({ kind: "empty" }));
      const status = await trial.perform("main", { name: "getUserStatus", userId: 1 });
      assert.deepEqual(status, done("available"));
    });

    it("disables a code and enables it again", async () => {
      await trial.perform("main", setPin(1, "135790"));
      for (const userStatus of ["occupiedDisabled", "occupiedEnabled"] as const) {
        const set = { name: "setUserStatus", userId: 1, userStatus } as const;
        assert.deepEqual(await trial.perform("main", set), done(null));
        const read = await trial.perform("main", { name: "getUserStatus", userId: 1 });
        assert.deepEqual(read, done(userStatus));
      }
    });

    it("sets the type of a user and reads it back", async () => {
      const set = { name: "setUserType", userId: 1, userType: "yearDay" } as const;
      assert.deepEqual(await trial.perform("main", set), done(null));
      const read = await trial.perform("main", { name: "getUserType", userId: 1 });
      assert.deepEqual(read, done("yearDay"));
    });

    it("stores a year-day schedule, reads it back and clears it", async () => {
      const at = { scheduleId: 0, userId: 1 };
      const schedule = { localStartSeconds: 848_739_600, localEndSeconds: 848_826_000 };
      const set = { name: "setYearDaySchedule", ...at, schedule } as const;
      const get = { name: "getYearDaySchedule", ...at } as const;
      assert.deepEqual(await trial.perform("main", get), done(null));
      assert.deepEqual(await trial.perform("main", set), done(null));
      assert.deepEqual(await trial.perform("main", get), done(schedule));
      const clear = { name: "clearYearDaySchedule", ...at } as const;
      assert.deepEqual(await trial.perform("main", clear), done(null));
      assert.deepEqual(await trial.perform("main", get), done(null));
    });

    it("stores a week-day schedule, reads it back and clears it", async () => {
      const at = { scheduleId: 0, userId: 1 };
      const schedule = { daysMask: 62, startHour: 8, startMinute: 30, endHour: 17, endMinute: 45 };
      const set = { name: "setWeekDaySchedule", ...at, schedule } as const;
      const get = { name: "getWeekDaySchedule", ...at } as const;
      assert.deepEqual(await trial.perform("main", get), done(null));
      assert.deepEqual(await trial.perform("main", set), done(null));
      assert.deepEqual(await trial.perform("main", get), done(schedule));
      const clear = { name: "clearWeekDaySchedule", ...at } as const;
      assert.deepEqual(await trial.perform("main", clear), done(null));
      assert.deepEqual(await trial.perform("main", get), done(null));
    });

    it("returns the lock's refusal as a value, with its status", async () => {
      await trial.perform("main", setPin(1, "135790"));
      assert.deepEqual(await trial.perform("main", setPin(3, "135790")), {
        kind: "refused",
        status: "duplicateCode",
        statusCode: 3,
      });
      const disable = { name: "setUserStatus", userId: 3, userStatus: "occupiedDisabled" } as const;
      assert.deepEqual(await trial.perform("main", disable), {
        kind: "refused",
        status: "failure",
        statusCode: 1,
      });
      assert.equal(trial.bench.lock("main").codeIn(3), null);
    });

    it("returns that the lock does not know a command", async () => {
      const unsupported = { kind: "unsupported" };
      const log = { name: "getLogRecord", logIndex: 0 } as const;
      assert.deepEqual(await trial.perform("plain", log), unsupported);
      const write = { name: "writeTime", utcSeconds: 1, zoneSeconds: 0, dstSeconds: 0 } as const;
      assert.deepEqual(await trial.perform("plain", write), unsupported);
      assert.deepEqual(await trial.perform("plain", { name: "readTime" }), unsupported);
    });

    it("writes the lock's clock and reads it back", async () => {
      const utcSeconds = 848_739_600;
      const write = { name: "writeTime", utcSeconds, zoneSeconds: 3_600, dstSeconds: 0 } as const;
      assert.deepEqual(await trial.perform("main", write), done(null));
      const read = await trial.perform("main", { name: "readTime" });
      assert.ok(read.kind === "done" && read.reply !== null);
      assert.ok(Math.abs(read.reply - utcSeconds) < 60);
    });

    it("moves the bolt and reads its state", async () => {
      for (const [name, lockState] of [
        ["unlockDoor", "unlocked"],
        ["lockDoor", "locked"],
      ] as const) {
        assert.deepEqual(await trial.perform("main", { name, pinCode: null }), done(null));
        const read = await trial.perform("main", { name: "readState" });
        assert.ok(read.kind === "done");
        assert.equal(read.reply.lockState, lockState);
        assert.equal(read.reply.batteryPercent, 100);
      }
    });

    it("gives the sequence number of each frame to its caller when the frame is sent", async () => {
      const numbers: number[] = [];
      const onSent = (sequence: number) => numbers.push(sequence);
      await trial.perform("main", { name: "getPinCode", userId: 1 }, { onSent });
      await trial.perform("main", { name: "getPinCode", userId: 1 }, { onSent });
      assert.equal(numbers.length, 2);
      assert.equal(new Set(numbers).size, 2);
      assert.ok(
        numbers.every((number) => Number.isInteger(number) && number >= 0 && number <= 255),
      );
    });

    it("reports that the lock was heard before its outcome", async () => {
      const from = trial.bench.listener.events.length;
      await trial.perform("main", { name: "getPinCode", userId: 1 });
      const heard = trial.bench.listener.events
        .slice(from)
        .find(({ event }) => event.kind === "heard");
      assert.equal(heard?.lock, trial.bench.lock("main").id);
    });

    it("is not sent when its caller has given it up before", async () => {
      const signal = AbortSignal.abort();
      assert.deepEqual(
        await trial.perform("main", setPin(4, "464646"), { signal }),
        aborted(false),
      );
      assert.equal(trial.bench.lock("main").codeIn(4), null);
    });

    it("ends as aborted and sent when its caller gives it up while the lock has it", async () => {
      const over = new AbortController();
      const outcome = trial.begin("mute", setPin(4, "464646"), {
        deadlineMs: 300,
        signal: over.signal,
        onSent: () => setImmediate(() => over.abort()),
      });
      assert.deepEqual(await trial.bench.passing(outcome), aborted(true));
    });

    it("keeps its lock busy until its deadline when its caller has given it up", async () => {
      const over = new AbortController();
      const first = trial.begin(
        "mute",
        { name: "getPinCode", userId: 1 },
        {
          deadlineMs: 1_000,
          signal: over.signal,
          onSent: () => setImmediate(() => over.abort()),
        },
      );
      assert.deepEqual(await trial.bench.passing(first), aborted(true));
      const second = await trial.perform("mute", setPin(4, "464646"), { deadlineMs: 300 });
      assert.deepEqual(second, { ...timeout, wasSent: false });
      const third = await trial.perform("mute", setPin(4, "464646"), { deadlineMs: 2_000 });
      assert.deepEqual(third, timeout);
    });

    it("is not sent to a lock that is not on the network", async () => {
      const operation = { name: "getPinCode", userId: 1 } as const;
      const options = { deadlineMs: plentyMs, endpoint: 1 };
      const outcome = trial.bench.driver.perform(strangersId, operation, options);
      assert.deepEqual(await trial.bench.passing(outcome), noRoute);
    });
  });
}
