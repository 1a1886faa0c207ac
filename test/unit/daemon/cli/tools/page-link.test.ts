import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { runProgram } from "../../../../../daemon/cli/program.ts";
import { commands } from "../../../../../daemon/commands/table.ts";
import { setUpCodeLifeMs } from "../../../../../daemon/core/model/gateway/set-up-code.ts";
import { PageGateway } from "../../../../support/rest/page-gateway.ts";

const fingerprint = Array<string>(32).fill("AB").join(":");
const authorityFingerprint = Array<string>(32).fill("CD").join(":");
const page = {
  urls: ["https://gw.local/", "https://192.0.2.7/"],
  ...{ fingerprint, authorityFingerprint },
};

describe("latchctl page", () => {
  let folder = "";
  let socket = "";
  let gateway: PageGateway;
  let isPageServed = true;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "latchctl-page-"));
    socket = join(folder, "latchd.sock");
    isPageServed = true;
    gateway = await PageGateway.open({
      socket,
      site: { page: () => (isPageServed ? page : null) },
    });
  });

  afterEach(async () => {
    await gateway.close();
    rmSync(folder, { recursive: true });
  });

  async function run(...args: string[]) {
    let [out, error] = ["", ""];
    const code = await runProgram(commands, args, {
      env: { LATCHD_SOCKET: socket },
      isInteractive: true,
      out: (text) => {
        out += text;
      },
      error: (text) => {
        error += text;
      },
      readInput: () => Promise.resolve(""),
    });
    return { code, out, error };
  }

  const enter = (body: object) => gateway.browser().post("/api/session", body);

  it("shows a QR code and the link for the first account while there is none", async () => {
    const { code, out } = await run("page");
    assert.equal(code, 0);
    assert.match(out, /This gateway has no account yet\. Open this link once/);
    assert.match(out, /[█▀▄]{8}/, "the QR code");
    const [, first = "", secret = ""] =
      /( https:\/\/gw\.local\/#setup=([A-Za-z0-9_-]{43}))\n/.exec(out) ?? [];
    assert.ok(out.includes(`${first.replace("gw.local", "192.0.2.7")}\n`));
    assert.match(out, /fingerprint:\n {2}(AB:){15}AB\n {2}(AB:){15}AB\n/);
    assert.match(out, /authority .*this one:\n {2}(CD:){15}CD\n {2}(CD:){15}CD\n/);
    const entry = await enter({ setup: secret, name: "Ann", passphrase: "another four words" });
    assert.equal(entry.body.ErrNo, 0, entry.body.ErrMsg);
    assert.match(
      (await run("page")).out,
      /The page of this gateway:[\s\S]*https:\/\/gw\.local\/#\/\n/,
    );
  });

  it("ends the code before when it makes another one", async () => {
    const secretOf = (out: string) => /#setup=([A-Za-z0-9_-]{43})/.exec(out)?.[1] ?? "";
    const [first, second] = [(await run("page")).out, (await run("page")).out];
    const wanted = { name: "Ann", passphrase: "another four words" };
    assert.equal((await enter({ setup: secretOf(first), ...wanted })).body.ErrNo, 101);
    assert.equal((await enter({ setup: secretOf(second), ...wanted })).body.ErrNo, 0);
  });

  it("answers as JSON for a script", async () => {
    const { code, out } = await run("--json", "page");
    const { ErrNo, kind, url, other_urls: others, expires_at: endS, ...rest } = JSON.parse(out);
    assert.deepEqual([code, ErrNo, kind, others.length], [0, 0, "setup", 1]);
    assert.match(url, /^https:\/\/gw\.local\/#setup=[A-Za-z0-9_-]{43}$/);
    assert.equal(endS, (gateway.clock.nowMs + setUpCodeLifeMs) / 1000);
    assert.deepEqual([rest.fingerprint, rest.ca_fingerprint], [fingerprint, authorityFingerprint]);
  });

  it("makes a pass of four hours for a person and a home", async () => {
    await gateway.addAccount("Ann");
    const { code, out } = await run("page", "--pass", "4h", "--for", "Ivo", "--home", "h1", "h2");
    assert.equal(code, 0);
    assert.match(out, /An installer's pass\. This link lets one browser in, once:/);
    const [pass] = gateway.store.list("pass");
    assert.deepEqual(
      [pass?.name, pass?.homes, pass?.createdBy, pass?.expiresAtMs],
      ["Ivo", ["h1", "h2"], "local", gateway.clock.nowMs + 4 * 3_600_000],
    );
    const secret = /#pass=([A-Za-z0-9_-]{43})/.exec(out)?.[1];
    assert.equal((await enter({ pass: secret })).body["name"], "Ivo");
  });

  for (const length of ["4", "0h", "4x", "1.5h", "-4h", "100000m", "forever"]) {
    it(`refuses the length ${length}`, async () => {
      const { code, error } = await run("page", `--pass=${length}`);
      assert.notEqual(code, 0);
      assert.match(error, /--pass: \S+ is not a length such as 30m, 4h or 2d/);
      assert.equal([...gateway.store.list("pass")].length, 0);
    });
  }

  for (const length of ["4m", "8d"]) {
    it(`refuses the length ${length}, which no pass may have`, async () => {
      const { code, error } = await run("page", "--pass", length);
      assert.notEqual(code, 0);
      assert.match(error, /life_s: must be/);
    });
  }

  it("refuses --for and --home without --pass", async () => {
    for (const option of ["--for", "--home"]) {
      const { code, error } = await run("page", option, "x");
      assert.notEqual(code, 0);
      assert.match(error, /--for and --home go with --pass/);
    }
  });

  it("says what to change when the page is not served", async () => {
    isPageServed = false;
    const { code, error } = await run("page");
    assert.notEqual(code, 0);
    assert.match(error, /set api\.page to true and api\.port to a port/);
  });
});
