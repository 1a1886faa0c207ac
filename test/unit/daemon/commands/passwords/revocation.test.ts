import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isRevocation } from "../../../../../daemon/commands/passwords/revocation.ts";

describe("isRevocation", () => {
  it("knows the commands that take access away by their names", () => {
    assert.equal(isRevocation("delete_password", {}), true);
    assert.equal(isRevocation("frozen_password", null), true);
    assert.equal(isRevocation("unfrozen_password", {}), false);
    assert.equal(isRevocation("add_password", { operate: 125 }), false);
  });

  it("knows lock actions by what they do: delete and freeze, not modify or unfreeze", () => {
    for (const action of [
      "tuya.m.device.zigbee.newTempPwd.update",
      "tuya.m.zigbee.lock.temppwd.update",
    ]) {
      const does = (operate: unknown) => isRevocation(action, { operate });
      assert.deepEqual([125, 127, 126, 128].map(does), [true, true, false, false]);
      assert.equal(isRevocation(action, undefined), false);
    }
  });
});
