import assert from "node:assert/strict";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { httpLimits } from "../../../../daemon/api/listener/listener.ts";
import { ServedHouse } from "../../../support/radio/served-house.ts";
import { call, post, sendBytes } from "../../../support/rest/rest-client.ts";
import { within } from "../../../support/within.ts";

const limitMs = 60_000;

/** What somebody on the network tries with the daemon itself, a process of its own with a lock. */
describe("an attacker at the running daemon", { timeout: 6 * limitMs }, () => {
  let served: ServedHouse;
  let token = "";
  const pair: Record<string, string> = { client_id: "partner" };

  before(async () => {
    served = await ServedHouse.open();
    const { client_secret } = await served.call("client_add", { ...pair, scope: "manager" });
    pair["client_secret"] = String(client_secret);
    token = await grant();
    const administrator = { uuid: served.uuid, is_default: 1, password: "135790" };
    assert.equal((await served.call("add_password", administrator)).ErrNo, 0);
  });

  after(() => served.close());

  async function grant(): Promise<string> {
    const { body } = await post(served.tcp, "/openapi/v1/access_token", pair);
    assert.equal(body.ErrNo, 0, body.ErrMsg);
    return String(body["access_token"]);
  }

  it("holds up neither the locks nor the owner with slow and idle connections (row 8)", async () => {
    const floods: Socket[] = [];
    let answered = "";
    for (let count = 0; count < httpLimits.maxConnections * 3; count += 1) {
      const socket = connect({ host: "127.0.0.1", port: served.tcp.port });
      socket.on("error", () => undefined);
      socket.on("data", (bytes: Buffer) => {
        answered += bytes.toString();
      });
      socket.write("POST /openapi/v1/list_locks HTTP/1.1\r\nhost: localhost\r\n");
      floods.push(socket);
    }
    const drip = setInterval(() => {
      for (const socket of floods) if (!socket.destroyed) socket.write("x-a: b\r\n");
    }, 500);
    try {
      const begin = Math.floor(Date.now() / 1000) + 3;
      const wanted = { uuid: served.uuid, password: "864209", permission_begin: begin };
      assert.equal((await served.call("add_password", wanted)).ErrNo, 0);
      assert.equal(served.lock.keypad("864209"), "refused");
      await within(limitMs, "the window to be opened at the lock", async () => {
        // A lock that keeps the window itself has the code before it begins.
        while (!(await isAtLock()) || Date.now() < (begin + 1) * 1000) await pause();
      });
      assert.equal(served.lock.keypad("864209"), "opened");
      await within(limitMs, "the slow ones to be cut off", async () => {
        while (floods.some((socket) => !socket.closed)) await pause();
      });
    } finally {
      clearInterval(drip);
      for (const socket of floods) socket.destroy();
    }
    assert.match(answered, /HTTP\/1\.1 408 /);
    assert.equal((await call(served.tcp, "/api/health")).status, 200);
  });

  it("finds no token of a URL, no secret and no code in the log or the data (row 5)", async () => {
    await served.call("set_log_level", { level: "trace" });
    const { client_secret } = await served.call("client_add", {
      client_id: "fitter",
      scope: "technician",
    });
    const fitter = { client_id: "fitter", client_secret };
    const { body } = await post(served.tcp, "/openapi/v1/access_token", fitter);
    const other = String(body["access_token"]);
    const shown = `/openapi/v1/get_default_password_plaintext?uuid=${served.uuid}`;
    const read = await call(served.tcp, `${shown}&access_token=${token}`);
    assert.equal(read.body["password"], "135790");
    const { port } = served.tcp;
    await sendBytes(
      port,
      `GET /docs?access_token=${token} HTTP/1.1\r\nhost: localhost\r\n\r\n\u0001`,
    );
    await sendBytes(port, `GET /x?access_token=${token} HTTP/1.1\r\n\u0001: 1\r\n\r\n`);
    for (const path of ["/nowhere", "/openapi/v1/nothing", "/api.json", "/%zz", "/api/locks/odd"]) {
      for (const method of ["GET", "DELETE"]) {
        await call(served.tcp, `${path}?access_token=${token}`, { method });
      }
    }
    await post(served.tcp, "/openapi/v1/list_locks", { access_token: token, odd: 1 });
    // The last word: what comes before it in the log is all there is of the others.
    assert.equal((await call(served.tcp, `${shown}&access_token=${other}`)).body.ErrNo, 15_014);
    const { logLines } = served.daemon;
    await within(limitMs, "the line about the refusal", async () => {
      while (!logLines.some((line) => /call denied.*fitter|fitter.*call denied/.test(line))) {
        await pause();
      }
    });
    await served.call("set_log_level", { level: "debug" });
    const secrets = [token, other, String(pair["client_secret"]), String(client_secret), "135790"];
    const log = logLines.join("\n");
    const data = filesBelow(join(served.folder, "data")).map((file) =>
      readFileSync(file, "latin1"),
    );
    for (const secret of secrets) {
      assert.ok(secret.length > 5 && !log.includes(secret));
      assert.ok(data.every((text) => !text.includes(secret)));
    }
  });

  it("finds the daemon listening on the API's port and on no other (row 13)", () => {
    const { pid } = served.daemon;
    assert.ok(pid !== undefined);
    const sockets = new Set(
      readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
        try {
          return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
        } catch {
          // Closed since it was listed.
          return [];
        }
      }),
    );
    const listening = ["tcp", "tcp6", "udp", "udp6"].flatMap((kind) =>
      readFileSync(`/proc/${pid}/net/${kind}`, "utf8")
        .split("\n")
        .map((line) => line.trim().split(/\s+/))
        .filter((words) => sockets.has(words[9] ?? "") && (words[3] === "0A" || kind > "u"))
        .map((words) => Number.parseInt(words[1]?.split(":")[1] ?? "", 16)),
    );
    assert.deepEqual(listening, [served.tcp.port]);
  });

  it("waits after wrong secrets also when the daemon was killed and started again (row 2)", async () => {
    const guess = async (): Promise<number | null> => {
      const wrong = { client_id: "somebody", client_secret: "guess" };
      const { body, headers } = await post(served.tcp, "/openapi/v1/access_token", wrong);
      return body.ErrNo === 101 ? null : Number(headers["retry-after"]);
    };
    /** Waits until one more guess is heard. @returns how long the next one has to wait, s. */
    const waitAfterNext = async (): Promise<number> => {
      while ((await guess()) !== null) await pause();
      return (await guess()) ?? 0;
    };
    while ((await guess()) === null);
    let waitS = await waitAfterNext();
    for (const end of [() => served.daemon.kill(), () => served.daemon.stop()]) {
      await end();
      await served.start();
      const nextS = await waitAfterNext();
      // Forgotten guesses would be four free ones.
      assert.equal(nextS, waitS * 2);
      waitS = nextS;
    }
  });

  it("keeps a token over a restart, and loses it with its client (row 3)", async () => {
    await served.daemon.kill();
    await served.start();
    const look = async () => {
      const headers = { authorization: `Bearer ${token}` };
      return (await call(served.tcp, "/openapi/v1/list_locks", { headers })).body.ErrNo;
    };
    assert.equal(await look(), 0);
    await served.call("client_remove", { client_id: "partner" });
    assert.equal(await look(), 101);
    await served.daemon.stop();
    await served.start();
    assert.equal(await look(), 101);
  });

  async function isAtLock(): Promise<boolean> {
    const { passwords } = await served.call("fetch_passwords", { uuid: served.uuid });
    assert.ok(Array.isArray(passwords));
    const texts = passwords.map((password) => JSON.stringify(password));
    return texts.some((text) => /"begin":\d/.test(text) && text.includes('"at_lock":"enabled"'));
  }
});

function filesBelow(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}
