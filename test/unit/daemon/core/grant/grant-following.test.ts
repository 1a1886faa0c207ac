import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { GrantRecord } from "../../../../../daemon/core/grant/grant.ts";
import { followedGrant } from "../../../../../daemon/core/grant/grant-following.ts";
import type { LockId } from "../../../../../daemon/core/model/door-lock.ts";
import type { PasswordRecord } from "../../../../../daemon/core/model/password.ts";
import { aGrant, aGrantDoor } from "../../../../support/grants.ts";
import { aLockId, aPassword } from "../../../../support/records.ts";

const otherLock: LockId = "0x00124b0000000002";
const grant = "grant-1";
const twoDoors = aGrant({ doors: [aGrantDoor(), aGrantDoor({ lock: otherLock })] });

/** What follows when the first lock's password moves, while the other lock's is done. */
function following(
  before: PasswordRecord | undefined,
  after: PasswordRecord | undefined,
  { of = twoDoors, isUnpaired = false }: { of?: GrantRecord; isUnpaired?: boolean } = {},
) {
  const other = aPassword({ grant, lock: otherLock, operationStage: "done" });
  return followedGrant(of, {
    before: (lock) => (lock === aLockId ? before : other),
    after: (lock) => (lock === aLockId ? after : other),
    isUnpaired: (lock) => isUnpaired && lock === aLockId,
  });
}

const waiting = aPassword({ grant });
const done = aPassword({ grant, operationStage: "done" });
const full = aPassword({ grant, operationStage: "failed", failure: "full" });
const deleted = aPassword({ grant, isDeleted: true });

describe("what follows for a grant when a password changes", () => {
  it("is nothing while its outcome and its failed doors stay the same", () => {
    assert.equal(following(waiting, waiting), null);
  });

  it("is done, with an event, when the last lock has confirmed", () => {
    const found = following(waiting, done);
    assert.deepEqual(found?.grant.reported, { outcome: "done", failed: [] });
    assert.deepEqual(found.event, {
      kind: "event",
      event: "grantOutcome",
      lock: null,
      detail: {
        grant_id: grant,
        outcome: "done",
        doors: [
          { uuid: aLockId, password_id: 1, outcome: "done" },
          { uuid: otherLock, password_id: 1, outcome: "done" },
        ],
      },
    });
  });

  it("is reported when a door fails, although the outcome stays partly, and once only", () => {
    const found = following(waiting, full);
    assert.deepEqual(found?.grant.reported, {
      outcome: "partly",
      failed: [{ lock: aLockId, reason: "full" }],
    });
    assert.ok(found.event !== null);
    assert.equal(following(full, full, { of: found.grant }), null);
  });

  it("keeps a door whose lock was unpaired, and does not call it done after a revocation", () => {
    const found = following(done, undefined, { isUnpaired: true });
    assert.equal(found?.grant.doors[0]?.gone, "unpaired");
    assert.equal(found.grant.reported.outcome, "partly");
    const revoked = { ...twoDoors, revokedAtMs: 5 };
    const after = following(deleted, undefined, { of: revoked, isUnpaired: true });
    assert.equal(after?.grant.reported.outcome, "partly");
    assert.deepEqual(after.grant.reported.failed, [{ lock: aLockId, reason: "unpaired" }]);
  });

  it("tells a door that was revoked from one that somebody deleted, and from one that is over", () => {
    const revoked = { ...twoDoors, revokedAtMs: 5 };
    assert.equal(following(deleted, undefined, { of: revoked })?.grant.doors[0]?.gone, "revoked");
    assert.equal(following(deleted, undefined)?.grant.doors[0]?.gone, "missing");
    assert.equal(following(done, undefined)?.grant.doors[0]?.gone, "ended");
    assert.equal(following(full, undefined)?.grant.doors[0]?.gone, "expired");
  });

  it("drops a door that was taken out once its lock has confirmed, and not before", () => {
    const [first, second] = twoDoors.doors;
    assert.ok(first !== undefined && second !== undefined);
    const leaving = { ...twoDoors, doors: [{ ...first, isLeaving: true as const }, second] };
    assert.equal(following(deleted, deleted, { of: leaving }), null);
    const found = following(deleted, undefined, { of: leaving });
    assert.deepEqual(found?.grant.doors, [second]);
    assert.equal(found.grant.reported.outcome, "done");
    const unpaired = following(deleted, undefined, { of: leaving, isUnpaired: true });
    assert.equal(unpaired?.grant.doors[0]?.gone, "unpaired");
  });
});
