import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, it } from "node:test";
import { CommandDispatcher } from "../../../daemon/commands/dispatch.ts";
import type { SitePort } from "../../../daemon/commands/ports.ts";
import { commands } from "../../../daemon/commands/table.ts";
import { MasterKey } from "../../../daemon/store/secrets/master-key.ts";
import { CodeVault } from "../../../daemon/store/secrets/sealing.ts";
import { put } from "../../../daemon/store/store.ts";
import { TestBroker } from "../../support/cloud/broker.ts";
import { Cloud } from "../../support/cloud/cloud.ts";
import { TestDiagnostics } from "../../support/diagnostics.ts";
import { aLock, aLockId } from "../../support/records.ts";
import { type TestGateway, TestGateways } from "./test-gateway.ts";

const administrator = { uuid: aLockId, is_default: 1, password: "135790" };

/** No radio here: the commands of this test touch none. */
const site: SitePort = {
  permitJoin: () => assert.fail(),
  addInstallCode: () => assert.fail(),
  adoptLock: () => assert.fail(),
  removeLock: () => assert.fail(),
  operate: () => assert.fail(),
  gateway: () => ({
    gatewayId: "gw-1",
    homeId: "home",
    name: "gateway",
    version: "0.1.0",
    zigbeeFirmware: "",
    isCloudConnected: true,
    cloudChangedAtMs: null,
    isPermittingJoin: false,
  }),
  diagnostics: new TestDiagnostics(),
};

describe("commands from the cloud", () => {
  let broker: TestBroker;
  let cloud: Cloud;
  let gateway: TestGateway;
  let woken: string[];
  const gateways = new TestGateways();

  beforeEach(async () => {
    broker = await TestBroker.start();
    cloud = await Cloud.connect({ url: broker.url });
    const vault = new CodeVault(new MasterKey(randomBytes(32)));
    woken = [];
    gateway = await gateways.make({ url: broker.url, protocol: 4 }, (store, clock) => ({
      commands: new CommandDispatcher({
        commands,
        store,
        sealer: vault,
        site,
        reading: () => clock.reading(),
        newId: randomUUID,
        wake: (lock) => woken.push(lock),
        onFault: (_command, cause) => assert.fail(String(cause)),
      }),
      openSealed: ({ code, boundTo }) => vault.open(code, boundTo),
    }));
    const changes = [put("lock", [aLockId], aLock())];
    const stamp = { atMs: gateway.clock.reading().nowMs, clock: "synced" } as const;
    await gateway.store.commit({ changes, journal: [] }, stamp);
    gateway.sync.start();
    await cloud.online("gw-1");
  });

  afterEach(async () => {
    await gateways.close();
    await cloud.close();
    await broker.stop();
  });

  it("write a password to disk and wake its lock before the reply", async () => {
    const reply = await cloud.command("gw-1", "add_password", administrator, { id: "c1" });
    assert.deepEqual([reply.id, reply.ErrNo, reply["password_id"]], ["c1", 0, 999]);
    assert.equal(gateway.store.get("password", [aLockId, 999])?.operation, "add");
    assert.deepEqual(woken, [aLockId]);
  });

  it("add a password once if they come twice", async () => {
    await cloud.command("gw-1", "add_password", administrator, { id: "c1" });
    await cloud.send("gw-1", "add_password", administrator, { id: "c1" });
    const view = cloud.gateway("gw-1");
    await cloud.until("the stored reply again", () => (view.repeats > 0 ? true : null));
    assert.deepEqual(woken, [aLockId]);
  });

  it("return a code in their reply, and leave none in the journal", async () => {
    await cloud.command("gw-1", "add_password", administrator);
    const reply = await cloud.command("gw-1", "get_default_password_plaintext", { uuid: aLockId });
    assert.equal(reply["password"], "135790");
    const journal = await gateway.store.readJournal(1, 100);
    assert.equal(JSON.stringify(journal).includes("135790"), false);
    assert.equal(gateway.log.join("").includes("135790"), false);
  });

  it("are refused with the API's own numbers, naming the field", async () => {
    const unknown = await cloud.command("gw-1", "open_sesame", {});
    assert.equal(unknown.ErrNo, 15007);
    const bad = await cloud.command("gw-1", "add_password", { ...administrator, password: 135790 });
    assert.equal(bad.ErrNo, 14001);
    assert.match(bad.ErrMsg, /password/);
  });

  it("are refused if a grant comes too late, and carried out if it is a revocation", async () => {
    await cloud.command("gw-1", "add_password", administrator);
    const tenant = { uuid: aLockId, password: "246802", name: "tenant" };
    const { password_id } = await cloud.command("gw-1", "add_password", tenant);
    const late = { exp: 1_600_000_000 };
    const grant = await cloud.command(
      "gw-1",
      "add_password",
      { ...tenant, password: "112233" },
      late,
    );
    assert.equal(grant.ErrNo, 16003);
    const address = { uuid: aLockId, password_id };
    const revocation = await cloud.command("gw-1", "delete_password", address, late);
    assert.equal(revocation.ErrNo, 0);
  });
});
