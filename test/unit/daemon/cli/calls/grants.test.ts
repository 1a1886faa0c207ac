import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { runProgram } from "../../../../../daemon/cli/program.ts";
import { commands } from "../../../../../daemon/commands/table.ts";
import { put, remove } from "../../../../../daemon/store/store.ts";
import { aLockId } from "../../../../support/records.ts";
import { type RunningApi, runApi } from "../../../../support/rest/running-api.ts";
import { CommandRoom } from "../../../../support/rigs/command-room.ts";

const flatId = "0x00124b0000abcdef";
const cellarId = "0x00124b0000abcdf0";

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
  await room.addLock({ lock: flatId, name: "flat 2" });
  await room.addLock({ lock: cellarId, name: "cellar" });
  for (const lock of [aLockId, "flat 2", "cellar"]) await done("password", "admin", lock);
});

afterEach(async () => {
  await running.api.close();
  await room.close();
  rmSync(folder, { recursive: true });
  assert.deepEqual(room.faults, []);
});

/** Runs latchctl. @returns what was printed, each run of spaces and line ends as one space */
async function latchctl(...args: readonly string[]): Promise<{ code: number; text: string }> {
  let text = "";
  const take = (part: string): void => {
    text += part;
  };
  const code = await runProgram(commands, args, {
    env: { LATCHD_SOCKET: socket },
    isInteractive: false,
    out: take,
    error: take,
    readInput: () => Promise.resolve("135790"),
  });
  return { code, text: text.replaceAll(/\s+/g, " ") };
}

async function done(...args: readonly string[]): Promise<string> {
  const { code, text } = await latchctl(...args);
  assert.equal(code, 0, text);
  return text;
}

/** The lock confirms what is wanted of its passwords; deleted ones are removed. */
async function confirms(lock: typeof aLockId): Promise<void> {
  const changes = [...room.store.list("password", [lock])].map((password) =>
    password.isDeleted
      ? remove("password", [lock, password.id])
      : put("password", [lock, password.id], { ...password, operationStage: "done" }),
  );
  await room.store.commit({ changes, journal: [] }, { atMs: Date.now(), clock: "synced" });
}

describe("a person's codes at several locks, through latchctl alone", () => {
  it("are made, extended, frozen, reduced and revoked, and shown by the person's name", async () => {
    const made = await done(
      ...["grant", "add", "Kim", "--lock", "front door", "--lock", "flat 2"],
      ...["--until", "2027-12-01"],
    );
    assert.match(made, /code [0-9]{6} at its locks partly lock state why front door waiting/);
    await done("grant", "extend", "kim", "--lock", "cellar");
    await confirms(aLockId);
    const shown = await done("person", "show", "KIM");
    assert.match(shown, /person Kim grant [0-9a-f-]{36} opens until 2027-12-01 00:00 at its locks/);
    assert.match(shown, /flat 2 waiting on its way cellar waiting on its way/);
    assert.doesNotMatch(shown, /code/);
    await done("grant", "update", "Kim", "--until", "2028-01-01");
    await done("grant", "freeze", "Kim");
    assert.match(await done("grant", "show", "Kim"), /opens never while it is frozen; else until/);
    await done("grant", "unfreeze", "Kim");
    await done("grant", "reduce", "Kim", "--lock", "cellar");
    assert.match(await done("person", "show", "Kim"), /cellar waiting being removed/);
    const revoked = await done("grant", "revoke", "Kim");
    assert.match(revoked, /front door waiting being removed/);
    for (const lock of [aLockId, flatId, cellarId] as const) await confirms(lock);
    assert.match(await done("person", "show", "Kim"), /no grant; next: latchctl grant add/);
    assert.match(await done("grant", "list", "--person", "Kim", "--all"), /never: it is revoked/);
  });

  it("need the id where a person has two, and name who has one where a name is wrong", async () => {
    await done("grant", "add", "Kim", "--lock", "cellar", "--code", "246810");
    await done("grant", "add", "Kim", "--lock", "cellar");
    const several = await latchctl("grant", "freeze", "Kim");
    assert.equal(several.code, 2);
    assert.match(several.text, /grant: "Kim" has several: give one of the ids [0-9a-f-]{36}, /);
    const unknown = await latchctl("grant", "freeze", "Lee");
    assert.match(unknown.text, /there is no grant "Lee"; there is "Kim"/);
  });
});
