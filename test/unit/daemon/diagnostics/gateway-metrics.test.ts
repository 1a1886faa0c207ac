import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { fetchText } from "../../../support/rest/rest-gateway.ts";
import { ContractGateway } from "../../../support/rigs/contract-gateway.ts";

describe("the metrics of a lock", { timeout: 60_000 }, () => {
  let gateway: ContractGateway;
  before(async () => {
    gateway = await ContractGateway.open();
    await gateway.pair({});
  });
  after(() => gateway.close());

  async function untilLockIsOnline(value: 0 | 1): Promise<void> {
    const headers = { authorization: `Bearer ${gateway.token("technician")}` };
    await gateway.until(`the lock with ${value} in the metrics`, async () => {
      const { text } = await fetchText(gateway.tcp, "/metrics", headers);
      const found = /^latchd_lock_online\{.*\} ([01])$/m.exec(text)?.[1];
      const stick = /^latchd_stick_online ([01])$/m.exec(text)?.[1];
      assert.ok(found !== undefined && stick !== undefined, text);
      // No scrape has a lock that can be reached without a stick.
      assert.ok(found === "0" || stick === "1", text);
      return found === String(value) ? true : null;
    });
  }

  it("call it online only while there is a stick", async () => {
    await untilLockIsOnline(1);
    gateway.house.stick.unplug();
    await untilLockIsOnline(0);
    gateway.house.stick.plugIn();
    await untilLockIsOnline(1);
  });
});
