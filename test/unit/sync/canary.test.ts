import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { JWK } from "jose";
import { CommandDispatcher } from "../../../daemon/commands/dispatch.ts";
import { commands } from "../../../daemon/commands/table.ts";
import type { JournalEntry } from "../../../daemon/core/model/journal.ts";
import { PinCode } from "../../../daemon/core/model/secret.ts";
import { MasterKey } from "../../../daemon/store/secrets/master-key.ts";
import { CodeVault } from "../../../daemon/store/secrets/sealing.ts";
import { put } from "../../../daemon/store/store.ts";
import { openProtection } from "../../../sync/keys/protection.ts";
import type { Protection } from "../../../sync/options.ts";
import { TestBroker } from "../../support/cloud/broker.ts";
import { Cloud, type CloudReply } from "../../support/cloud/cloud.ts";
import { CloudKeys } from "../../support/cloud/cloud-keys.ts";
import type { Fields } from "../../support/gateway-view.ts";
import { aLock, aLockId } from "../../support/records.ts";
import { TestSite } from "../../support/rigs/command-room.ts";
import { type TestGateway, TestGateways } from "./test-gateway.ts";

const masterKey = Buffer.alloc(32, 9);
const codes = { administrator: "918001", tenant: "918002", second: "918003", keypad: "918004" };

/** Codes, and the key by which they are sealed, in the ways in which they may be written down. */
const canaries: readonly RegExp[] = [
  ...Object.values(codes).map((code) => Buffer.from(code)),
  masterKey,
].map((bytes) => {
  const forms = [
    bytes.toString("latin1"),
    bytes.toString("hex"),
    bytes.toString("base64").replace(/=+$/, ""),
    bytes.toString("base64url"),
    [...bytes].join(","),
  ].map((form) =>
    form.replace(
      /[^0-9A-Za-z,]/g,
      (sign) => `\\x${sign.charCodeAt(0).toString(16).padStart(2, "0")}`,
    ),
  );
  return new RegExp(`(?<![0-9A-Za-z])(${forms.join("|")})(?![0-9A-Za-z])`);
});

function holdsCanary(body: string): boolean {
  return canaries.some((canary) => canary.test(body));
}

describe("codes and keys in MQTT messages", () => {
  let broker: TestBroker;
  let cloud: Cloud;
  let gateway: TestGateway;
  let keys: CloudKeys;
  let send: (command: string, params: Fields) => Promise<CloudReply>;
  const gateways = new TestGateways();
  const vault = new CodeVault(new MasterKey(masterKey));

  before(async () => {
    keys = await CloudKeys.make();
  });
  after(() => keys.remove());
  beforeEach(async () => {
    broker = await TestBroker.start();
    cloud = await Cloud.connect({ url: broker.url, clientId: "the-cloud" });
  });
  afterEach(async () => {
    await gateways.close();
    await cloud.close();
    await broker.stop();
  });

  async function start(protection?: Protection): Promise<void> {
    const options = {
      url: broker.url,
      protocol: 4 as const,
      ...(protection === undefined ? {} : { protection }),
    };
    gateway = await gateways.make(options, (store, clock) => ({
      commands: new CommandDispatcher({
        commands,
        store,
        sealer: vault,
        site: new TestSite(),
        reading: () => clock.reading(),
        newId: randomUUID,
        wake: () => {},
        onFault: (_command, cause) => assert.fail(String(cause)),
      }),
      openSealed: ({ code, boundTo }) => vault.open(code, boundTo),
    }));
    const stamp = { atMs: gateway.clock.nowMs, clock: "synced" } as const;
    const changes = [put("lock", [aLockId], aLock())];
    await gateway.store.commit({ changes, journal: [] }, stamp);
    gateway.sync.start();
    await cloud.online("gw-1");
  }

  /** Uses every call with codes, rightly and wrongly. Returns the reply with the administrator's code. */
  async function useAll(): Promise<CloudReply> {
    const uuid = aLockId;
    await send("add_password", { uuid, is_default: 1, password: codes.administrator });
    await send("add_password", { uuid, password: codes.tenant, name: "tenant" });
    await send("add_password", { uuid, password: codes.tenant });
    await send("add_password", { uuid, password: `${codes.second}9` });
    await send("add_password", { uuid, password: Number(codes.second) });
    await send("update_password", { uuid, password_id: 1, password: codes.second });
    await send("update_password", { uuid, password_id: 77, password: codes.second });
    const snapshot = [{ password_id: 999, revision: 1, password: codes.second }];
    await send("apply_snapshot", { uuid, passwords: snapshot });
    for (const name of ["fetch_passwords", "list_slots", "get_lock_info", "get_lock_events"]) {
      await send(name, { uuid });
    }
    await send("frozen_password", { uuid, password_id: 1 });
    await send("delete_password", { uuid, password_id: 1 });
    for (const name of ["client_add", "client_list", "keys_show", "keys_rotate"]) {
      await send(name, name === "client_add" ? { scope: "manager" } : {});
    }
    await keypadEdit();
    return await send("get_default_password_plaintext", { uuid });
  }

  async function keypadEdit(): Promise<void> {
    const pinCode = PinCode.parse(codes.keypad);
    assert(pinCode !== null);
    const event: JournalEntry = {
      kind: "event",
      event: "pwdAddLocal",
      lock: aLockId,
      detail: { password: { id: 40, password: null } },
      sealed: [
        {
          path: ["password", "password"],
          code: vault.seal(aLockId, pinCode, "password/40"),
          boundTo: "password/40",
        },
      ],
    };
    const stamp = { atMs: gateway.clock.nowMs, clock: "synced" } as const;
    await gateway.store.commit({ changes: [], journal: [event] }, stamp);
  }

  it("are only in the fields of the API", async () => {
    await start();
    send = (command, params) => cloud.command("gw-1", command, params);
    const reply = await useAll();
    assert.equal(reply["password"], codes.administrator);
    // The broker notes a message after it has passed it on.
    const isNoted = (text: string) => broker.published.some(({ body }) => body.includes(text));
    await gateway.until(() => isNoted("pwdAddLocal") && isNoted(`"seq":${reply.seq},"epoch"`));
    const holding = broker.published
      .filter(({ clientId, body }) => clientId === "gw-1" && holdsCanary(body))
      .map(({ body }) => JSON.parse(body));
    assert.deepEqual(
      holding.map(({ event, command }) => event ?? command),
      ["pwdAddLocal", "get_default_password_plaintext"],
    );
    assert.equal(holdsCanary(gateway.log.join("\n")), false);
  });

  it("are in no message with the protection on, neither up nor down", async () => {
    const { protection, ring } = await openProtection({
      ownFile: keys.gatewayFile,
      cloudFile: keys.file,
      commands: "sealed",
      codes: "sealed",
      nowMs: () => 0,
    });
    await start(protection);
    const { gateway: own } = ring.show();
    assert(Array.isArray(own));
    const publicKey: JWK = own[0].public_key;
    const iat = gateway.clock.nowMs / 1000;
    send = async (command, params) => {
      const id = randomUUID();
      const signed = await keys.signed("gw-1", "command", { id, command, params, iat });
      await cloud.sendBody("gw-1", "command", await keys.encrypted(signed, publicKey));
      return await cloud.reply("gw-1", id);
    };
    const reply = await useAll();
    assert.deepEqual(await keys.opened("gw-1", reply), { password: codes.administrator });
    const added = await cloud.event("gw-1", "pwdAddLocal");
    assert(JSON.stringify(await keys.opened("gw-1", added)).includes(codes.keypad));
    assert.deepEqual(
      broker.published.filter(({ body }) => holdsCanary(body)),
      [],
    );
    assert.equal(holdsCanary(gateway.log.join("\n")), false);
  });
});
