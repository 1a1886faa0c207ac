import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { aLockId } from "../../../../support/records.ts";
import { Run, room } from "./shipped-latchctl.ts";

function isLockThere(): boolean {
  return room.store.get("lock", [aLockId]) !== undefined;
}

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
    assert.match(run.text, /no lock is named "fro" \(there is "front door"\)[\s\S]*whole name/);
    assert.ok(isLockThere());
    assert.deepEqual([room.site.removed, room.site.operated], [[], []]);
  });

  it("takes a part of the name where nothing is changed", async () => {
    assert.equal(await Run.inPipe("lock", "show", "fro").ended, 0);
  });

  it("asks on a terminal for the name of the lock, and changes nothing without it", async () => {
    for (const answer of ["y\r", "front\r", "\r", "\u0004"]) {
      const run = Run.onTerminal("lock", "remove", "front door");
      await run.shows("to go on:");
      run.type(answer);
      assert.equal(await run.ended, 1);
      assert.match(
        run.text,
        /Lock "front door" \(0x.*passwords[\s\S]*gone\s+for good[\s\S]*nothing was changed/,
      );
      assert.ok(isLockThere());
    }
    const run = Run.onTerminal("lock", "remove", "Front Door");
    await run.shows("Type its name (front door) to go on:");
    run.type("front door\r");
    assert.equal(await run.ended, 0);
    assert.equal(isLockThere(), false);
  });

  it("changes nothing when the question is answered by Ctrl-C", async () => {
    const run = Run.onTerminal("lock", "remove", "front door");
    await run.shows("to go on:");
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
    const run = Run.onTerminal("call", "remove_lock", "--uuid", aLockId);
    await run.shows("to go on:");
    run.type("n\r");
    assert.equal(await run.ended, 1);
    assert.ok(isLockThere());
  });

  it("adds no password when its --wait is wrong", async () => {
    for (const wait of ["abc", "-1", "1.5", "0", "3601"]) {
      const call = ["password", "admin", "front door", "--code", "135790", "--wait", wait];
      const run = Run.inPipe(...call);
      assert.equal(await run.ended, 2, wait);
      assert.match(run.text, /--wait: a whole number of seconds from 1 to 3600/);
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
      /changes from 2027-01-15 0.:00:00 to 2027-06-01[\s\S]*codes\s+are\s+cleared/,
    );
    run.type("n\r");
    assert.equal(await run.ended, 1);
    assert.deepEqual(room.site.diagnostics.clockSet, []);
  });

  it("sets the time with --yes, and what a source says", async () => {
    room.site.diagnostics.sources = [
      { source: "ntp", aheadMs: 86_400_000, ageMs: 5000, verdict: "leap" },
    ];
    const at = Date.parse("2027-06-01T12:00+02:00");
    assert.equal(await Run.inPipe("clock", "set", "2027-06-01 12:00", "--yes").ended, 0);
    assert.equal(await Run.inPipe("clock", "set", "--source", "ntp", "--yes").ended, 0);
    assert.deepEqual(room.site.diagnostics.clockSet, [at, 1_800_000_000_000 + 86_400_000]);
    const cloud = Run.inPipe("clock", "set", "--source", "cloud", "--yes");
    assert.equal(await cloud.ended, 1);
    assert.match(cloud.text, /cloud has given no\s+time/);
  });

  it("refuses a time outside of what is believed", async () => {
    const run = Run.inPipe("clock", "set", "2098-01-01 12:00", "--yes");
    assert.equal(await run.ended, 1);
    assert.match(run.text, /must lie\s+between/);
    assert.deepEqual(room.site.diagnostics.clockSet, []);
  });

  it("shows what each source says and why it is not believed", async () => {
    room.site.diagnostics.sources = [
      { source: "ntp", aheadMs: 86_400_000, ageMs: 5000, verdict: "leap" },
    ];
    const run = Run.inPipe("clock");
    assert.equal(await run.ended, 0);
    assert.match(run.text, /ntp +2027-.*leap +too far ahead[\s\S]*second source\s+must/);
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
