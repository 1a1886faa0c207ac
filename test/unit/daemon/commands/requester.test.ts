import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Caller } from "../../../../daemon/commands/caller.ts";
import { administratorId } from "../../../../daemon/core/model/password.ts";
import { aLockId } from "../../../support/records.ts";
import { CommandRoom } from "../../../support/rigs/command-room.ts";

const client: Caller = { transport: "rest", name: "ann", scope: "manager", origin: "local" };
const sessionOf = (kind: "account" | "pass", subject: string): Caller => ({
  ...client,
  session: {
    ...{ id: "s1", kind, subject, beganAtMs: 0 },
    noteWrongPassphrase: () => Promise.resolve(),
  },
});

describe("the requester of a change", () => {
  it("is a client's id, or the key of an account or a pass, never a name that two may have", async () => {
    const room = await CommandRoom.open();
    await room.addSetUpLock();
    const removers: unknown[] = [];
    room.site.removeLock = (_lock: unknown, requester?: unknown) => {
      removers.push(requester);
      return Promise.resolve({ wasTold: true });
    };
    const callers = [client, sessionOf("account", "ann"), sessionOf("pass", "p1")];
    for (const [number, caller] of callers.entries()) {
      room.caller = caller;
      const params = { uuid: aLockId, password: `24681${number}`, name: "guest" };
      assert.equal(await room.errNo("add_password", params), 0);
    }
    const guests = [...room.store.list("password", [aLockId])].filter(
      ({ id }) => id !== administratorId,
    );
    assert.deepEqual(
      guests.map(({ asked }) => asked?.by),
      ["ann", "account:ann", "pass:p1"],
    );
    assert.equal(await room.errNo("remove_lock", { uuid: aLockId }), 0);
    assert.deepEqual(removers, [{ by: "pass:p1" }]);
    await room.close();
  });
});
