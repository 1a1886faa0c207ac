import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { runProgram } from "../../../../daemon/cli/program.ts";
import { CommandDispatcher } from "../../../../daemon/commands/dispatch.ts";
import { commands } from "../../../../daemon/commands/table.ts";
import type { KeyRing } from "../../../../sync/keys/key-ring.ts";
import { openProtection } from "../../../../sync/keys/protection.ts";
import { CloudKeys } from "../../../support/cloud/cloud-keys.ts";
import { type RunningApi, runApi } from "../../../support/rest/running-api.ts";
import { CommandRoom } from "../../../support/rigs/command-room.ts";

describe("latchctl keys", () => {
  let folder: string;
  let socket: string;
  let room: CommandRoom;
  let running: RunningApi;
  let cloudKeys: CloudKeys;
  let ring: KeyRing;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "latchctl-keys-"));
    socket = join(folder, "latchd.sock");
    room = await CommandRoom.open();
    cloudKeys = await CloudKeys.make();
    const opened = await openProtection({
      ownFile: join(folder, "keys", "gateway-keys.json"),
      cloudFile: cloudKeys.file,
      commands: "sealed",
      codes: "sealed",
      nowMs: () => 1_800_000_000_000,
    });
    ring = opened.ring;
    const executor = new CommandDispatcher({
      commands,
      store: room.store,
      sealer: room.vault,
      site: room.site,
      keys: ring,
      reading: () => ({ ...room.clock }),
      newId: () => "id",
      wake: () => {},
      onFault: (_command, cause) => assert.fail(String(cause)),
    });
    running = await runApi(room.store, { socket, port: false, commands, executor });
  });

  afterEach(async () => {
    await running.api.close();
    await cloudKeys.remove();
    await room.close();
    rmSync(folder, { recursive: true });
  });

  async function latchctl(...args: readonly string[]): Promise<{ code: number; out: string }> {
    let out = "";
    const code = await runProgram(commands, args, {
      env: { LATCHD_SOCKET: socket },
      isInteractive: true,
      out: (text) => {
        out += text;
      },
      error: (text) => {
        out += text;
      },
      readInput: () => Promise.resolve(""),
    });
    return { code, out };
  }

  it("says with --help what can be done", async () => {
    const { code, out } = await latchctl("keys", "--help");
    assert.equal(code, 0);
    assert.match(out, /show +Show the public keys/);
    assert.match(out, /rotate +Make a new key/);
    assert.match((await latchctl("call", "keys_rotate", "--help")).out, /one still\s+opens/);
  });

  it("shows the gateway's public key and the cloud's key ids, and nothing private", async () => {
    const { code, out } = await latchctl("keys", "show");
    assert.equal(code, 0);
    for (const text of [ring.currentKid, "sign-1", "open-1", '"crv": "P-256"']) {
      assert(out.includes(text), text);
    }
    assert.equal(out.includes('"d"'), false);
  });

  it("makes a new key and keeps the one before", async () => {
    const old = ring.currentKid;
    const { code, out } = await latchctl("keys", "rotate");
    assert.equal(code, 0);
    assert.notEqual(ring.currentKid, old);
    assert(out.includes(ring.currentKid) && out.includes(old));
    assert(ring.ownKey(old) !== undefined);
  });
});
