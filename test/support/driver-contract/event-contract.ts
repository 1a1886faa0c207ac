import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { done, type Trial } from "./trial.ts";

/** What a lock sends of its own accord. */
export function eventContract(trial: Trial): void {
  describe("an event", () => {
    it("follows the report that the lock was heard", async () => {
      const from = trial.bench.listener.events.length;
      trial.bench.lock("main").reportDoor("open");
      await trial.bench.until("the door's state", () =>
        trial.events("main").find((event) => event.kind === "doorState"),
      );
      const kinds = trial.bench.listener.events.slice(from).map(({ event }) => event.kind);
      assert.equal(kinds[kinds.indexOf("doorState") - 1], "heard");
    });

    it("names the source and the user of an opening", async () => {
      const count = trial.openings("main").length;
      trial.bench.lock("main").enter(2, "24680246");
      await trial.untilOpenings("main", count + 1);
      const opening = trial.openings("main").at(-1);
      assert.ok(opening?.kind === "operationEvent");
      assert.deepEqual([opening.source, opening.userId], ["keypad", 2]);
    });

    it("names the slot and the code that a person set at the keypad", async () => {
      trial.bench.lock("main").program(5, "797979");
      const event = await trial.bench.until("the programming event", () =>
        trial
          .events("main")
          .find((candidate) => candidate.kind === "programmingEvent" && candidate.userId === 5),
      );
      assert.ok(event.kind === "programmingEvent");
      assert.deepEqual([event.source, event.code], ["keypad", "pinCodeAdded"]);
      assert.ok(event.pinCode !== null && event.pinCode !== "masked");
      assert.equal(event.pinCode.reveal(), "797979");
    });

    it("carries the percentage of a battery and the state of a door", async () => {
      trial.bench.lock("main").reportBattery(55);
      const battery = await trial.bench.until("the battery", () =>
        trial.events("main").find((event) => event.kind === "battery"),
      );
      assert.ok(battery.kind === "battery");
      assert.equal(battery.percent, 55);
      trial.bench.lock("main").reportDoor("closed");
      await trial.bench.until("the closed door", () =>
        trial
          .events("main")
          .find((event) => event.kind === "doorState" && event.doorState === "closed"),
      );
    });

    it("is reported once when the lock repeats its frame", async () => {
      const lock = trial.bench.lock("repeating");
      lock.program(1, "808080");
      lock.enter(1, "808080");
      await trial.untilOpenings("repeating", 1);
      // An answer proves that whatever the lock sent before it has arrived.
      await trial.perform("repeating", { name: "readState" });
      assert.equal(trial.openings("repeating").length, 1);
    });

    it("is reported each time when the same thing happens twice", async () => {
      const lock = trial.bench.lock("repeating");
      lock.enter(1, "808080");
      await trial.untilOpenings("repeating", 2);
    });

    it("is reported during an operation, which still ends with its answer", async () => {
      const lock = trial.bench.lock("late");
      const count = trial.openings("late").length;
      let openingsAtEnd = -1;
      const outcome = trial
        .begin(
          "late",
          { name: "getUserStatus", userId: 1 },
          {
            onSent: () => lock.enter(1, "686868"),
          },
        )
        .then((ended) => {
          openingsAtEnd = trial.openings("late").length;
          return ended;
        });
      assert.deepEqual(await trial.bench.passing(outcome), done("occupiedEnabled"));
      assert.equal(openingsAtEnd, count + 1);
    });
  });
}
