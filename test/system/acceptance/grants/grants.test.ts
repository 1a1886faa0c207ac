import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { JsonObject } from "../../../../daemon/base/json.ts";
import type { CommandReply } from "../../../../daemon/commands/execution.ts";
import type { VirtualLock } from "../../../../drivers/simulated/lock/virtual-lock.ts";
import { idOf } from "../../../support/radio/zigbee-rig.ts";
import { KeeperRig } from "../../../support/rigs/keeper-rig.ts";

describe("a grant over several locks, on bytes", { timeout: 300_000 }, () => {
  let rig: KeeperRig;
  let front: VirtualLock;
  let flat: VirtualLock;
  let small: VirtualLock;

  before(async () => {
    rig = await KeeperRig.open();
    front = await rig.lock();
    flat = await rig.lock();
    // Beside slot 0, which is never used, its slots are the administrator's and one more.
    small = await rig.lock({ pinUsers: 3 });
  });
  after(() => rig.close());

  async function must(command: string, params: object): Promise<CommandReply> {
    const reply = await rig.call(command, params);
    assert.equal(reply.ErrNo, 0, `${command}: ${reply.ErrMsg}`);
    return reply;
  }

  async function grantOn(
    wanted: object,
    ...locks: readonly VirtualLock[]
  ): Promise<[id: string, code: string]> {
    const params = { person: "Kim", locks: locks.map(idOf), ...wanted };
    const reply = await must("grant_create", params);
    return [String(reply["grant_id"]), String(reply["password"])];
  }

  async function outcomeOf(id: string): Promise<string> {
    const { outcome, doors } = await must("grant_show", { grant_id: id });
    const reasons = Array.isArray(doors) ? doors.map(({ reason }) => reason ?? "done") : [];
    return `${String(outcome)}: ${reasons.join(", ")}`;
  }

  function untilOutcome(id: string, wanted: string): Promise<true> {
    let seen = "";
    return rig.until(
      () => `the grant to be "${wanted}"; it is "${seen}"`,
      async () => {
        seen = await outcomeOf(id);
        return seen === wanted ? true : null;
      },
    );
  }

  async function reported(id: string): Promise<readonly unknown[]> {
    const events = await rig.events(null);
    return events
      .filter(({ event, detail }) => event === "grantOutcome" && detail?.["grant_id"] === id)
      .map(({ detail }) => (detail as JsonObject)["outcome"]);
  }

  it("opens every lock with the code that latchd made, and none after the revocation", async () => {
    const [id, code] = await grantOn({}, front, flat);
    await rig.untilLive(front, code);
    await rig.untilLive(flat, code);
    await untilOutcome(id, "done: done, done");
    await must("grant_revoke", { grant_id: id });
    await rig.untilLive(front);
    await rig.untilLive(flat);
    await untilOutcome(id, "done: done, done");
    await rig.until("the event of the revocation", async () => {
      const outcomes = await reported(id);
      return outcomes.join() === "done,done" ? true : null;
    });
  });

  it("is partly while one lock is away, and done when that lock is heard again", async () => {
    flat.goOutOfRange();
    const [id, code] = await grantOn({}, front, flat);
    await rig.untilLive(front, code);
    await untilOutcome(id, "partly: done, waiting");
    await must("grant_revoke", { grant_id: id });
    await rig.untilLive(front);
    await untilOutcome(id, "partly: done, removing");
    flat.comeBack();
    flat.lockKeypad();
    await untilOutcome(id, "done: done, done");
    await rig.untilLive(flat);
  });

  it("says which lock is full, and reaches that lock when a slot of it is free again", async () => {
    const { password_id: other } = await rig.must(small, "add_password", { password: "417263" });
    await rig.untilLive(small, "417263");
    const [id, code] = await grantOn({}, front, small);
    await untilOutcome(id, "partly: done, full");
    await rig.must(small, "delete_password", { password_id: other });
    await rig.untilLive(small, code);
    await untilOutcome(id, "done: done, done");
    await must("grant_revoke", { grant_id: id });
    await rig.untilLive(small);
    await rig.untilLive(front);
  });

  it("is whole on every lock or on none, wherever the process ends", async () => {
    const [id, code] = await grantOn({}, front, flat);
    await rig.restart();
    await rig.untilLive(front, code);
    await rig.untilLive(flat, code);
    await must("grant_revoke", { grant_id: id });
    await rig.restart();
    await rig.untilLive(front);
    await rig.untilLive(flat);
    await untilOutcome(id, "done: done, done");
  });

  it("is frozen, extended by a lock and given another validity, each at the locks", async () => {
    const [id, code] = await grantOn({}, front);
    await rig.untilLive(front, code);
    await must("grant_freeze", { grant_id: id });
    await rig.untilLive(front);
    await must("grant_add", { grant_id: id, locks: [idOf(flat)] });
    await untilOutcome(id, "done: done, done");
    assert.deepEqual(rig.live(flat), [], "a frozen grant opens no lock that it gets");
    await must("grant_unfreeze", { grant_id: id });
    await rig.untilLive(front, code);
    await rig.untilLive(flat, code);
    await must("grant_remove", { grant_id: id, locks: [idOf(front)] });
    await rig.untilLive(front);
    await untilOutcome(id, "done: done");
    const begin = Math.floor(Date.now() / 1000) + 3_600;
    await must("grant_update", { grant_id: id, permission_begin: begin });
    await rig.untilLive(flat);
    await must("grant_revoke", { grant_id: id });
  });

  it("ends at every lock with the last of its openings, at whatever lock that is", async () => {
    const [id, code] = await grantOn({ uses: 2 }, front, flat);
    await rig.untilLive(front, code);
    await rig.untilLive(flat, code);
    await untilOutcome(id, "done: done, done");
    assert.equal(front.keypad(code), "opened");
    await rig.until("the first opening", () =>
      rig.store.get("lock", [idOf(front)])?.openedAtMs === null ? null : true,
    );
    assert.deepEqual(rig.live(flat), [code]);
    assert.equal(flat.keypad(code), "opened");
    await rig.untilLive(flat);
    await rig.untilLive(front);
    assert.equal(front.keypad(code), "refused");
    await must("grant_revoke", { grant_id: id });
  });

  it("keeps a lock that was unpaired, which nobody has confirmed", async () => {
    const last = await rig.lock();
    const [id, code] = await grantOn({}, front, last);
    await rig.untilLive(last, code);
    await untilOutcome(id, "done: done, done");
    await rig.must(last, "remove_lock");
    await untilOutcome(id, "partly: done, unpaired");
    await must("grant_revoke", { grant_id: id });
    await untilOutcome(id, "partly: done, unpaired");
  });
});
