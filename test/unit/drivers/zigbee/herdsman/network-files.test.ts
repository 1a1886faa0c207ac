import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { isLockId, type LockId } from "../../../../../daemon/core/model/door-lock.ts";
import {
  parseDatabase,
  unknownAddress,
} from "../../../../../drivers/zigbee/herdsman/device-database.ts";
import {
  NetworkFiles,
  type OwnLocks,
} from "../../../../../drivers/zigbee/herdsman/network-files.ts";
import { loadNetworkParameters } from "../../../../../drivers/zigbee/herdsman/network-parameters.ts";
import { aLock } from "../../../../support/records.ts";

let directory = "";
let files = new NetworkFiles("");

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "latchd-network-"));
  files = new NetworkFiles(join(directory, "zigbee"));
  await files.prepare();
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

const lock = "0x00000000000000a1";
assert.ok(isLockId(lock));
const other = "0x00000000000000a2";
assert.ok(isLockId(other));

function backupOf(fields: object = {}, locks: readonly string[] = []): string {
  return JSON.stringify({
    metadata: { format: "zigpy/open-coordinator-backup", version: 1 },
    pan_id: "1a2b",
    extended_pan_id: "0102030405060708",
    channel: 15,
    network_key: { key: "00112233445566778899aabbccddeeff" },
    coordinator_ieee: "00124b0014d2a1f7",
    devices: locks.map((ieee) => ({ nwk_address: "4321", ieee_address: ieee.slice(2) })),
    ...fields,
  });
}

const backup = backupOf();
const later = backupOf({ stack_specific: { zstack: {} } });

function databaseOf(...locks: readonly string[]): string {
  const device = (ieeeAddr: string, at: number) => ({
    id: at + 1,
    type: "EndDevice",
    ieeeAddr,
    nwkAddr: 0x1000 + at,
    endpoints: { 1: { epId: 1, inClusterList: [257], outClusterList: [], clusters: {} } },
  });
  return locks.map((ieee, at) => JSON.stringify(device(ieee, at))).join("\n");
}

/** The gateway's records of these locks. */
function own(...locks: readonly LockId[]): OwnLocks {
  return { locks: new Set(locks), describe: (id) => aLock({ lock: id }) };
}

const read = (path: string) => readFileSync(path, "utf8");
const keptFile = (name: string) => join(directory, "zigbee", "kept", name);

describe("network parameters", () => {
  it("are random, private, and the same ever after", async () => {
    const first = await loadNetworkParameters(files, { channel: 20, mayForm: true });
    const again = await loadNetworkParameters(files, { channel: 11, mayForm: true });
    assert.deepEqual(again, first);
    assert.equal(first.channel, 20);
    assert.equal(statSync(files.network).mode & 0o077, 0);
    rmSync(files.network);
    const other = await loadNetworkParameters(files, { channel: 20, mayForm: true });
    assert.notDeepEqual(other.networkKey, first.networkKey);
    assert.notDeepEqual(other.extendedPanId, first.extendedPanId);
  });

  it("are not made again where that would orphan locks", async () => {
    await assert.rejects(loadNetworkParameters(files, { channel: 20, mayForm: false }), {
      name: "NetworkLostError",
    });
  });

  it("are taken from the coordinator backup when their file is lost or damaged", async () => {
    writeFileSync(files.backup, backup);
    writeFileSync(files.network, "{ half a file");
    const recovered = await loadNetworkParameters(files, { channel: 20, mayForm: false });
    assert.equal(recovered.panId, 0x1a2b);
    assert.equal(recovered.channel, 15);
    assert.deepEqual(recovered.extendedPanId, [1, 2, 3, 4, 5, 6, 7, 8]);
    assert.equal(
      Buffer.from(recovered.networkKey).toString("hex"),
      "00112233445566778899aabbccddeeff",
    );
    assert.deepEqual(JSON.parse(readFileSync(files.network, "utf8")), recovered);
  });
});

describe("network files", () => {
  it("are in a directory that is closed to others", async () => {
    chmodSync(join(directory, "zigbee"), 0o755);
    await files.prepare();
    assert.equal(statSync(join(directory, "zigbee")).mode & 0o077, 0);
  });

  it("are kept before each start and put back after a loss", async () => {
    const whole = backupOf({}, [lock]);
    writeFileSync(files.backup, whole);
    writeFileSync(files.database, databaseOf(lock));
    await files.prepare(own(lock));
    writeFileSync(files.backup, later);
    writeFileSync(files.database, "");
    await files.putBack();
    assert.equal(read(files.backup), whole);
    assert.equal(read(files.database), databaseOf(lock));
  });

  it("keep the generation before the last, which another start would overwrite", async () => {
    writeFileSync(files.backup, backup);
    await files.prepare();
    writeFileSync(files.backup, later);
    await files.prepare();
    assert.equal(read(keptFile("coordinator_backup.json")), later);
    assert.equal(read(keptFile("coordinator_backup.json.1")), backup);
  });

  for (const [what, damage] of [
    ["is missing", () => rmSync(files.backup)],
    ["is cut", () => writeFileSync(files.backup, backup.slice(0, 20))],
    ["is empty", () => writeFileSync(files.backup, "")],
    ["is filled with zeros", () => writeFileSync(files.backup, Buffer.alloc(400))],
    ["is another file", () => writeFileSync(files.backup, "{}")],
    ["is of another network", () => writeFileSync(files.backup, backupOf({ pan_id: "ffff" }))],
  ] as const) {
    it(`have a backup put back that ${what}, and keep the good copy`, async () => {
      writeFileSync(files.backup, backup);
      await files.prepare();
      await loadNetworkParameters(files, { channel: 20, mayForm: false });
      damage();
      await files.prepare();
      await files.prepare();
      assert.equal(read(files.backup), backup);
      assert.equal(read(keptFile("coordinator_backup.json")), backup);
    });
  }

  it("move a damaged backup without a copy out of the way of a start", async () => {
    writeFileSync(files.backup, "");
    await files.prepare();
    assert.equal(existsSync(files.backup), false);
  });

  it("give a backup the lock's key back that only the copy before has", async () => {
    writeFileSync(files.backup, backupOf({}, [lock, other]));
    await files.prepare(own(lock, other));
    writeFileSync(files.backup, backupOf({}, [lock]));
    await files.prepare(own(lock, other));
    assert.match(read(files.backup), new RegExp(other.slice(2)));
    assert.match(read(keptFile("coordinator_backup.json")), new RegExp(other.slice(2)));
  });

  for (const [what, content] of [
    ["is empty", ""],
    ["is gone", null],
    ["is filled with zeros", Buffer.alloc(300)],
    ["is cut", databaseOf(lock, other).slice(0, 250)],
    ["is garbage", "not a database\n{]"],
    ["holds half of the locks", databaseOf(other)],
    ["holds one lock twice", `${databaseOf(other)}\n${databaseOf(other)}`],
  ] as const) {
    it(`put every lock back into a database that ${what}, and keep the good copy`, async () => {
      writeFileSync(files.database, databaseOf(lock, other));
      await files.prepare(own(lock, other));
      if (content === null) rmSync(files.database);
      else writeFileSync(files.database, content);
      await files.prepare(own(lock, other));
      for (const path of [files.database, keptFile("database.db")]) {
        const entries = parseDatabase(Buffer.from(read(path)));
        assert.deepEqual(
          new Set(entries.map(({ ieeeAddr }) => ieeeAddr)),
          new Set([lock, other]),
          path,
        );
        assert.equal(entries.length, 2);
      }
    });
  }

  it("take the second copy when database and first copy are damaged", async () => {
    writeFileSync(files.database, databaseOf(lock));
    await files.prepare(own(lock));
    writeFileSync(files.database, `${databaseOf(lock)}\n`.replace('"id":1', '"id":5'));
    await files.prepare(own(lock));
    writeFileSync(files.database, "");
    writeFileSync(keptFile("database.db"), "half a fi");
    const { restored } = await files.prepare(own(lock));
    assert.deepEqual(restored, [lock]);
    assert.match(read(keptFile("database.db.1")), /EndDevice/);
  });

  it("make the entries from our records and the stick's backup when every database is gone", async () => {
    writeFileSync(files.backup, backupOf({}, [lock]));
    const { made } = await files.prepare(own(lock, other));
    assert.deepEqual(made, [lock, other]);
    const entries = parseDatabase(Buffer.from(read(files.database)));
    const addresses = entries.map(({ networkAddress }) => networkAddress);
    assert.deepEqual(addresses, [0x4321, unknownAddress]);
  });

  it("do not take a fault for a missing file", async () => {
    mkdirSync(files.network);
    await assert.rejects(loadNetworkParameters(files, { channel: 20, mayForm: true }), {
      code: "EISDIR",
    });
  });
});
