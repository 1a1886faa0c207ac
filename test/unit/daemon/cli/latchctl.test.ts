import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { version } from "../../../../daemon/base/version.ts";
import { runProgram } from "../../../../daemon/cli/program.ts";
import type { Terminal } from "../../../../daemon/cli/terminal/terminal.ts";
import { type RunningApi, runApi, testCommands } from "../../../support/rest/running-api.ts";
import { aTemporaryStore, type TemporaryStore } from "../../../support/rigs/temporary-store.ts";

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

const ofTests = fileURLToPath(new URL("latchctl-of-tests.js", import.meta.url));
const shipped = fileURLToPath(new URL("../../../../daemon/cli/main.js", import.meta.url));

describe("latchctl", () => {
  const folder = mkdtempSync(join(tmpdir(), "latchctl-"));
  const socket = join(folder, "latchd.sock");
  let temp: TemporaryStore;
  let running: RunningApi;

  before(async () => {
    temp = await aTemporaryStore();
    running = await runApi(temp.store, { socket, port: false });
  });

  after(async () => {
    await running.api.close();
    await temp.remove();
    rmSync(folder, { recursive: true });
  });

  /** As a child process: arguments, standard input, exit code. */
  function run(args: readonly string[], input = "", script = ofTests): Promise<Run> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [script, ...args], {
        env: { ...process.env, LATCHD_SOCKET: socket },
      });
      let out = "";
      let error = "";
      child.stdout.on("data", (chunk: Buffer) => {
        out += chunk.toString();
      });
      child.stderr.on("data", (chunk: Buffer) => {
        error += chunk.toString();
      });
      child.on("error", reject);
      child.on("close", (code) => {
        resolve({ code, out, error });
      });
      child.stdin.end(input);
    });
  }

  /** As a user who is in no group of the daemon's. */
  function asNobody(args: readonly string[]): Promise<Run> {
    return new Promise((resolve, reject) => {
      const isRoot = process.getuid?.() === 0;
      const child = spawn(process.execPath, [ofTests, ...args], {
        env: { ...process.env, LATCHD_SOCKET: socket },
        ...(isRoot ? { uid: 65_534, gid: 65_534 } : {}),
      });
      let error = "";
      child.stderr.on("data", (chunk: Buffer) => {
        error += chunk.toString();
      });
      child.on("error", reject);
      child.on("close", (code) => resolve({ code, out: "", error }));
    });
  }

  /** Inside this process, as on a terminal. */
  async function onTerminal(...args: string[]): Promise<Run> {
    let out = "";
    let error = "";
    const terminal: Terminal = {
      env: { LATCHD_SOCKET: socket },
      isInteractive: true,
      out: (text) => {
        out += text;
      },
      error: (text) => {
        error += text;
      },
      readInput: () => Promise.resolve(""),
    };
    const code = await runProgram(testCommands, args, terminal);
    return { code, out, error };
  }

  it("refuses an empty --socket in place of speaking to a port of this machine", async () => {
    const { code, error } = await run(["--socket", "", "manage"]);
    assert.deepEqual(
      [code, error],
      [2, "latchctl: socket: must be the path of the daemon's unix socket\n"],
    );
  });

  it("says in one line which file or folder it cannot use", async () => {
    for (const folderGiven of ["", "/dev/null/keys"]) {
      const { code, error } = await run(["keys", "make", folderGiven], "", shipped);
      assert.equal(code, 1);
      assert.match(error, /^latchctl: (ENOENT|ENOTDIR): .*mkdir.*\n$/);
    }
  });

  it("sends a command as its schema says and prints the reply as JSON", async () => {
    const args = "--count 5 --text 0012 --flag --list 1 --list 2 --window.begin 3 --window.end 4";
    const { code, out } = await run(["manage", ...args.split(" ")]);
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(out), {
      ErrNo: 0,
      ErrMsg: "",
      got: { count: 5, text: "0012", flag: true, list: [1, 2], window: { begin: 3, end: 4 } },
      transport: "socket",
    });
  });

  it("reads parameters from standard input, so that a code need not stand in the process list", async () => {
    const { out } = await run(["manage", "--json-params", "-"], '{"text":"0012"}');
    assert.match(out, /"text":"0012"/);
  });

  it("exits with 1 and tells the ErrNo when the daemon refuses", async () => {
    const { code, error } = await onTerminal("manage", "--count", "77");
    assert.equal(code, 1);
    assert.match(error, /count.*\(ErrNo 14001\)/);
  });

  it("exits with 2 for a usage that it does not understand", async () => {
    assert.equal((await onTerminal("open_sesame")).code, 2);
    assert.equal((await onTerminal("manage", "--colour", "blue")).code, 2);
    assert.equal((await onTerminal("manage", "--json-params", "{")).code, 2);
    assert.equal((await onTerminal("manage", "--text", "a", "--text", "b")).code, 2);
  });

  it("exits with 69 when the daemon is not there", async () => {
    const nowhere = join(folder, "nowhere.sock");
    const { code, error } = await run(["health", "--socket", nowhere]);
    assert.equal(code, 69);
    assert.match(
      error,
      /not running, or its socket is elsewhere[\s\S]*\n +sudo systemctl status latchd/,
    );
  });

  it("exits with 77 and says what to do when the socket is not the caller's to use", async () => {
    const { code, error } = await asNobody(["health"]);
    // Only root can become somebody else: elsewhere the socket is one's own.
    if (process.getuid?.() !== 0) return;
    assert.equal(code, 77);
    assert.match(error, /you may not use[\s\S]*sudo adduser/);
  });

  it("exits with 69 when what answers is not the daemon", async () => {
    const path = join(folder, "other.sock");
    const other = createServer((connection) => connection.end("hello\r\n\r\n")).listen(path);
    assert.equal((await onTerminal("--socket", path, "health")).code, 69);
    other.close();
  });

  it("describes every command and every field of it", async () => {
    const help = await onTerminal("call", "--help");
    assert.equal(help.code, 0);
    for (const command of testCommands) assert.ok(help.out.includes(command.name));
    const { out } = await onTerminal("manage", "--help");
    assert.match(out, /--count <value>\s+how many \(0 … 10\)/);
    assert.match(out, /--window\.begin <value>/);
    assert.match(
      (await onTerminal("client_add", "--help")).out,
      /--scope <value>.*manager \| steward/s,
    );
  });

  it("takes a command's name with hyphens too", async () => {
    assert.equal((await onTerminal("client-list")).code, 0);
  });

  it("prints the same table on a terminal and into a pipe, and JSON when asked", async () => {
    await onTerminal("client_add", "--client_id", "partner", "--scope", "steward");
    const { out } = await onTerminal("client", "list");
    assert.match(out, /^client +scope +made\npartner +steward +\d{4}-/);
    assert.equal((await run(["client", "list"])).out, out);
    assert.equal(JSON.parse((await onTerminal("--json", "client", "list")).out).ErrNo, 0);
  });

  it("tells its version", async () => {
    assert.deepEqual(await run(["--version"]), { code: 0, out: `${version}\n`, error: "" });
  });

  it("does not let a text steer the terminal", async () => {
    const { out } = await onTerminal("manage", "--text", "a\u001b[2Jb");
    assert.ok(!out.includes("\u001b"));
  });

  it("shows the health and exits with 1 when a part is down", async () => {
    assert.equal((await onTerminal("health")).code, 0);
    const { report } = running.health;
    running.health.report = { ...report, stick: { state: "down", reason: "unplugged" } };
    const { code, out } = await onTerminal("health");
    running.health.report = report;
    assert.equal(code, 1);
    assert.match(out, /stick +down +unplugged/);
  });

  it("waits for the next event, one line of JSON", async () => {
    const waiting = run(["--json", "events"]);
    const deadline = Date.now() + 10_000;
    while (running.events.watchers === 0 && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    running.events.tell({ event: "batteryAlarm", body: { event: "batteryAlarm" } });
    const { code, out } = await waiting;
    assert.deepEqual([code, out], [0, '{"event":"batteryAlarm"}\n']);
  });

  it("is shipped with the product's command table", async () => {
    const { code, out } = await run(["call", "--help"], "", shipped);
    assert.equal(code, 0);
    assert.match(out, /add_password/);
    assert.match(out, /client_add/);
  });
});
