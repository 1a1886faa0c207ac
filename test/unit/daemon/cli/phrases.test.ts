import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { runProgram } from "../../../../daemon/cli/program.ts";
import { commands } from "../../../../daemon/commands/table.ts";
import { put } from "../../../../daemon/store/store.ts";
import { aLockId } from "../../../support/records.ts";
import { type RunningApi, runApi } from "../../../support/rest/running-api.ts";
import { CommandRoom } from "../../../support/rigs/command-room.ts";
import { within } from "../../../support/within.ts";

interface Run {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

describe("latchctl, in the words of people", () => {
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
  });

  afterEach(async () => {
    await running.api.close();
    await room.close();
    rmSync(folder, { recursive: true });
    assert.deepEqual(room.faults, []);
  });

  async function latchctl(args: readonly string[], input = "", isInteractive = true): Promise<Run> {
    let out = "";
    let error = "";
    const code = await runProgram(commands, args, {
      env: { LATCHD_SOCKET: socket },
      isInteractive,
      out: (text) => {
        out += text;
      },
      error: (text) => {
        error += text;
      },
      readInput: () => Promise.resolve(input),
    });
    return { code, out, error };
  }

  it("shows how much is logged, and changes it when a level is given", async () => {
    assert.deepEqual((await latchctl(["log-level"])).out, "level  info\n");
    assert.equal((await latchctl(["log-level", "debug"])).code, 0);
    assert.deepEqual((await latchctl(["log-level"])).out, "level  debug\n");
    const { code, error } = await latchctl(["log-level", "loud"]);
    const levels = "one of trace, debug, info, warn, error, fatal";
    assert.deepEqual([code, error], [2, `latchctl: level: must be ${levels}\n`]);
  });

  it("lists locks in columns a person can read", async () => {
    const { out } = await latchctl(["locks"]);
    assert.match(out, /name +address +model/);
    assert.match(out, /front door +0x00124b0000000001/);
    assert.doesNotMatch(out, /capabilities/);
  });

  it("leads a password through its life, by the lock's name", async () => {
    assert.equal((await latchctl(["password", "admin", "front door", "--code", "135790"])).code, 0);
    const window = ["--from", "2027-11-26 18:00", "--until", "2027-11-29", "--name", "guest"];
    const added = await latchctl(["password", "add", "front door", ...window], "246810\n");
    assert.equal(added.code, 0);
    assert.match(added.out, /accepted: it opens\s+from 2027-11-26 18:00 until\s+2027-11-29 00:00/);
    const { window: kept, name } = room.store.get("password", [aLockId, 1]) ?? assert.fail();
    assert.equal(kept.beginMs, Date.parse("2027-11-26T18:00+01:00"));
    assert.equal(kept.endMs, Date.parse("2027-11-29T00:00+01:00"));
    assert.equal(name, "guest");
    assert.equal((await latchctl(["password", "freeze", aLockId, "1"])).code, 0);
    assert.equal((await latchctl(["password", "unfreeze", "FRONT DOOR", "1"])).code, 0);
    assert.equal(
      (await latchctl(["password", "update", "Front Door", "1", "--until", "2027-12-01"])).code,
      0,
    );
    const { out } = await latchctl(["password", "list", "front"]);
    assert.match(out, /id +name +in the lock +opens now +when/);
    assert.match(out, /1 +guest +being changed +no +from 2027-11-26 18:00 until/);
    assert.match(out, /999 +administrator +on its way +not yet +always/);
    assert.equal((await latchctl(["password", "delete", "front door", "1"])).code, 0);
    const refused = await latchctl(["password", "delete", "front door", "999"]);
    assert.equal(refused.code, 1);
    assert.match(refused.error, /15013/);
  });

  it("asks which lock is meant where a name fits several, and tells one that is not there", async () => {
    await room.addLock({ lock: "0x00124b0000000002", name: "back door" });
    const both = await latchctl(["lock", "show", "door"]);
    assert.equal(both.code, 2);
    assert.match(both.error, /front door \(0x.*back\s+door \(0x/);
    assert.match(
      (await latchctl(["lock", "show", "cellar"])).error,
      /no lock "cellar"; there is "front/,
    );
  });

  it("shows how a pairing goes and closes the network after it", async () => {
    const pairing = latchctl(["pair", "--any", "--seconds", "60"]);
    await within(10_000, "the network to open", async () => {
      while (room.site.permitted === null) await new Promise((done) => setTimeout(done, 5));
    });
    const uuid = aLockId;
    running.pairing.tell({ event: "joined", body: { step: "joined", uuid } });
    const model = "a\u001bb";
    running.pairing.tell({ event: "paired", body: { step: "paired", uuid, model } });
    const { code, out } = await pairing;
    assert.equal(code, 0);
    assert.match(
      out,
      /^open for 60 s.*\n {2}0x.* joined\n\+ 0x.*is paired: a\ufffdb\nclosed; 1 of 1.*\nnext: latchctl lock rename 0x/,
    );
    assert.deepEqual(room.site.permitted, { seconds: 0, expected: null });
  });

  it("says in words that a lock takes codes of four digits only", async () => {
    const pairing = latchctl(["pair", "--any", "--seconds", "60"]);
    await within(10_000, "the network to open", async () => {
      while ((room.site.permitted?.seconds ?? 0) === 0) {
        await new Promise((done) => setTimeout(done, 5));
      }
    });
    const digits = { code_digits: "4-4", takes_six_digits: 0 };
    const body = { step: "paired", uuid: aLockId, ...digits };
    running.pairing.tell({ event: "paired", body });
    const { code, out } = await pairing;
    assert.equal(code, 0);
    assert.match(out, /codes of 4 digits only: six digits cannot be set in it\./);
  });

  it("ends a pairing with its time, and exits with 1 when nothing came", async () => {
    const { code, out } = await within(10_000, "the end", () =>
      latchctl(["pair", "--any", "--seconds", "1"]),
    );
    assert.equal(code, 1);
    assert.match(out, /closed; 0 of 1 paired/);
  });

  it("examines everything and says what to do", async () => {
    await room.addLock({ lock: "0x00124b0000000002", name: "cellar", isOnline: false });
    await room.addLock({ lock: "0x00124b0000000003", name: "attic", batteryPercent: 5 });
    const { code, out } = await latchctl(["doctor"]);
    assert.equal(code, 1);
    assert.match(out, /ok +the daemon answers/);
    assert.match(
      out,
      /warn +lock front door .* has no administrator code: no other\n +can be added\n +-> latchctl password admin/,
    );
    assert.match(out, /bad +lock cellar .* is offline\n +-> press a key/);
    assert.match(out, /warn +lock attic .*battery 5 %\n +-> change/);
    assert.match(out, /ok +stick .*answers in 4 ms/);
    const json = await latchctl(["--json", "doctor"]);
    assert.equal(JSON.parse(json.out).ok, false);
  });

  it("examines also a gateway whose daemon is down", async () => {
    const nowhere = join(folder, "none.sock");
    const { code, out } = await latchctl(["--socket", nowhere, "doctor"]);
    assert.equal(code, 1);
    assert.match(out, /does not answer[\s\S]*systemctl status latchd[\s\S]*there is no socket/);
  });

  it("describes each phrase by the command's own words", async () => {
    const { out } = await latchctl(["password", "add", "--help"]);
    assert.match(out, /Add a code to a lock/);
    assert.match(out, /--until <time>\s+opens until then[\s\S]*"friday/);
    assert.match(out, /--wait \[seconds\]/);
    assert.doesNotMatch(out, /--uuid/);
  });

  it("names the option of the phrase in a fault, not the field behind it", async () => {
    const { code, error } = await latchctl(["password", "add", "front door", "--from", "some day"]);
    assert.equal(code, 2);
    assert.match(error, /--from: "some day" is no time; write 18:00/);
  });

  it("waits for what the lock makes of it, and tells it apart from what is still under way", async () => {
    const waiting = await latchctl([
      ...["password", "admin", "front door", "--code", "135790"],
      ...["--wait", "1"],
    ]);
    assert.equal(waiting.code, 75);
    assert.match(waiting.out, /still on its way/);
    const stages = [
      ["failed", 1, /failed: the lock is full/],
      ["done", 0, /done: front door has confirmed/],
    ] as const;
    for (const [operationStage, code, text] of stages) {
      const words = ["password", "update", "front door", "999", "--code", "246813", "--wait"];
      const reported = latchctl(words);
      await within(5000, "the change", async () => {
        const isTaken = () => room.store.get("password", [aLockId, 999])?.operation === "update";
        while (!isTaken()) await new Promise((done) => setTimeout(done, 5));
      });
      const record = room.store.get("password", [aLockId, 999]) ?? assert.fail();
      const failure = operationStage === "failed" ? "full" : null;
      await room.put(put("password", [aLockId, 999], { ...record, operationStage, failure }));
      const run = await reported;
      assert.deepEqual([run.code, text.test(run.out)], [code, true], run.out);
      await room.put(put("password", [aLockId, 999], { ...record, operation: "add" }));
    }
  });

  it("puts the calls for people before those of the API, each with what it does", async () => {
    const { out } = await latchctl(["--help"]);
    assert.ok(out.indexOf("Locks and codes:") < out.indexOf("Every call of the API"));
    assert.doesNotMatch(out, /add_password/);
    assert.match(out, /Exit codes: 0 done, 1 refused/);
    assert.match(out, /password +The codes of a lock: add/);
  });

  it("tells events to a person in a line each, and to a program as JSON", async () => {
    const watched = latchctl(["events"]);
    const event = "lockerOpenAlarm";
    const body = { event, time: 1_800_000_000, uuid: aLockId, nickname: "front", detail: { a: 1 } };
    await within(5000, "a watcher", async () => {
      while (running.events.watchers === 0) await new Promise((done) => setTimeout(done, 5));
    });
    running.events.tell({ event, body });
    assert.match((await watched).out, /^2027-01-1\d .* lockerOpenAlarm {2}front \(0x.*\): a 1\n$/);
  });

  it("completes words on Tab", async () => {
    const { out } = await latchctl(["completion", "bash"]);
    const script = join(folder, "complete.sh");
    writeFileSync(script, out);
    const latchctlOfTest = "latchctl() { printf 'front door\\n后门\\nfrost\\n'; }";
    const complete = (line: string): readonly string[] => {
      const words = line.split(/(?<!\\) /);
      const list = words.map((word) => `'${word}'`).join(" ");
      const run = `source ${script}; ${latchctlOfTest}; COMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _latchctl; printf '%s\n' "\${COMPREPLY[@]}"`;
      return spawnSync("bash", ["-c", run]).stdout.toString().trim().split("\n");
    };
    assert.deepEqual(complete("latchctl doc"), ["doctor"]);
    assert.deepEqual(complete("latchctl password fr"), ["freeze"]);
    assert.deepEqual(complete("latchctl password add front --un"), ["--until"]);
    assert.deepEqual(complete("latchctl call add_password --one"), ["--one_time"]);
    assert.deepEqual(complete("latchctl lock open fro"), ["front\\ door", "frost"]);
    assert.deepEqual(complete("latchctl --socket /x lock open front\\ d"), ["front\\ door"]);
    assert.deepEqual(complete("latchctl password list 后"), ["后门"]);
  });
});
