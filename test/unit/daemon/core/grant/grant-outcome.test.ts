import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { GrantDoor } from "../../../../../daemon/core/grant/grant.ts";
import { doorEnds } from "../../../../../daemon/core/grant/grant.ts";
import {
  type DoorState,
  grantOutcome,
  type WantedGrant,
} from "../../../../../daemon/core/grant/grant-outcome.ts";
import type { PasswordRecord } from "../../../../../daemon/core/model/password.ts";
import { passwordStages } from "../../../../../daemon/core/plan/password-stage.ts";
import { aGrant, aGrantDoor } from "../../../../support/grants.ts";
import { aPassword } from "../../../../support/records.ts";

/** A door, and its password with the stage at its lock. */
interface Case {
  readonly door: GrantDoor;
  readonly state: DoorState | null;
}

function aCase(state: DoorState | null, door: Partial<GrantDoor> = {}): Case {
  return { door: aGrantDoor(door), state };
}

function stateWith(stage: DoorState["stage"], password: Partial<PasswordRecord>): DoorState {
  return { stage, password: aPassword({ grant: "grant-1", ...password }) };
}

/** Every state in which a door with a password can be. */
const states = passwordStages.flatMap((stage) =>
  (["inProgress", "done", "failed"] as const).map((operationStage) =>
    stateWith(stage, {
      operationStage,
      failure: operationStage === "failed" ? "full" : null,
    }),
  ),
);
const cases: readonly Case[] = [
  aCase(null),
  ...states.map((state) => aCase(state)),
  ...doorEnds.map((gone) => aCase(null, { gone })),
];
const confirmed = aCase(stateWith("confirmed", { operationStage: "done" }));

function outcomeOf(given: readonly Case[], changes: Partial<WantedGrant> = {}) {
  const doors = given.map(({ door }, at) => ({ ...door, passwordId: at }));
  return grantOutcome({ ...aGrant(), ...changes, doors }, ({ passwordId }) => {
    return given[passwordId]?.state ?? null;
  });
}

function nameOf({ door, state }: Case): string {
  if (door.gone !== null) return door.gone;
  return state === null ? "none" : `${state.stage} ${state.password.operationStage}`;
}

describe("the outcome of a grant", () => {
  it("is done beside any second door only if the second lock has confirmed what is wanted", () => {
    const done = cases.filter((second) => outcomeOf([confirmed, second]).outcome === "done");
    assert.deepEqual(done.map(nameOf), [
      ...["closed done", "inLock done", "confirmed done", "ended"],
    ]);
  });

  it("is done after a revocation only if every lock has confirmed that it has no code", () => {
    const done = cases.filter((one) => outcomeOf([one], { revokedAtMs: 1 }).outcome === "done");
    assert.deepEqual(done.map(nameOf), ["revoked", "ended", "expired", "missing"]);
  });

  it("counts a door that leaves like one that is revoked", () => {
    for (const { door, state } of cases) {
      const leaving = aCase(state, { ...door, isLeaving: true });
      const [one] = outcomeOf([leaving]).doors;
      const [other] = outcomeOf([{ door, state }], { revokedAtMs: 1 }).doors;
      assert.deepEqual(one, other, nameOf(leaving));
    }
  });

  it("gives a reason for every door that is not done, and none for the others", () => {
    for (const revokedAtMs of [1, null]) {
      for (const { outcome, reason } of outcomeOf(cases, { revokedAtMs }).doors) {
        assert.equal(reason === null, outcome === "done");
      }
    }
  });

  it("is failed only if every door has failed", () => {
    const full = aCase(stateWith("failed", { operationStage: "failed", failure: "full" }));
    assert.equal(outcomeOf([full, full]).outcome, "failed");
    const { outcome, doors } = outcomeOf([full, confirmed]);
    assert.equal(outcome, "partly");
    assert.deepEqual([doors[0]?.outcome, doors[0]?.reason], ["failed", "full"]);
  });

  it("is not done while a lock's password is not the one that the grant wants", () => {
    const week = { daysMask: 2, startMinute: 0, endMinute: 60, timeZone: "UTC" };
    const differences: readonly Partial<PasswordRecord>[] = [
      { isFrozen: true },
      { isDuress: true },
      { code: null },
      { code: { box: "another", mark: "another" } },
      { window: { beginMs: 1, endMs: null, weekly: null } },
      { window: { beginMs: null, endMs: 1, weekly: null } },
      { window: { beginMs: null, endMs: null, weekly: week } },
    ];
    for (const difference of differences) {
      const changed = aCase(stateWith("confirmed", { operationStage: "done", ...difference }));
      const { outcome, doors } = outcomeOf([changed, confirmed]);
      assert.deepEqual([outcome, doors[0]?.reason], ["partly", "changed"]);
    }
  });
});
