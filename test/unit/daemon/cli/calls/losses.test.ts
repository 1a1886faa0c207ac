import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { commands } from "../../../../../daemon/commands/table.ts";
import { aLockId } from "../../../../support/records.ts";
import { type RunningApi, runApi } from "../../../../support/rest/running-api.ts";
import { CommandRoom } from "../../../../support/rigs/command-room.ts";
import { within } from "../../../../support/within.ts";

const shipped = fileURLToPath(new URL("../../../../../daemon/cli/main.js", import.meta.url));
const otherLockId = "0x00124b0000000002";

let folder: string;
let socket: string;
let room: CommandRoom;
let running: RunningApi;
const children = new Set<ChildProcess>();

/** latchctl as it is shipped, as a process of its own. */
class Run {
  readonly #child: ChildProcess;
  readonly ended: Promise<number | null>;
  text = "";

  private constructor(command: string, args: readonly string[]) {
    this.#child = spawn(command, args, { env: { ...process.env, LATCHD_SOCKET: socket } });
    children.add(this.#child);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.text += chunk.toString();
      });
    }
    this.ended = new Promise((resolve) => {
      this.#child.once("close", (code) => {
        children.delete(this.#child);
        resolve(code);
      });
    });
  }

  /** Its output and input are pipes: nobody can be asked. */
  static inPipe(...args: string[]): Run {
    const run = new Run(process.execPath, [shipped, ...args]);
    run.#child.stdin?.end();
    return run;
  }

  /** On a pseudo terminal of its own. */
  static onTerminal(...args: string[]): Run {
    const line = [process.execPath, shipped, ...args].map((word) => `'${word}'`).join(" ");
    return new Run("script", ["-qefc", line, "/dev/null"]);
  }

  type(text: string): void {
    this.#child.stdin?.write(text);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** The reader of its output goes away. */
  closeOutput(): void {
    this.#child.stdout?.destroy();
  }

  shows(text: string): Promise<void> {
    return until(`latchctl to show "${text}"`, () => this.text.includes(text));
  }
}

function until(what: string, isSo: () => boolean): Promise<void> {
  return within(60_000, what, async () => {
    while (!isSo()) await new Promise((done) => setTimeout(done, 10));
  });
}

function isLockThere(): boolean {
  return room.store.get("lock", [aLockId]) !== undefined;
}

function tell(step: string, uuid = aLockId): void {
  running.pairing.tell({ id: step, event: step, body: { step, uuid } });
}

const isClosed = () => room.site.permitted?.seconds === 0;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "latchctl-"));
  socket = join(folder, "latchd.sock");
  room = await CommandRoom.open();
  running = await runApi(room.store, { socket, port: false, commands, executor: room.executor });
  await room.addLock();
});

afterEach(async () => {
  for (const child of children) child.kill("SIGKILL");
  await running.api.close();
  await room.close();
  rmSync(folder, { recursive: true });
  assert.deepEqual(room.faults, []);
});

describe("a command of latchctl that changes something", () => {
  it("does not take a part of a lock's name", async () => {
    const calls = [
      ["lock", "remove", "fro", "--yes"],
      ["lock", "open", "front"],
      ["lock", "close", "door"],
      ["lock", "rename", "fro", "back"],
      ["password", "admin", "fro", "--code", "135790"],
      ["password", "add", "fro", "--code", "135790"],
      ["password", "delete", "fro", "1", "--yes"],
      ["password", "freeze", "fro", "1"],
      ["room", "unbind", "fro"],
    ];
    for (const call of calls) {
      const run = Run.inPipe(...call);
      assert.notEqual(await run.ended, 0, call.join(" "));
    }
    const run = Run.inPipe("lock", "remove", "fro", "--yes");
    assert.equal(await run.ended, 2);
    assert.match(run.text, /no lock is named "fro" \(there is "front door"\).*whole name/);
    assert.ok(isLockThere());
    assert.deepEqual([room.site.removed, room.site.operated], [[], []]);
  });

  it("takes a part of the name where nothing is changed", async () => {
    assert.equal(await Run.inPipe("lock", "show", "fro").ended, 0);
  });

  it("asks on a terminal what is lost, and changes nothing without a yes", async () => {
    for (const answer of ["n\r", "\r", "\u0004"]) {
      const run = Run.onTerminal("lock", "remove", "front door");
      await run.shows("[y/N]");
      run.type(answer);
      assert.equal(await run.ended, 1);
      assert.match(
        run.text,
        /Lock "front door" \(0x.*passwords.*gone for good[\s\S]*nothing was changed/,
      );
      assert.ok(isLockThere());
    }
    const run = Run.onTerminal("lock", "remove", "Front Door");
    await run.shows("[y/N]");
    run.type("y\r");
    assert.equal(await run.ended, 0);
    assert.equal(isLockThere(), false);
  });

  it("changes nothing when the question is answered by Ctrl-C", async () => {
    const run = Run.onTerminal("lock", "remove", "front door");
    await run.shows("[y/N]");
    run.type("\u0003");
    assert.notEqual(await run.ended, 0);
    assert.ok(isLockThere());
  });

  it("needs --yes where nobody can be asked", async () => {
    const run = Run.inPipe("lock", "remove", "front door");
    assert.equal(await run.ended, 2);
    assert.match(run.text, /give --yes/);
    assert.ok(isLockThere());
    assert.equal(await Run.inPipe("lock", "remove", "front door", "--yes").ended, 0);
    assert.equal(isLockThere(), false);
  });

  it("asks for the API's own name of the command too, on a terminal", async () => {
    const run = Run.onTerminal("remove_lock", "--uuid", aLockId);
    await run.shows("[y/N]");
    run.type("n\r");
    assert.equal(await run.ended, 1);
    assert.ok(isLockThere());
  });

  it("adds no password when its --wait is wrong", async () => {
    for (const wait of ["abc", "-1", "1.5", "0", "3601"]) {
      const call = ["password", "admin", "front door", "--code", "135790", "--wait", wait];
      const run = Run.inPipe(...call);
      assert.equal(await run.ended, 2, wait);
      assert.match(run.text, /wait: a whole number from 1 to 3600/);
    }
    assert.deepEqual([...room.store.list("password")], []);
  });

  it("lets a script delete a password without --yes, by the exact name", async () => {
    assert.equal(
      (await room.call("add_password", { uuid: aLockId, is_default: 1, password: "135790" }))[
        "ErrNo"
      ],
      0,
    );
    assert.equal(
      (await room.call("add_password", { uuid: aLockId, is_default: 0, password: "246801" }))[
        "ErrNo"
      ],
      0,
    );
    assert.equal(await Run.inPipe("password", "delete", "front door", "1").ended, 0);
  });
});

describe("latchctl clock set", () => {
  it("asks on a terminal and says how far the time goes", async () => {
    const run = Run.onTerminal("clock", "set", "2027-06-01 12:00");
    await run.shows("[y/N]");
    assert.match(
      run.text,
      /changes from 2027-01-15T08:00:00.000Z to 2027-06-01T.*codes are cleared/,
    );
    run.type("n\r");
    assert.equal(await run.ended, 1);
    assert.deepEqual(room.site.diagnostics.clockSet, []);
  });

  it("sets the time with --yes, and what a source says", async () => {
    room.site.diagnostics.sources = [
      { source: "ntp", aheadMs: 86_400_000, ageMs: 5000, verdict: "leap" },
    ];
    const at = new Date("2027-06-01T12:00").getTime();
    assert.equal(await Run.inPipe("clock", "set", "2027-06-01 12:00", "--yes").ended, 0);
    assert.equal(await Run.inPipe("clock", "set", "--source", "ntp", "--yes").ended, 0);
    assert.deepEqual(room.site.diagnostics.clockSet, [at, 1_800_000_000_000 + 86_400_000]);
    const cloud = Run.inPipe("clock", "set", "--source", "cloud", "--yes");
    assert.equal(await cloud.ended, 1);
    assert.match(cloud.text, /cloud has given no time/);
  });

  it("refuses a time outside of what is believed", async () => {
    const run = Run.inPipe("clock", "set", "2098-01-01 12:00", "--yes");
    assert.equal(await run.ended, 1);
    assert.match(run.text, /must lie between/);
    assert.deepEqual(room.site.diagnostics.clockSet, []);
  });

  it("shows what each source says and why it is not believed", async () => {
    room.site.diagnostics.sources = [
      { source: "ntp", aheadMs: 86_400_000, ageMs: 5000, verdict: "leap" },
    ];
    const run = Run.inPipe("clock");
    assert.equal(await run.ended, 0);
    assert.match(run.text, /"source":"ntp".*"verdict":"leap".*second source must agree/);
  });

  it("is refused over TCP and MQTT", async () => {
    for (const transport of ["rest", "mqtt"] as const) {
      const caller = { transport, name: "x", scope: "technician", origin: "local" } as const;
      const params = { time: 1_800_000_000 };
      const { ErrNo } = await room.executor.execute({ command: "set_clock", params, caller });
      assert.equal(ErrNo, 15014);
    }
    assert.deepEqual(room.site.diagnostics.clockSet, []);
  });
});

describe("latchctl pair", () => {
  for (const signal of ["SIGINT", "SIGHUP", "SIGTERM"] as const) {
    it(`closes the network when ${signal} ends it`, async () => {
      const run = Run.inPipe("pair", "--any", "--seconds", "200");
      await until("the network to open", () => room.site.permitted?.seconds === 200);
      run.kill(signal);
      const code = await run.ended;
      assert.ok(isClosed());
      assert.equal(code, { SIGINT: 130, SIGHUP: 129, SIGTERM: 143 }[signal]);
    });
  }

  const question = "Install code or address";
  const label = "83FED3407A939723A5C639B26916D505C3B5";

  it("asks at a terminal which lock may join, and takes its address", async () => {
    for (const [typed, expected] of [
      ["0x00124B00000000AA", "0x00124b00000000aa"],
      ["00124b00000000ab", "0x00124b00000000ab"],
    ] as const) {
      const run = Run.onTerminal("pair", "--seconds", "200");
      await run.shows(question);
      assert.notEqual(room.site.permitted?.seconds, 200, "it is not open before the answer");
      run.type(`${typed}\r`);
      await run.shows("pairing mode");
      assert.deepEqual(room.site.permitted, { seconds: 200, expected });
      run.type("\u0003");
      assert.equal(await run.ended, 130);
      assert.ok(isClosed());
    }
  });

  it("takes the lock's install code as the answer, and lets only its device in", async () => {
    room.site.namedDevice = "0x00124b00000000aa";
    const run = Run.onTerminal("pair", "--seconds", "200");
    await run.shows(question);
    run.type(`${label}\r`);
    await run.shows("pairing mode");
    assert.deepEqual(room.site.installCodes, [label]);
    assert.deepEqual(room.site.permitted, { seconds: 200, expected: "0x00124b00000000aa" });
    run.type("\u0003");
    await run.ended;
  });

  it("does not open the network for an install code that names no device", async () => {
    const run = Run.onTerminal("pair", "--install-code", label, "--seconds", "200");
    assert.notEqual(await run.ended, 0);
    assert.match(run.text, /uuid: must be given too/);
    assert.equal(room.site.permitted, null);
  });

  it("opens nothing without an answer, or where there is nobody to ask", async () => {
    for (const answer of ["\r", "\u0004"]) {
      const run = Run.onTerminal("pair", "--seconds", "200");
      await run.shows(question);
      run.type(answer);
      assert.equal(await run.ended, 2);
      assert.match(run.text, /--install-code or --uuid.*--any lets in any device/);
    }
    const script = Run.inPipe("pair", "--seconds", "200");
    assert.equal(await script.ended, 2);
    assert.match(script.text, /--any lets in any device/);
    assert.equal(room.site.permitted, null);
  });

  it("asks nothing when an option lets in any device, or says which one", async () => {
    const uuid = "0x00124b00000000aa";
    for (const [args, expected] of [
      [["--any"], null],
      [["--uuid", uuid], uuid],
    ] as const) {
      const run = Run.onTerminal("pair", ...args, "--seconds", "200");
      await run.shows("pairing mode");
      assert.ok(!run.text.includes(question));
      assert.deepEqual(room.site.permitted, { seconds: 200, expected });
      run.type("\u0003");
      await run.ended;
    }
  });

  it("closes the network on Ctrl-C at a terminal", async () => {
    const run = Run.onTerminal("pair", "--any", "--seconds", "200");
    await run.shows("pairing mode");
    run.type("\u0003");
    assert.equal(await run.ended, 130);
    assert.ok(isClosed());
  });

  it("closes the network when its terminal hangs up", async () => {
    const run = Run.onTerminal("pair", "--any", "--seconds", "200");
    await run.shows("pairing mode");
    run.kill("SIGKILL");
    await until("the network to close", isClosed);
  });

  it("closes the network when nobody reads its output any more", async () => {
    const run = Run.inPipe("pair", "--any", "--seconds", "200");
    await until("the network to open", () => room.site.permitted?.seconds === 200);
    run.closeOutput();
    tell("joined");
    await until("the network to close", isClosed);
    await run.ended;
  });

  it("lets nobody in after its time and waits for a lock that joined in time", async () => {
    const run = Run.inPipe("pair", "--any", "--seconds", "1");
    await until("the network to open", () => room.site.permitted?.seconds === 1);
    tell("joined");
    await until("the network to close", isClosed);
    tell("probing");
    tell("paired");
    assert.equal(await run.ended, 0);
    assert.match(run.text, /"step":"paired"/);
  });

  it("waits for a second lock that joined before the first was paired", async () => {
    const run = Run.inPipe("pair", "--any", "--seconds", "100");
    await until("the network to open", () => room.site.permitted?.seconds === 100);
    tell("joined");
    tell("joined", otherLockId);
    tell("paired");
    await until("the network to close", isClosed);
    tell("failed", otherLockId);
    assert.equal(await run.ended, 0);
    assert.match(run.text, new RegExp(`failed.*${otherLockId}|${otherLockId}.*failed`));
  });

  it("fails when the lock that joined in time is refused in the end", async () => {
    const run = Run.inPipe("pair", "--any", "--seconds", "1");
    await until("the network to open", () => room.site.permitted?.seconds === 1);
    tell("joined");
    await until("the network to close", isClosed);
    tell("refused");
    assert.equal(await run.ended, 1);
  });
});
