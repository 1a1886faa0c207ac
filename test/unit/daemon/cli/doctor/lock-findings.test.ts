import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { runProgram } from "../../../../../daemon/cli/program.ts";
import { commands } from "../../../../../daemon/commands/table.ts";
import {
  copySuspensionSetting,
  rejoinSuspensionSetting,
} from "../../../../../daemon/core/contact/suspended-grants.ts";
import type { LockId } from "../../../../../daemon/core/model/door-lock.ts";
import { foundDeviceSetting } from "../../../../../daemon/core/model/gateway/network.ts";
import { put } from "../../../../../daemon/store/store.ts";
import { type RunningApi, runApi } from "../../../../support/rest/running-api.ts";
import { CommandRoom } from "../../../../support/rigs/command-room.ts";

const [rejoined, restored, fine] = [
  "0x00124b0000000001",
  "0x00124b0000000002",
  "0x00124b0000000003",
] as const;
const strange = { kind: "endDevice", networkAddress: 7, linkQuality: 9, lastSeenMs: null } as const;
const found = { ...strange, uuid: "0x00124b00000000f1", manufacturer: "Maker", model: "M-1" };
/** It is being paired: it was not found at a start. */
const newcomer = { ...strange, uuid: "0x00124b00000000f2", manufacturer: "Maker", model: "M-2" };

describe("suspended locks and locks without records", () => {
  let folder = "";
  let room: CommandRoom;
  let running: RunningApi;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "latchctl-held-"));
    room = await CommandRoom.open();
    for (const lock of [rejoined, restored, fine])
      await room.addLock({ lock, name: lock.slice(-2) });
    const value = { value: room.clock.nowMs };
    await room.put(
      put("setting", rejoinSuspensionSetting(rejoined), value),
      put("setting", copySuspensionSetting(restored), value),
      put("setting", foundDeviceSetting(found.uuid), value),
    );
    room.site.strange = [found, newcomer];
    const socket = join(folder, "latchd.sock");
    running = await runApi(room.store, { socket, port: false, commands, executor: room.executor });
  });
  after(async () => {
    await running.api.close();
    await room.close();
    rmSync(folder, { recursive: true });
  });

  async function latchctl(...args: readonly string[]): Promise<string> {
    let text = "";
    await runProgram(commands, args, {
      env: { LATCHD_SOCKET: join(folder, "latchd.sock") },
      isInteractive: true,
      columns: 200,
      out: (line) => {
        text += line;
      },
      error: (line) => {
        text += line;
      },
      readInput: () => Promise.resolve(""),
    });
    return text;
  }

  it("are listed by list_locks with the reason", async () => {
    const reply = await room.call("list_locks");
    const { locks, found: others } = reply;
    assert.ok(Array.isArray(locks));
    const reported = locks.map((lock) => [lock["uuid"], lock["grants_held"], lock["held_reason"]]);
    assert.deepEqual(reported, [
      [rejoined, 1, "rejoined"],
      [restored, 1, "restored"],
      [fine, 0, null],
    ]);
    assert.deepEqual(others, [{ uuid: found.uuid, brand: "Maker", model: "M-1" }]);
  });

  it("are shown by show_lock and get_network", async () => {
    assert.equal((await room.call("show_lock", { uuid: rejoined }))["grants_held"], 1);
    assert.equal((await room.call("show_lock", { uuid: fine }))["grants_held"], 0);
    room.site.diagnostics.devices = [
      { ...found },
      { ...strange, uuid: rejoined, manufacturer: "", model: "" },
      { ...strange, uuid: fine, manufacturer: "", model: "" },
    ];
    const { devices } = await room.call("get_network");
    assert.ok(Array.isArray(devices));
    assert.deepEqual(
      devices.map(({ uuid, is_found, grants_held }) => [uuid, is_found, grants_held]),
      [
        [found.uuid, 1, 0],
        [rejoined, 0, 1],
        [fine, 0, 0],
      ],
    );
  });

  it("are explained by latchctl doctor, with what to do", async () => {
    const text = await latchctl("doctor");
    const advice = (lock: LockId) => `latchctl call release_grants --uuid ${lock}`;
    assert.match(text, /bad +lock 01 .* gets no codes: a device with its address has joined/);
    assert.match(text, /bad +the store comes from a copy: 1 locks get no codes: 02\n/);
    assert.ok(text.includes(advice(rejoined)) && text.includes(advice(restored)));
    assert.ok(!text.includes(advice(fine)));
    assert.match(
      text,
      /warn +lock M-1 \(0x00124b00000000f1\) is on the network and has no records/,
    );
    assert.match(text, /latchctl adopt 0x00124b00000000f1/);
    assert.ok(!text.includes(newcomer.uuid));
  });

  it("are noted beneath the table of latchctl locks", async () => {
    const text = await latchctl("locks");
    assert.match(
      text,
      /01 \(0x00124b0000000001\) gets no codes: a device with its address has joined/,
    );
    assert.match(text, /M-1 \(0x00124b00000000f1\) is on the network and has no records here/);
    assert.equal(text.match(/gets no codes/g)?.length, 2);
  });

  it("are no longer listed once a person has released or adopted them", async () => {
    assert.equal(await room.errNo("release_grants", { uuid: rejoined }), 0);
    assert.equal(await room.errNo("release_grants", { uuid: restored }), 0);
    room.site.strange = [];
    const text = `${await latchctl("locks")}${await latchctl("doctor")}`;
    assert.doesNotMatch(text, /gets no codes|has no records/);
  });
});
