import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { GatewayError } from "../../../daemon/core/model/errors.ts";
import { stickOffline, strangersId, type Trial } from "./trial.ts";

/** The first start of a driver, and pairing. */
export function startContract(trial: Trial): void {
  describe("a driver before its start", () => {
    it("reaches no lock and says that nothing was sent", async () => {
      assert.deepEqual(
        await trial.perform("main", { name: "getPinCode", userId: 1 }),
        stickOffline(false),
      );
    });

    it("reports the radio as not online", () => {
      assert.notEqual(trial.bench.driver.radioState().kind, "online");
    });
  });

  describe("a driver at its start", () => {
    it("reports that the radio starts and then that it is online", async () => {
      await trial.bench.passing(trial.bench.start());
      await trial.radioBecomes("online", 0);
      const kinds = trial.bench.listener.radioStates.map(({ kind }) => kind);
      assert.deepEqual(kinds, ["starting", "online"]);
      assert.deepEqual(trial.bench.driver.radioState(), trial.bench.listener.radioStates.at(-1));
    });

    it("refuses a second start", async () => {
      await assert.rejects(async () => await trial.bench.start(), /started before/);
    });
  });

  describe("a driver that pairs locks", () => {
    it("lets devices join until the network is closed", async () => {
      await trial.bench.passing(trial.bench.driver.permitJoin(60));
      assert.equal(trial.bench.driver.isPermittingJoin(), true);
      await trial.bench.passing(trial.bench.driver.permitJoin(0));
      assert.equal(trial.bench.driver.isPermittingJoin(), false);
    });

    it("refuses to open the network for longer than 254 seconds", async () => {
      await assert.rejects(
        () => trial.bench.driver.permitJoin(255),
        (error) => error instanceof GatewayError && error.code === "badParameters",
      );
      assert.equal(trial.bench.driver.isPermittingJoin(), false);
    });

    it("refuses to adopt a lock that is not on the network", () => {
      assert.throws(
        () => trial.bench.driver.adopt(strangersId),
        (error) => error instanceof GatewayError && error.code === "notFound",
      );
      assert.deepEqual(trial.bench.driver.foundLocks(), []);
    });

    it("reports the steps of a pairing in sequence, and the codes that the lock has", async () => {
      const lock = trial.bench.lock("main");
      lock.program(2, "24680246");
      const paired = await trial.bench.passing(trial.bench.pair("main"));
      const steps = trial.bench.listener.steps.filter(({ device }) => device === lock.id);
      assert.deepEqual(
        steps.map(({ step }) => step),
        ["joined", "interviewing", "probing", "paired"],
      );
      assert.equal(paired.description.lock, lock.id);
      assert.equal(paired.description.capabilities.endpoint, lock.endpoint);
      const reading = paired.slots.get(2);
      assert.ok(reading?.kind === "occupied" && reading.pinCode !== "masked");
      assert.equal(reading.pinCode.reveal(), "24680246");
      assert.deepEqual(paired.slots.get(1), { kind: "empty" });
    });

    it("says that a person opened the network for exactly this lock", async () => {
      for (const role of ["plain", "late", "mute", "sleepy", "repeating"] as const) {
        assert.equal((await trial.bench.passing(trial.bench.pair(role))).isExpected, true);
      }
    });
  });
}
