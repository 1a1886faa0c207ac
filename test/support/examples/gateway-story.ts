import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import { post } from "../rest/rest-client.ts";
import { type ExampleHouse, gatewayId } from "./example-house.ts";

/** Who uses the gateway, and who must not. */
export async function accessEvents(example: ExampleHouse): Promise<void> {
  const made = await example.local("client_add", {
    client_id: "technician-1",
    scope: "technician",
  });
  await example.event("activity");
  const target = { port: example.port };
  const path = "/openapi/v1/access_token";
  await post(target, path, { client_id: "technician-1", client_secret: "wrong" });
  await example.event("signInRefused");
  const pair = { client_id: "technician-1", client_secret: made["client_secret"] };
  const { body } = await post(target, path, pair);
  const headers = { authorization: `Bearer ${String(body["access_token"])}` };
  await post(target, "/openapi/v1/client_list", {}, headers);
  await example.event("callDenied");
}

/** Messages that do not come from the cloud, and one that asks the cloud for a message. */
export async function messageEvents(example: ExampleHouse): Promise<void> {
  const client = await connectAsync(example.broker.url);
  await client.publishAsync(`latch/1/${gatewayId}/down/command`, "open the door", { qos: 1 });
  await example.event("refusedMessageAlarm");
  await client.endAsync();
  const { uuid } = await example.pair();
  await example.confirmed("add_password", { uuid, password: "908172", is_default: 1 });
  const action = {
    a: "tuya.m.device.zigbee.newTempPwd.create",
    devId: uuid,
    v: "1.0",
    name: "plumber",
    effectiveTime: Date.now(),
    invalidTime: Date.now() + 86_400_000,
    password: "417264",
    countryCode: "86",
    phone: "13800000000",
    sendMsg: 1,
  };
  const answer = await example.local("api.json", action, "/");
  assert.equal(answer["success"], true, JSON.stringify(answer));
  const request = await example.event("messageRequest");
  const message_id = request.detail?.["message_id"];
  await example.must("message_acknowledge", { message_id, handed_over: true });
}

/** A birth of an earlier start: somebody runs a copy of this gateway's data. */
export async function duplicateEvents(example: ExampleHouse): Promise<void> {
  const birth = example.tap.of("up/state")[0];
  await example.restart();
  await example.cloud.sendState(gatewayId, JSON.stringify(birth));
  await example.event("duplicateGatewayAlarm");
}

/** A mark of the package: the version that was installed last did not work. */
export async function rollBackEvents(example: ExampleHouse): Promise<void> {
  await example.daemon.kill();
  const mark = { failed: "0.2.0", version: "0.1.0", reason: "notReady", at: 1_796_111_700 };
  writeFileSync(join(example.dataFolder, "rolled-back.json"), JSON.stringify(mark));
  await example.start();
  await example.event("upgradeRolledBack");
}

/** A port that another program has when the daemon starts. */
export async function listenerEvents(example: ExampleHouse): Promise<void> {
  await example.daemon.kill();
  const squatter = createServer().listen(example.port, "127.0.0.1");
  await once(squatter, "listening");
  await example.start();
  await example.event("apiOfflineAlarm");
  squatter.close();
  await example.event("clearApiOfflineAlarm");
}
