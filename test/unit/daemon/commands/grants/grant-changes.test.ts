import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { isRevocation } from "../../../../../daemon/commands/passwords/revocation.ts";
import { remove } from "../../../../../daemon/store/store.ts";
import { GrantDesk, lockNumber } from "./grant-desk.ts";

let desk: GrantDesk;
const [one, two, three] = [lockNumber(1), lockNumber(2), lockNumber(3)];

afterEach(() => desk.desk.close());

async function doorsOf(id: string): Promise<readonly [unknown, unknown][]> {
  const { doors } = await desk.must("grant_show", { grant_id: id });
  assert.ok(Array.isArray(doors));
  return doors.map((door) => [door.uuid, door.reason]);
}

describe("a grant over several locks", () => {
  it("is revoked on all of them by one command, and done when each has confirmed", async () => {
    desk = await GrantDesk.open(2);
    const id = await desk.grant();
    await desk.confirmAll(id);
    const reply = await desk.must("grant_revoke", { grant_id: id });
    assert.equal(reply["outcome"], "partly");
    assert.ok(desk.passwords(id).every(({ isDeleted }) => isDeleted));
    await desk.must("grant_revoke", { grant_id: id });
    await desk.confirmAll(id);
    assert.deepEqual(await desk.reported(), ["done", "done"]);
    assert.deepEqual(await doorsOf(id), [
      [one, null],
      [two, null],
    ]);
  });

  it("keeps a lock that was unpaired before it confirmed the revocation", async () => {
    desk = await GrantDesk.open(2);
    const id = await desk.grant();
    await desk.confirmAll(id);
    await desk.must("grant_revoke", { grant_id: id });
    await desk.confirm(id, two);
    await desk.must("remove_lock", { uuid: one });
    assert.deepEqual(await doorsOf(id), [
      [one, "unpaired"],
      [two, null],
    ]);
    assert.equal(desk.record(id).reported.outcome, "partly");
    const { grants } = await desk.must("grant_list", { person: "kim" });
    assert.ok(Array.isArray(grants) && grants.length === 1, "it stays in the list of the person");
  });

  it("is frozen and unfrozen on all of them", async () => {
    desk = await GrantDesk.open(2);
    const id = await desk.grant();
    await desk.must("grant_freeze", { grant_id: id });
    assert.deepEqual(
      desk.passwords(id).map(({ isFrozen }) => isFrozen),
      [true, true],
    );
    await desk.confirmAll(id);
    assert.equal(desk.record(id).reported.outcome, "done");
    await desk.must("grant_unfreeze", { grant_id: id });
    assert.deepEqual(
      desk.passwords(id).map(({ isFrozen }) => isFrozen),
      [false, false],
    );
  });

  it("gets another validity on all of them", async () => {
    desk = await GrantDesk.open(2);
    const id = await desk.grant();
    const end = desk.desk.nowSeconds + 500;
    await desk.must("grant_update", { grant_id: id, permission_end: end, person: "Lee" });
    for (const { window, name, operation } of desk.passwords(id)) {
      assert.deepEqual([window.endMs, name, operation], [end * 1000, "Lee", "update"]);
    }
    await desk.must("grant_update", { grant_id: id, permission_end: 0 });
    assert.deepEqual(desk.record(id).window, { beginMs: null, endMs: null, weekly: null });
  });

  it("gets another code on all of them", async () => {
    desk = await GrantDesk.open(2);
    const id = await desk.grant({ password: "417263" });
    await desk.must("grant_update", { grant_id: id, password: "862413" });
    assert.deepEqual(desk.codesOf(id), ["862413", "862413"]);
    await desk.confirmAll(id);
    assert.equal(desk.record(id).reported.outcome, "done");
  });

  it("gets another person without any work at the locks", async () => {
    desk = await GrantDesk.open(1);
    const id = await desk.grant();
    await desk.confirmAll(id);
    await desk.must("grant_update", { grant_id: id, person: "Lee" });
    const [password] = desk.passwords(id);
    assert.deepEqual([password?.name, password?.revision], ["Lee", 1]);
  });

  it("is extended by a lock, which gets the same code and validity", async () => {
    desk = await GrantDesk.open(3);
    const id = await desk.grant({ locks: [one, two] });
    await desk.must("grant_freeze", { grant_id: id });
    await desk.must("grant_add", { grant_id: id, locks: [three] });
    assert.equal(new Set(desk.codesOf(id)).size, 1);
    assert.deepEqual(
      desk.passwords(id).map(({ isFrozen }) => isFrozen),
      [true, true, true],
    );
    await desk.refuses("grant_add", { grant_id: id, locks: [three] }, [11000, "locks.0"]);
  });

  it("loses a lock, which stays listed until it has confirmed", async () => {
    desk = await GrantDesk.open(2);
    const id = await desk.grant();
    await desk.confirmAll(id);
    await desk.must("grant_remove", { grant_id: id, locks: [one, three] });
    assert.deepEqual(await doorsOf(id), [
      [one, "removing"],
      [two, null],
    ]);
    await desk.refuses("grant_add", { grant_id: id, locks: [one] }, [11000, "locks.0"]);
    await desk.confirmAll(id);
    assert.deepEqual(await doorsOf(id), [[two, null]]);
    await desk.must("grant_add", { grant_id: id, locks: [one] });
  });

  it("says which door somebody changed, froze or deleted by itself", async () => {
    desk = await GrantDesk.open(3);
    const id = await desk.grant();
    await desk.confirmAll(id);
    const [first, second, third] = desk.record(id).doors;
    await desk.must("frozen_password", { uuid: one, password_id: first?.passwordId });
    await desk.must("delete_password", { uuid: two, password_id: second?.passwordId });
    await desk.must("update_password", {
      uuid: three,
      password_id: third?.passwordId,
      password: "417263",
    });
    await desk.confirmAll(id);
    assert.deepEqual(await doorsOf(id), [
      [one, "changed"],
      [two, "missing"],
      [three, "changed"],
    ]);
    assert.equal(desk.record(id).reported.outcome, "failed");
    const { passwords } = await desk.must("fetch_passwords", { uuid: one });
    assert.ok(Array.isArray(passwords) && passwords.at(0)?.grant_id === id);
  });

  it("keeps a door whose password ended and was forgotten as it ended", async () => {
    desk = await GrantDesk.open(2);
    const id = await desk.grant({ permission_end: desk.desk.nowSeconds + 60 });
    await desk.confirm(id, one);
    for (const { lock, id: password } of desk.passwords(id)) {
      await desk.desk.write(remove("password", [lock, password]));
    }
    assert.deepEqual(await doorsOf(id), [
      [one, null],
      [two, "expired"],
    ]);
  });

  it("cannot be changed once it is revoked, and is not found under another id", async () => {
    desk = await GrantDesk.open(1);
    const id = await desk.grant();
    await desk.must("grant_revoke", { grant_id: id });
    const revoked: [number, string] = [14001, "grant_id"];
    await desk.refuses("grant_update", { grant_id: id, permission_end: 0 }, revoked);
    await desk.refuses("grant_unfreeze", { grant_id: id }, revoked);
    await desk.refuses("grant_add", { grant_id: id, locks: desk.locks }, revoked);
    const unknown = "00000000-0000-4000-8000-000000000000";
    await desk.refuses("grant_revoke", { grant_id: unknown }, [15006, "grant_id"]);
  });

  it("is revoked, frozen and reduced also while the time is lost, and by a late command", async () => {
    desk = await GrantDesk.open(2);
    const id = await desk.grant();
    desk.desk.time.state = "lost";
    await desk.must("grant_remove", { grant_id: id, locks: [one] });
    await desk.must("grant_freeze", { grant_id: id });
    assert.equal((await desk.call("grant_unfreeze", { grant_id: id })).ErrNo, 16007);
    await desk.must("grant_revoke", { grant_id: id });
    for (const command of ["grant_remove", "grant_freeze", "grant_revoke"]) {
      assert.ok(isRevocation(command, {}));
    }
    for (const command of ["grant_create", "grant_add", "grant_update", "grant_unfreeze"]) {
      assert.ok(!isRevocation(command, {}));
    }
  });

  it("takes no older command that gives access after a newer one that takes it away", async () => {
    desk = await GrantDesk.open(3);
    const id = await desk.grant({ locks: [one, two] });
    const { nowMs } = desk.desk.time;
    desk.desk.time.nowMs += 600_000;
    const send = async (command: string, params: object, ageS: number) => {
      const iat = desk.desk.time.nowMs / 1000 - ageS;
      const given = { grant_id: id, ...params };
      await desk.desk.executor.executeFromCloud({
        id: `${command} ${ageS} ${nowMs}`,
        command,
        params: given,
        iat,
      });
      const reply = (await desk.desk.journal()).findLast(({ entry }) => entry.kind === "reply");
      return reply?.entry.kind === "reply" ? reply.entry.errNo : null;
    };
    assert.equal(await send("grant_remove", { locks: [three] }, 10), 0);
    assert.equal(await send("grant_add", { locks: [three] }, 60), 16010);
    assert.equal(await send("grant_freeze", {}, 60), 0);
    assert.equal(await send("grant_unfreeze", {}, 60), 16010);
    assert.equal(await send("grant_add", { locks: [three] }, 5), 0);
  });
});
