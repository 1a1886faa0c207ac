import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type GrantDoor, grantOutcome } from "../../../../../daemon/core/grant/grant-outcome.ts";
import { passwordStages } from "../../../../../daemon/core/plan/password-stage.ts";

const missing: GrantDoor = { lock: "0x00124b0000000001", password: null, stage: null };
/** Every state in which a door can be. */
const doors: readonly GrantDoor[] = [
  missing,
  ...passwordStages.flatMap((stage) =>
    (["inProgress", "done", "failed"] as const).map((operationStage) => ({
      lock: "0x00124b0000000002" as const,
      password: { operationStage, failure: operationStage === "failed" ? ("full" as const) : null },
      stage,
    })),
  ),
];

function nameOf({ stage, password }: GrantDoor): string {
  return password === null ? "missing" : `${stage} ${password.operationStage}`;
}

const confirmed: GrantDoor = {
  lock: "0x00124b0000000003",
  password: { operationStage: "done", failure: null },
  stage: "confirmed",
};

describe("the outcome of a grant", () => {
  it("is done beside any second door only if the second lock has the code or has had it", () => {
    const done = doors.filter((door) => grantOutcome([confirmed, door], false).outcome === "done");
    assert.deepEqual(done.map(nameOf), [
      "closed done",
      ...["inLock inProgress", "inLock done", "inLock failed"],
      ...["confirmed inProgress", "confirmed done", "confirmed failed"],
    ]);
  });

  it("is done after a revocation only if no lock has a password of the grant", () => {
    const done = doors.filter((door) => grantOutcome([door], true).outcome === "done");
    assert.deepEqual(done.map(nameOf), ["missing"]);
  });

  it("gives a reason for every door that is not done, and none for the others", () => {
    for (const isRevoked of [true, false]) {
      for (const { outcome, reason } of grantOutcome(doors, isRevoked).doors) {
        assert.equal(reason === null, outcome === "done");
      }
    }
  });

  it("is failed only if every door has failed", () => {
    const full: GrantDoor = {
      lock: "0x00124b0000000004",
      password: { operationStage: "failed", failure: "full" },
      stage: "failed",
    };
    assert.equal(grantOutcome([full, full], false).outcome, "failed");
    const { outcome, doors: outcomes } = grantOutcome([full, confirmed], false);
    assert.equal(outcome, "partly");
    assert.deepEqual(outcomes[0], { lock: full.lock, outcome: "failed", reason: "full" });
  });
});
