import assert from "node:assert/strict";
import { type SpawnSyncReturns, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import { projectRoot } from "../../support/project-root.ts";
import { idOf } from "../../support/radio/zigbee-rig.ts";
import { ContractGateway } from "../../support/rigs/contract-gateway.ts";

const example = join(projectRoot(), "examples/rest.mjs");

type Run = Pick<SpawnSyncReturns<string>, "status" | "stdout" | "stderr">;

describe("examples/rest.mjs", { timeout: 120_000 }, () => {
  let gateway: ContractGateway;
  let uuid: string;
  let secret: string;

  before(async () => {
    gateway = await ContractGateway.open();
    const [lock] = await gateway.pair({});
    assert.ok(lock);
    uuid = idOf(lock);
    await gateway.must("add_password", { uuid, is_default: 1, password: "908172" });
    const client = { client_id: "front-desk", scope: "manager" };
    secret = String((await gateway.local("client_add", client)).body["client_secret"]);
  });

  after(() => gateway.close());

  async function run(clientSecret: string, code: string): Promise<Run> {
    const url = `http://127.0.0.1:${gateway.tcp.port}`;
    const child = spawn(process.execPath, [example, url, "front-desk", uuid, code], {
      env: { ...process.env, LATCHD_CLIENT_SECRET: clientSecret },
    });
    const ended = once(child, "exit");
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    const [status] = await ended;
    return { status, stdout, stderr };
  }

  it("signs in, adds a code, and reports it once the lock has it", async () => {
    const { status, stdout, stderr } = await run(secret, "417263");
    assert.equal(status, 0, stderr);
    assert.match(stdout, /password \d+ is accepted[\s\S]*the lock has the code/);
    const guest = (await gateway.passwords(uuid)).find(({ name }) => name === "guest");
    assert.equal(guest?.["operation_stage"], 3);
  });

  it("ends with the gateway's message after a wrong secret and after a wrong code", async () => {
    const strangers = await run("wrong", "417263");
    assert.equal(strangers.status, 1);
    assert.match(strangers.stderr, /add_password: 101/);
    const short = await run(secret, "1");
    assert.equal(short.status, 1);
    assert.match(short.stderr, /add_password: \d+ password/);
  });
});
