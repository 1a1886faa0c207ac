import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { isJsonList, isJsonObject } from "../../../../../daemon/base/json.ts";
import { copySuspensionSetting } from "../../../../../daemon/core/contact/suspended-grants.ts";
import type { StorageReport } from "../../../../../daemon/core/model/gateway/storage.ts";
import {
  begunEmptySetting,
  copyMadeSetting,
} from "../../../../../daemon/core/model/gateway/storage.ts";
import { healthOf } from "../../../../../daemon/diagnostics/health.ts";
import { put } from "../../../../../daemon/store/store.ts";
import { aLockId } from "../../../../support/records.ts";
import { CommandRoom } from "../../../../support/rigs/command-room.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const mebibyte = 1_048_576;

describe("what the doctor finds about the store and the API", () => {
  let room: CommandRoom;

  beforeEach(async () => {
    room = await CommandRoom.open();
  });
  afterEach(() => room.close());

  async function found(part: string): Promise<readonly (readonly [string, string])[]> {
    const { findings } = await room.call("doctor");
    assert.ok(isJsonList(findings));
    return findings
      .filter(isJsonObject)
      .filter((one) => one["part"] === part)
      .map(({ code, what }) => [String(code), String(what)] as const);
  }

  /** Returns how the store is in the report of the health, from the same facts. */
  function healthOfStore(): string {
    const { store, clock, site } = room;
    const driver = {
      radioState: () => ({ kind: "online", firmware: "1", channel: 11, panId: 1 }) as const,
    };
    return healthOf({
      store,
      driver,
      cloud: null,
      reading: () => ({ ...clock }),
      storage: () => site.diagnostics.storageReport,
      api: () => ({ state: "ok", reason: "" }),
    }).store.state;
  }

  const disk = (changes: Partial<StorageReport>) => {
    const { storageReport } = room.site.diagnostics;
    room.site.diagnostics.storageReport = { ...storageReport, ...changes };
  };

  it("is that it works, with the free space", async () => {
    const free = "the store takes writes; 7629 MB of the disk are free";
    assert.deepEqual(await found("store"), [["storeWorks", free]]);
    assert.equal(healthOfStore(), "ok");
  });

  for (const [what, changes, line] of [
    [
      "a disk that is nearly full",
      { freeBytes: 100 * mebibyte },
      ["diskLow", "the disk is nearly full: 100 MB are free"],
    ],
    ["a full disk", { freeBytes: 3 * mebibyte }, ["diskFull", "the disk is full: 3 MB are free"]],
    [
      "an old copy",
      { copyAgeMs: 49 * hourMs },
      ["copyOld", "the gateway's copy of its store is 49 h old"],
    ],
    [
      "a damaged store that was set aside",
      { setAside: { folder: "/data/store/damaged-1", atMs: 1_799_990_000_000 } },
      [
        "storeDamaged",
        "the store was damaged on 2027-01-15; what is left of it is in /data/store/damaged-1",
      ],
    ],
  ] as const) {
    it(`is one line about ${what}, and the health agrees`, async () => {
      disk(changes);
      assert.deepEqual(await found("store"), [line]);
      assert.equal(healthOfStore(), "degraded");
    });
  }

  it("is one line about a store from a copy, whatever the number of its locks", async () => {
    disk({ setAside: { folder: "/data/store/damaged-1", atMs: 1_799_990_000_000 } });
    for (const lock of ["0x00124b0000000001", "0x00124b0000000002"] as const) {
      await room.addLock({ lock, name: lock.slice(-2), pairedAtMs: room.clock.nowMs });
      await room.put(put("setting", copySuspensionSetting(lock), { value: 1 }));
    }
    await room.put(put("setting", copyMadeSetting, { value: 1_799_990_000_000 }));
    assert.deepEqual(await found("store"), [
      [
        "storeRestored",
        "the store comes from a copy of 2027-01-15 05:13 UTC: 2 locks get no codes: 01, 02",
      ],
    ]);
    assert.equal(healthOfStore(), "degraded");
    assert.ok((await found("lock")).every(([code]) => !code.startsWith("grantsHeld")));
  });

  it("is a store that has begun empty, until a lock is paired or adopted", async () => {
    await room.put(put("setting", begunEmptySetting, { value: true }));
    assert.deepEqual(
      (await found("store")).map(([code]) => code),
      ["storeBegunEmpty"],
    );
    assert.equal(healthOfStore(), "degraded");
    await room.addLock({ pairedAtMs: room.clock.nowMs });
    assert.deepEqual(
      (await found("store")).map(([code]) => code),
      ["storeWorks"],
    );
  });

  it("is a missing copy an hour after the first pairing", async () => {
    await room.addLock({ pairedAtMs: room.clock.nowMs - hourMs });
    assert.deepEqual(
      (await found("store")).map(([code]) => code),
      ["storeWorks"],
    );
    room.clock.nowMs += 1;
    assert.deepEqual(
      (await found("store")).map(([code]) => code),
      ["copyMissing"],
    );
  });

  it("is a missing backup a week after the first pairing, and one that is 90 days old", async () => {
    const socket = {
      transport: "socket",
      name: "local",
      scope: "manager",
      origin: "local",
    } as const;
    disk({ copyAgeMs: 0 });
    await room.addLock({ pairedAtMs: room.clock.nowMs - 7 * dayMs - 1 });
    assert.deepEqual(await found("store"), [["backupNone", "no backup was ever made"]]);
    Object.assign(room.site, { backup: () => Promise.resolve(Buffer.from("sealed")) });
    room.caller = socket;
    const { ErrNo } = await room.call("make_backup", { passphrase: "a long passphrase" });
    assert.equal(ErrNo, 0);
    assert.deepEqual(
      (await found("store")).map(([code]) => code),
      ["storeWorks"],
    );
    room.clock.nowMs += 91 * dayMs;
    assert.deepEqual(await found("store"), [["backupOld", "the last backup is 91 days old"]]);
  });

  it("is a certificate two weeks before its end, and after it", async () => {
    const { diagnostics } = room.site;
    diagnostics.certificateMs = room.clock.nowMs + 15 * dayMs;
    assert.deepEqual(await found("api"), [["apiWorks", "the API is served"]]);
    diagnostics.certificateMs = room.clock.nowMs + 3 * dayMs;
    assert.deepEqual(await found("api"), [
      ["certificateEnds", "the certificate of the API ends on 2027-01-18"],
    ]);
    diagnostics.certificateMs = room.clock.nowMs - 2 * dayMs;
    assert.deepEqual(await found("api"), [
      ["certificateOver", "the certificate of the API ended on 2027-01-13: callers refuse it"],
    ]);
  });

  it("is the same over MQTT as at REST", async () => {
    await room.addLock({ lock: aLockId });
    const { ErrNo: _no, ErrMsg: _text, ...rest } = await room.call("doctor");
    await room.executor.executeFromCloud({ id: "c1", command: "doctor", params: {} });
    const reply = (await room.journal()).find(({ kind }) => kind === "reply");
    assert.deepEqual(reply?.kind === "reply" ? reply.result : null, rest);
  });
});
