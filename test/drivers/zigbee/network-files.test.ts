import assert from "node:assert/strict";
import {
  chmodSync,
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
import { NetworkFiles } from "../../../drivers/zigbee/network-files.ts";
import { loadNetworkParameters } from "../../../drivers/zigbee/network-parameters.ts";

let directory = "";
let files = new NetworkFiles("");

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "latchd-network-"));
  files = new NetworkFiles(join(directory, "zigbee"));
  await files.prepare();
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

const backup = JSON.stringify({
  metadata: { format: "zigpy/open-coordinator-backup", version: 1 },
  pan_id: "1a2b",
  extended_pan_id: "0102030405060708",
  channel: 15,
  network_key: { key: "00112233445566778899aabbccddeeff" },
});

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

  it("are not made anew where that would orphan locks", async () => {
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
  it("live in a directory that is closed to others", async () => {
    chmodSync(join(directory, "zigbee"), 0o755);
    await files.prepare();
    assert.equal(statSync(join(directory, "zigbee")).mode & 0o077, 0);
  });

  it("are kept before each start and put back after a loss", async () => {
    writeFileSync(files.backup, backup);
    writeFileSync(files.database, '{"id":1,"type":"EndDevice"}');
    await files.prepare();
    writeFileSync(files.backup, '{"pan_id":"ffff"}');
    writeFileSync(files.database, "");
    await files.putBack();
    assert.equal(readFileSync(files.backup, "utf8"), backup);
    assert.equal(readFileSync(files.database, "utf8"), '{"id":1,"type":"EndDevice"}');
  });

  it("keep the generation before the last, which another start would overwrite", async () => {
    writeFileSync(files.backup, backup);
    await files.prepare();
    writeFileSync(files.backup, '{"pan_id":"ffff"}');
    await files.prepare();
    const kept = join(directory, "zigbee", "kept", "coordinator_backup.json.1");
    assert.equal(readFileSync(kept, "utf8"), backup);
  });

  it("have a backup put back that is missing or not readable", async () => {
    writeFileSync(files.backup, backup);
    await files.prepare();
    rmSync(files.backup);
    await files.prepare();
    assert.equal(readFileSync(files.backup, "utf8"), backup);
    writeFileSync(files.backup, backup.slice(0, 20));
    await files.prepare();
    assert.equal(readFileSync(files.backup, "utf8"), backup);
  });

  it("do not take a fault for a missing file", async () => {
    mkdirSync(files.network);
    await assert.rejects(loadNetworkParameters(files, { channel: 20, mayForm: true }), {
      code: "EISDIR",
    });
  });
});
