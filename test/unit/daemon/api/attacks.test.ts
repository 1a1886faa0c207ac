import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { tokenLifeMs } from "../../../../daemon/api/authenticator.ts";
import { Clock } from "../../../../daemon/clock/clock.ts";
import { aLockId } from "../../../support/records.ts";
import { call, post } from "../../../support/rest/rest-client.ts";
import { fetchText, RestGateway } from "../../../support/rest/rest-gateway.ts";
import { runApi } from "../../../support/rest/running-api.ts";

/** What somebody on the network tries, and what has to come of it. */
describe("an attacker at the API", () => {
  let gateway: RestGateway;

  beforeEach(async () => {
    gateway = await RestGateway.open();
    await gateway.room.addSetUpLock();
  });

  afterEach(async () => {
    assert.deepEqual(gateway.room.faults, []);
    await gateway.close();
  });

  async function ask(client_id: unknown, client_secret: unknown): Promise<number> {
    const body = { client_id, client_secret };
    return (await post(gateway.tcp, "/openapi/v1/access_token", body)).body.ErrNo;
  }

  it("finds no default client and no default or empty secret", async () => {
    assert.deepEqual([...gateway.room.store.list("client")], []);
    await gateway.running.addClient("partner", "manager");
    for (const secret of ["", " ", "admin", "partner", "latchd", "123456"]) {
      assert.notEqual(await ask("partner", secret), 0);
    }
  });

  it("finds another secret on every gateway", async () => {
    const other = await RestGateway.open();
    const secret = await gateway.running.addClient("partner", "manager");
    assert.notEqual(await other.running.addClient("partner", "manager"), secret);
    const body = { client_id: "partner", client_secret: secret };
    const { ErrNo } = (await post(other.tcp, "/openapi/v1/access_token", body)).body;
    assert.equal(ErrNo, 101);
    await other.close();
  });

  it("gets fewer than 500 guesses a day, from however many addresses and clients", async () => {
    await gateway.running.addClient("partner", "manager");
    const dayMs = 86_400_000;
    const beganMs = gateway.running.clock.nowMs;
    let heard = 0;
    // Asks every 30 s for a day: whoever asks more often hears "wait" as often.
    while (gateway.running.clock.nowMs < beganMs + dayMs) {
      if ((await ask("partner", "wrong")) === 101) heard += 1;
      gateway.running.clock.nowMs += 30_000;
    }
    assert.ok(heard > 0 && heard < 500, `${heard} guesses`);
  });

  it("has a token that ends by itself, and none from before", async () => {
    const headers = await gateway.bearer();
    const path = "/openapi/v1/list_locks";
    assert.equal((await call(gateway.tcp, path, { headers })).body.ErrNo, 0);
    gateway.running.clock.nowMs += tokenLifeMs;
    assert.equal((await call(gateway.tcp, path, { headers })).body.ErrNo, 102);
    gateway.running.clock.nowMs += tokenLifeMs * 10;
    assert.equal((await call(gateway.tcp, path, { headers })).body.ErrNo, 102);
    const made = { authorization: `Bearer ${"A".repeat(43)}` };
    assert.equal((await call(gateway.tcp, path, { headers: made })).body.ErrNo, 101);
  });

  it("takes as long over an unknown client as over a wrong secret", async () => {
    await gateway.running.addClient("partner", "manager");
    const took = { partner: [] as number[], nobody: [] as number[] };
    for (let count = 0; count < 80; count += 1) {
      for (const client of ["partner", "nobody"] as const) {
        gateway.running.clock.nowMs += 10 * 60_000;
        const beganMs = performance.now();
        assert.equal(await ask(client, "a guess of some length"), 101);
        took[client].push(performance.now() - beganMs);
      }
    }
    const ratio = median(took.partner) / median(took.nobody);
    assert.ok(ratio > 1 / 3 && ratio < 3, `ratio ${ratio}`);
  });

  it("has no use of a clock that is set back: the end of a token goes by trusted time", async () => {
    let machineMs = 1_800_000_000_000;
    let elapsedMs = 0;
    const clock = new Clock({
      trust: "system",
      buildMs: machineMs,
      marks: { load: () => null, save: () => Promise.resolve() },
      onSaveFailed: (cause) => assert.fail(String(cause)),
      machine: {
        systemMs: () => machineMs,
        monotonicMs: () => elapsedMs,
        hasSystemd: () => false,
        boot: () => null,
        isSynchronized: () => Promise.resolve(true),
        every: () => () => undefined,
      },
    });
    const running = await runApi(gateway.room.store, { clock: () => clock.reading() });
    const client_secret = await running.addClient("partner", "manager");
    const pair = { client_id: "partner", client_secret };
    const { body } = await post(running.tcp, "/openapi/v1/access_token", pair);
    const headers = { authorization: `Bearer ${body["access_token"]}` };
    const look = async () => (await call(running.tcp, "/openapi/v1/look", { headers })).body.ErrNo;
    assert.equal(await look(), 0);
    elapsedMs += tokenLifeMs;
    machineMs -= 24 * 3_600_000;
    assert.equal(await look(), 102);
    clock.close();
    await running.api.close();
  });

  it("reads no code with a technician's, installer's or steward's token", async () => {
    for (const scope of ["technician", "installer", "steward"] as const) {
      const headers = await gateway.bearer(scope);
      for (const name of ["get_default_password_plaintext", "get_dynamic_password_plaintext"]) {
        const path = `/openapi/v1/${name}?uuid=${aLockId}`;
        const { status, body } = await call(gateway.tcp, path, { headers });
        assert.deepEqual([status, body.ErrNo, body["password"]], [403, 15014, undefined]);
      }
    }
    const denied = gateway.running.logLines.filter((line) => line.includes("call denied"));
    for (const scope of ["technician", "installer", "steward"]) {
      const line = denied.find((text) => text.includes(`"client":"${scope}"`)) ?? "";
      assert.match(line, /"call":"get_(default|dynamic)_password_plaintext"/);
    }
  });

  it("finds no token, secret or code in the log", async () => {
    const token = await gateway.token();
    const path = `/openapi/v1/get_default_password_plaintext?uuid=${aLockId}&access_token=${token}`;
    assert.equal((await call(gateway.tcp, path)).body["password"], "135790");
    await ask("partner", "the-wrong-secret");
    await call(gateway.tcp, `/nowhere?access_token=${token}`);
    const log = gateway.running.logLines.join("\n");
    for (const secret of [token, "the-wrong-secret", "135790"]) {
      assert.ok(!log.includes(secret));
    }
  });

  for (const id of [
    "../../etc/passwd",
    "0x00124b0000000001\u0000",
    "0x00124b0000000001/../2",
    "0X00124B00000000O1",
    "\u0030\uff58124b0000000001",
    "0x00124b000000000\u0661",
    "' OR 1=1 --",
    "{$gt:''}",
    "*",
  ]) {
    it(`reaches no record by the odd id ${JSON.stringify(id)}`, async () => {
      const { body } = await gateway.send("POST", "/openapi/v1/fetch_passwords", { uuid: id });
      assert.equal(body.ErrNo, 14001);
      const path = `/api/locks/${encodeURIComponent(id)}`;
      const { status } = await gateway.send("GET", path);
      assert.ok(status === 400 || status === 404, String(status));
    });
  }

  it("cannot make one record's key reach into another's", async () => {
    for (const home_id of ["h", "h\u0002", "h/r", "h\uffff", "h "]) {
      await gateway.send("POST", "/openapi/v1/add_home", { home_id });
    }
    const words = { room_name: "", room_description: "" };
    await gateway.send("POST", "/openapi/v1/add_room", { home_id: "h", room_id: "r", ...words });
    for (const home_id of ["h/r", "h\uffff", "h "]) {
      assert.deepEqual([...gateway.room.store.list("room", [home_id])], []);
    }
    assert.equal([...gateway.room.store.list("room", ["h"])].length, 1);
  });

  for (const name of ["__proto__", "constructor", "prototype"]) {
    it(`cannot reach a prototype by ${name}`, async () => {
      const headers = { ...(await gateway.bearer()), "content-type": "application/json" };
      const body = `{"uuid":"${aLockId}","${name}":{"scope":"manager","isAdmin":true}}`;
      const path = "/openapi/v1/fetch_passwords";
      const answer = await call(gateway.tcp, path, { method: "POST", headers, body });
      assert.equal(answer.body.ErrNo, 14001);
      assert.equal(Reflect.get({}, "isAdmin"), undefined);
    });
  }

  it("is turned away with 10 MB and with deep JSON, and the memory stays", async () => {
    const headers = { ...(await gateway.bearer()), "content-type": "application/json" };
    const path = "/openapi/v1/add_home";
    const before = process.memoryUsage.rss();
    for (let count = 0; count < 5; count += 1) {
      // The connection may be closed before all of the body is out: that is a refusal, too.
      const big = { method: "POST", headers, body: "x".repeat(10 * 1024 * 1024) };
      const status = await call(gateway.tcp, path, big).then(
        (answer) => answer.status,
        () => 413,
      );
      assert.equal(status, 413);
      const deep = `{"home_id":${"[".repeat(30_000)}${"]".repeat(30_000)}}`;
      assert.equal(
        (await call(gateway.tcp, path, { method: "POST", headers, body: deep })).status,
        400,
      );
    }
    assert.ok(process.memoryUsage.rss() - before < 150 * 1024 * 1024);
  });

  it("cannot rebind a name to the gateway, nor use a browser's forms", async () => {
    const auth = await gateway.bearer();
    const path = `/api/locks/${aLockId}/unlock`;
    const foreign = { ...auth, host: "evil.example", "content-type": "application/json" };
    const rebound = await call(gateway.tcp, path, { method: "POST", headers: foreign });
    assert.equal(rebound.status, 421);
    const origin = { ...auth, origin: "https://evil.example", "content-type": "application/json" };
    assert.equal((await call(gateway.tcp, path, { method: "POST", headers: origin })).status, 403);
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
      const headers = { ...auth, "content-type": type };
      const form = await call(gateway.tcp, path, { method: "POST", headers, body: "{}" });
      assert.equal(form.status, 415);
    }
    assert.deepEqual(gateway.room.site.operated, []);
  });

  it("cannot put a script into any page by a lock's name", async () => {
    const name = "<img src=x onerror=alert(1)>";
    await gateway.send("POST", "/openapi/v1/rename_lock", { uuid: aLockId, name });
    const headers = await gateway.bearer();
    for (const path of ["/docs", "/api/network/map.svg"]) {
      const { text } = await fetchText(gateway.tcp, path, headers);
      assert.ok(!text.includes("<img"));
    }
    const { headers: guard } = await call(gateway.tcp, "/api/health");
    assert.match(String(guard["content-security-policy"]), /default-src 'self'/);
    assert.equal(guard["x-content-type-options"], "nosniff");
  });

  it("gets the same 401 for what there is and what there is not, whatever its parameters", async () => {
    for (const path of ["/openapi/v1/list_locks?x=1", "/api/locks/odd", "/metrics", "/docs"]) {
      const { status, body } = await call(gateway.tcp, path);
      assert.deepEqual([status, body.ErrNo], [401, 101], path);
    }
    const params = { seconds: 9, uuid: [] };
    const { status } = await post(gateway.tcp, "/api/pairing", params);
    assert.equal(status, 401);
  });

  it("finds no other port, and cannot make the gateway call one of its own", async () => {
    for (const url of [
      "http://192.168.1.1/",
      "https://192.168.1.1/",
      "https://[fd00::1]/",
      "https://169.254.169.254/latest/meta-data/",
      "https://0x7f000001.nip.example@10.0.0.1/",
      "https://3232235777/",
      "file:///etc/passwd",
      "gopher://127.0.0.1:8480/",
    ]) {
      const { body } = await gateway.send("POST", "/api/callbacks", { url });
      assert.equal(body.ErrNo, 14001);
    }
  });
});

function median(numbers: readonly number[]): number {
  return numbers.toSorted((left, right) => left - right)[Math.floor(numbers.length / 2)] ?? 0;
}
