import assert from "node:assert/strict";
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, it } from "node:test";
import { TestBroker } from "../../support/cloud/broker.ts";
import type { Fields } from "../../support/gateway-view.ts";
import { projectRoot } from "../../support/project-root.ts";
import { type TestGateway, TestGateways } from "../sync/test-gateway.ts";

const main = join(projectRoot(), "examples/cloud.mjs");

describe("examples/cloud.mjs", () => {
  let folder: string;
  let broker: TestBroker;
  let gateway: TestGateway;
  let callbacks: Server;
  let child: ChildProcessWithoutNullStreams;
  let printed: Fields[];
  let posted: Fields[];
  const gateways = new TestGateways();

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "latchd-cloud-"));
    broker = await TestBroker.start();
    gateway = await gateways.make({ url: broker.url, protocol: 4, acknowledge: "cloud" });
    posted = [];
    callbacks = createServer((request, response) => {
      let text = "";
      request.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      request.on("end", () => {
        posted.push(JSON.parse(text));
        // Refused once, so that it must be posted again.
        response.writeHead(posted.length === 1 ? 503 : 200).end();
      });
    });
    callbacks.listen(0, "127.0.0.1");
    await once(callbacks, "listening");
    await run();
  });

  afterEach(async () => {
    await gateways.close();
    await end();
    callbacks.closeAllConnections();
    callbacks.close();
    await broker.stop();
    rmSync(folder, { recursive: true });
  });

  async function run(): Promise<void> {
    const address = callbacks.address();
    assert(typeof address === "object" && address !== null);
    const url = `http://127.0.0.1:${address.port}/events`;
    const state = join(folder, "state.json");
    child = spawn(process.execPath, [main, broker.url, "--callback", url, "--state", state]);
    printed = [];
    createInterface({ input: child.stdout }).on("line", (line) => printed.push(JSON.parse(line)));
    await once(child.stderr, "data");
  }

  async function end(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  }

  const printedSeqs = () => printed.map(({ seq }) => seq);

  it("prints and posts each event in sequence, sends commands, and continues after a restart", async () => {
    await gateway.happen(3);
    gateway.sync.start();
    await gateway.until(() => gateway.sync.state().cursor === 3 && posted.length === 4);
    assert.deepEqual(printedSeqs(), [1, 2, 3]);
    assert.deepEqual(
      posted.map(({ seq }) => seq),
      [1, 1, 2, 3],
    );
    const { event, uuid, nickname, home_id } = posted[0] ?? {};
    assert.deepEqual(
      [event, uuid, nickname, home_id],
      ["lockerOpenAlarm", "0x00124b0001020304", "Front door", "home-1"],
    );
    child.stdin.write('gw-1 add_password {"password": "123456"}\n');
    await gateway.until(() => printed.some(({ command }) => command === "add_password"));
    assert.deepEqual(gateway.executor.executed[0]?.params, { password: "123456" });
    await gateway.until(() => gateway.sync.state().cursor === 4);
    await end();
    await gateway.happen(2);
    await run();
    await gateway.until(() => gateway.sync.state().cursor === 6);
    await gateway.until(() => printed.length === 2);
    assert.deepEqual(printedSeqs(), [5, 6]);
  });

  it("asks a gateway that is new to it for the whole journal", async () => {
    await end();
    await gateway.happen(5);
    gateway.sync.start();
    await gateway.until(() => gateway.sync.state().connected);
    rmSync(join(folder, "state.json"), { force: true });
    await run();
    await gateway.until(() => printed.length === 5);
    assert.deepEqual(printedSeqs(), [1, 2, 3, 4, 5]);
  });
});
