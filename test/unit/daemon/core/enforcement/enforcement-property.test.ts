import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  isEnforcedByLock,
  wantedSchedules,
} from "../../../../../daemon/core/enforcement/slot-enforcement.ts";
import { targetOf } from "../../../../../daemon/core/plan/target.ts";
import { isOpen } from "../../../../../daemon/core/time/window.ts";
import { ScheduleWalk } from "../../../../support/planner/schedule-walk.ts";
import {
  lawfulHabits,
  scheduleZone,
  someHabits,
  someLucks,
  someWindows,
} from "../../../../support/planner/schedule-wishes.ts";

describe("a lock that keeps schedules", () => {
  const numRuns = Number(process.env["LATCHD_PROPERTY_RUNS"] ?? 800);
  const wishes = fc.array(someWindows, { minLength: 1, maxLength: 4 });

  it("never holds a live code before its window that it does not keep shut itself", () => {
    fc.assert(
      fc.property(wishes, someHabits, someLucks, (wanted, kept, luck) => {
        const run = new ScheduleWalk(wanted, kept);
        for (const one of luck) run.step(one);
        run.rest();
        for (const password of run.view.passwords) {
          const user = run.lock.users.get(password.userId ?? -1);
          assert.equal(isOpen(password.window, run.nowMs) && user?.isEnabled === false, false);
          const isOver = password.window.endMs !== null && password.window.endMs <= run.nowMs;
          if (isOver) assert.equal(user, undefined);
        }
      }),
      { numRuns, includeErrorInReport: true },
    );
  });

  it("lets in who may enter, by schedules of this very window or by none", () => {
    fc.assert(
      fc.property(wishes, someHabits, someLucks, (wanted, kept, luck) => {
        const run = new ScheduleWalk(wanted, kept);
        for (const one of luck) run.step(one);
        run.work();
        run.assertAtRest();
        for (const password of run.view.passwords) {
          if (targetOf(password, run.view.lock.capabilities, run.nowMs) !== "open") continue;
          if (password.operationStage === "failed") continue;
          const user = run.lock.users.get(password.userId ?? -1);
          assert.equal(user?.isEnabled, true, `password ${password.id} does not work`);
          const inForce = run.lock.inForce(password.userId ?? -1);
          const expected = wantedSchedules(password, run.view.lock, {
            timeZone: scheduleZone,
            nowMs: run.nowMs,
          });
          if (inForce === "always") continue;
          assert.ok(expected !== null, "schedules bind a code that should be free");
          const schedules = expected.userType === "yearDay" ? [expected.yearDay] : expected.weekDay;
          assert.deepEqual(inForce, schedules);
        }
      }),
      { numRuns, includeErrorInReport: true },
    );
  });

  it("enforces every week that it can express, also between its intervals, if nothing goes wrong", () => {
    fc.assert(
      fc.property(wishes, (wanted) => {
        const run = new ScheduleWalk(wanted, lawfulHabits);
        run.work();
        for (const password of run.view.passwords) {
          const expected = wantedSchedules(password, run.view.lock, {
            timeZone: scheduleZone,
            nowMs: run.nowMs,
          });
          if (password.window.weekly === null || expected === null) continue;
          const user = run.lock.users.get(password.userId ?? -1);
          assert.equal(user?.isEnabled, true);
          assert.equal(password.operationStage, "done");
          assert.deepEqual(
            run.lock.inForce(password.userId ?? -1),
            expected.userType === "weekDay" ? expected.weekDay : null,
          );
        }
      }),
      { numRuns: Math.min(numRuns, 500), includeErrorInReport: true },
    );
  });

  it("enforces every window that it can express if nothing goes wrong", () => {
    fc.assert(
      fc.property(wishes, (wanted) => {
        const run = new ScheduleWalk(wanted, lawfulHabits);
        run.work();
        for (const password of run.view.passwords) {
          const slot = run.view.slots.get(password.userId ?? -1);
          if (slot === undefined || !isOpen(password.window, run.nowMs)) continue;
          const expected = wantedSchedules(password, run.view.lock, {
            timeZone: scheduleZone,
            nowMs: run.nowMs,
          });
          assert.equal(isEnforcedByLock(slot, expected), expected !== null);
        }
      }),
      { numRuns: Math.min(numRuns, 500), includeErrorInReport: true },
    );
  });
});
