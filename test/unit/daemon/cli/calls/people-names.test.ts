import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { runProgram } from "../../../../../daemon/cli/program.ts";
import { commands } from "../../../../../daemon/commands/table.ts";
import { aLockId } from "../../../../support/records.ts";
import { type RunningApi, runApi } from "../../../../support/rest/running-api.ts";
import { CommandRoom } from "../../../../support/rigs/command-room.ts";

const otherLockId = "0x00124b0000abcdef";

interface Run {
  readonly code: number;
  /** What was printed, each run of spaces and line ends as one space. */
  readonly text: string;
  readonly seconds: number;
}

let folder: string;
let socket: string;
let room: CommandRoom;
let running: RunningApi;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "latchctl-"));
  socket = join(folder, "latchd.sock");
  room = await CommandRoom.open();
  running = await runApi(room.store, { socket, port: false, commands, executor: room.executor });
  await room.addLock();
  await room.addLock({ lock: otherLockId, name: "后门" });
});

afterEach(async () => {
  await running.api.close();
  await room.close();
  rmSync(folder, { recursive: true });
  assert.deepEqual(room.faults, []);
});

async function latchctl(args: readonly string[], input = ""): Promise<Run> {
  let text = "";
  const take = (part: string): void => {
    text += part;
  };
  const startMs = performance.now();
  const code = await runProgram(commands, args, {
    env: { LATCHD_SOCKET: socket },
    isInteractive: false,
    out: take,
    error: take,
    readInput: () => Promise.resolve(input),
  });
  const seconds = (performance.now() - startMs) / 1000;
  return { code, text: text.replaceAll(/\s+/g, " "), seconds };
}

async function done(...args: readonly string[]): Promise<string> {
  const { code, text } = await latchctl(args, "246810");
  assert.equal(code, 0, text);
  return text;
}

describe("what latchctl takes as the name of a lock", () => {
  it("is its address in each form in which labels print it", async () => {
    for (const text of [
      "00124B0000ABCDEF",
      "0X00124b0000abcdef",
      "00:12:4B:00:00:AB:CD:EF",
      "00-12-4b-00-00-ab-cd-ef",
      " 00 12 4b 00 00 ab cd ef ",
    ]) {
      assert.match(await done("lock", "rename", text, "后门"), /^"?后门"? is now called 后门/);
    }
    assert.equal((await latchctl(["lock", "show", "00124B0000ABCDE"])).code, 2);
  });

  it("is its name in capitals or not, or the name or id of its room", async () => {
    await done("home", "add", "永昌大厦");
    await done("room", "add", "永昌大厦", "3F West", "--id", "r-3w");
    await done("room", "bind", "后门", "永昌大厦", "3f west");
    for (const text of ["后门", "3F WEST", "r-3w"]) {
      assert.match(await done("lock", "show", text), /3F West, 永昌大厦/);
    }
    await done("lock", "move", "3f west", "永昌大厦");
    assert.match(await done("lock", "close", "永昌大厦"), /^后门 is locked/);
    assert.deepEqual(room.site.operated, [{ lock: otherLockId, action: "lock" }]);
    assert.match(await done("home", "list"), /永昌大厦 \(outer door\) 后门 bound/);
  });

  it("is refused with both locks where two have it, or the room of one is called like the other", async () => {
    await done("home", "add", "h");
    await done("room", "add", "h", "front door");
    await done("room", "bind", "后门", "h", "front door");
    for (const args of [
      ["lock", "open", "front door"],
      ["lock", "remove", "front door", "--yes"],
    ]) {
      const { code, text } = await latchctl(args);
      assert.equal(code, 2);
      assert.match(text, /fits several: .*0x00124b0000000001.*0x00124b0000abcdef/);
    }
    assert.deepEqual([room.site.operated, room.site.removed], [[], []]);
  });

  it("comes with the names that there are, where none has it", async () => {
    const { code, text } = await latchctl(["lock", "open", "cellar"]);
    assert.equal(code, 2);
    assert.match(text, /there is no lock "cellar"; there is "front door", "后门"/);
    assert.match((await latchctl(["lock", "open", ""])).text, /there is no lock ""/);
  });
});

describe("a password", () => {
  it("is named by its id, its name, or as the administrator's", async () => {
    await done("password", "admin", "后门", "--code", "135790");
    await done("password", "add", "后门", "--name", "Guest", "--one-time");
    for (const text of ["1", "guest", "GUEST"]) {
      assert.match(
        await done("password", "update", "后门", text, "--name", "Guest"),
        /^password 1 /,
      );
    }
    assert.match(
      await done("password", "update", "后门", "admin", "--description", "x"),
      /^password 999 /,
    );
    const { code, text } = await latchctl(["password", "delete", "后门", "gues"]);
    assert.equal(code, 2);
    assert.match(text, /there is no password "gues"; there is "Guest \(1\)", "administrator"/);
  });

  it("says when it opens, in the zone of the gateway, in the words it was given with", async () => {
    await done("password", "admin", "后门", "--code", "135790");
    const weekly = ["--weekly", "sat,sun 08:00-12:00", "--until", "30.1.2028 18:00"];
    const text = await done("password", "add", "后门", "--name", "cleaner", ...weekly);
    assert.match(text, /opens until 2028-01-30 18:00 sat,sun 08:00-12:00 next: latchctl password/);
    const changed = await done("password", "update", "后门", "cleaner", "--weekly", "none");
    assert.match(changed, /it opens until 2028-01-30 18:00/);
    assert.match(
      await done("password", "update", "后门", "cleaner", "--until", "never"),
      /it opens always/,
    );
  });

  it("is not taken with a time or hours that are none, which names what is accepted", async () => {
    await done("password", "admin", "后门", "--code", "135790");
    for (const [option, value, words] of [
      ["--until", "30/11/2028", /--until: "30\/11\/2028" is no time; write 18:00, "friday 18:00"/],
      ["--until", "1790000000000", /--until: .* milliseconds: give Unix seconds/],
      ["--weekly", "sa 8-12", /--weekly: "sa 8-12" are no hours of a week; write "sat,sun/],
      ["--one-time=maybe", "", /one-time/],
    ] as const) {
      const { code, text } = await latchctl(["password", "add", "后门", option, value], "246810");
      assert.equal(code, 2, option);
      assert.match(text, words);
    }
    assert.deepEqual(
      [...room.store.list("password")].map(({ id }) => id),
      [999],
    );
  });
});

describe("--wait", () => {
  const add = ["password", "add", "front door", "--wait", "20"] as const;

  beforeEach(async () => {
    await done("password", "admin", "front door", "--code", "135790");
  });

  it("ends at once where the code's time has not begun, and says when it begins", async () => {
    const { code, text, seconds } = await latchctl([...add, "--from", "30.1.2028 8:00"], "246810");
    assert.equal(code, 75);
    assert.match(text, /still on its way: it starts Sun 2028-01-30 08:00; the lock gets it then/);
    assert.ok(seconds < 10);
  });

  it("ends at once where no stick answers, and points to the doctor", async () => {
    const { report } = running.health;
    running.health.report = { ...report, stick: { state: "down", reason: "missing" } };
    const { code, text, seconds } = await latchctl([...add], "246810");
    running.health.report = report;
    assert.equal(code, 75);
    assert.match(text, /stick does not answer, so nothing reaches a lock: latchctl doctor/);
    assert.ok(seconds < 10);
  });

  it("asks to wake a lock that sleeps", async () => {
    const lock = room.store.get("lock", [aLockId]) ?? assert.fail();
    await room.addLock({ ...lock, capabilities: { ...lock.capabilities, isSleepy: true } });
    const { code, text } = await latchctl(
      ["password", "add", "front door", "--wait", "1"],
      "246810",
    );
    assert.equal(code, 75);
    assert.match(text, /waiting at most 1 s for front door .*front door sleeps: press a key on it/);
  });
});

describe("latchctl oplog", () => {
  it("shows the newest lines, the newest first", async () => {
    for (const name of ["a", "b", "c"])
      await done("lock", "rename", "后门", name).then(() => done("lock", "rename", name, "后门"));
    const text = await done("oplog", "--count", "3");
    assert.match(text, /renamed lock c .*renamed lock 后门 .*renamed lock b/);
    assert.doesNotMatch(text, /lock a/);
  });
});

describe("latchctl names", () => {
  it("gives a shell the names of locks, homes and rooms, one a line", async () => {
    await done("home", "add", "永昌大厦");
    await done("room", "add", "永昌大厦", "3F West");
    assert.equal(await done("names", "lock"), "front door 后门 ");
    assert.equal(await done("names", "home"), "永昌大厦 ");
    assert.equal(await done("names", "room"), "3F West ");
  });
});
