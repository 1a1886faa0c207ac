import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { SocketTaken } from "../../../../../daemon/api/listener/unix-socket.ts";
import { commands } from "../../../../../daemon/commands/table.ts";
import { errorTable } from "../../../../../daemon/core/model/errors.ts";
import { call, post } from "../../../../support/rest/rest-client.ts";
import { type RunningApi, runApi } from "../../../../support/rest/running-api.ts";
import { aTemporaryStore, type TemporaryStore } from "../../../../support/rigs/temporary-store.ts";

describe("the unix socket", () => {
  let folder: string;
  let socketPath: string;
  let temp: TemporaryStore;
  let running: RunningApi | undefined;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "latchd-socket-"));
    socketPath = join(folder, "latchd.sock");
    temp = await aTemporaryStore();
  });

  afterEach(async () => {
    await running?.api.close();
    running = undefined;
    await temp.remove();
    rmSync(folder, { recursive: true });
  });

  async function start(): Promise<RunningApi> {
    running = await runApi(temp.store, { socket: socketPath, port: false });
    return running;
  }

  it("lets its file's permissions be the check: owner and group, no token", async () => {
    const { api } = await start();
    assert.equal(api.tcp, null);
    assert.equal(statSync(socketPath).mode & 0o777, 0o660);
    const { body } = await post({ socketPath }, "/openapi/v1/manage", { text: "a" });
    assert.deepEqual(body, { ErrNo: 0, ErrMsg: "", got: { text: "a" }, transport: "socket" });
  });

  it("answers access_token too, and counts wrong secrets", async () => {
    await start();
    const guess = () =>
      post({ socketPath }, "/openapi/v1/access_token", { client_id: "a", client_secret: "b" });
    for (let count = 0; count < 5; count += 1) assert.equal((await guess()).body.ErrNo, 101);
    assert.equal((await guess()).body.ErrNo, 16002);
  });

  it("serves every command of the product, each with an ErrNo of the table", async () => {
    running = await runApi(temp.store, { socket: socketPath, port: false, commands });
    const known = new Set<number>([0, ...Object.values(errorTable).map((row) => row.errNo)]);
    for (const command of commands) {
      const answers = [await post({ socketPath }, `/openapi/v1/${command.name}`, {})];
      if (command.isReadOnly) {
        answers.push(await call({ socketPath }, `/openapi/v1/${command.name}`));
      }
      for (const { body } of answers) {
        assert.ok(known.has(body.ErrNo) && body.ErrNo !== 15000, `${command.name} ${body.ErrMsg}`);
      }
    }
  });

  it("leaves the process's file mask as it was", async () => {
    const before = process.umask();
    await start();
    assert.equal(process.umask(), before);
  });

  it("makes a client whose secret works once shown, lists it without, and removes it with its tokens", async () => {
    running = await runApi(temp.store, { socket: socketPath });
    const { tcp } = running;
    const added = await post({ socketPath }, "/openapi/v1/client_add", {
      client_id: "partner",
      scope: "manager",
    });
    const { client_secret } = added.body;
    assert.match(String(client_secret), /^[A-Za-z0-9_-]{43}$/);
    const pair = { client_id: "partner", client_secret };
    const { access_token } = (await post(tcp, "/openapi/v1/access_token", pair)).body;
    const look = async () =>
      (await call(tcp, `/openapi/v1/look?access_token=${access_token}`)).body;
    assert.equal((await look()).ErrNo, 0);

    const listed = await call({ socketPath }, "/openapi/v1/client_list");
    assert.match(JSON.stringify(listed.body), /"client_id":"partner"/);
    assert.ok(!JSON.stringify(listed.body).includes(String(client_secret)));

    const removed = await post({ socketPath }, "/openapi/v1/client_remove", {
      client_id: "partner",
    });
    const { tokens_removed } = removed.body;
    assert.equal(tokens_removed, 1);
    assert.equal((await look()).ErrNo, 101);
    assert.equal((await post(tcp, "/openapi/v1/access_token", pair)).body.ErrNo, 101);
  });

  it("refuses a second client of the same name and a removal of none", async () => {
    await start();
    const add = () =>
      post({ socketPath }, "/openapi/v1/client_add", { client_id: "a", scope: "steward" });
    assert.equal((await add()).body.ErrNo, 0);
    assert.equal((await add()).body.ErrNo, 11000);
    const removed = await post({ socketPath }, "/openapi/v1/client_remove", { client_id: "b" });
    assert.equal(removed.body.ErrNo, 15006);
  });

  it("gives each client its own random secret", async () => {
    await start();
    const secrets = new Set<unknown>();
    for (let count = 0; count < 5; count += 1) {
      const { body } = await post({ socketPath }, "/openapi/v1/client_add", {
        scope: "technician",
      });
      const { client_secret } = body;
      secrets.add(client_secret);
    }
    assert.equal(secrets.size, 5);
  });

  it("takes the place of a socket that a dead process left behind", async () => {
    const script = `require("node:net").createServer().listen(process.argv[1], () => process.stdout.write("."))`;
    const dead = spawn(process.execPath, ["-e", script, socketPath]);
    await once(dead.stdout, "data");
    dead.kill("SIGKILL");
    await once(dead, "exit");
    assert.ok(existsSync(socketPath));
    await start();
    assert.equal((await call({ socketPath }, "/api/health")).body.ErrNo, 0);
  });

  it("does not touch a socket that somebody serves, nor a file that is none", async () => {
    const other = createServer().listen(socketPath);
    await once(other, "listening");
    await assert.rejects(start(), SocketTaken);
    assert.ok(existsSync(socketPath));
    other.close();
    await once(other, "close");

    writeFileSync(socketPath, "precious");
    await assert.rejects(start(), SocketTaken);
    assert.equal(statSync(socketPath).size, 8);
  });

  it("is gone after a close", async () => {
    const { api } = await start();
    await api.close();
    assert.ok(!existsSync(socketPath));
  });
});
