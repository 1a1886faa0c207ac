import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { KeyRing } from "../../../../sync/keys/key-ring.ts";
import { CloudKeys } from "../../../support/cloud/cloud-keys.ts";
import { syncedPaths } from "../../../support/synced-paths.ts";

describe("a rotated gateway key", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "latchd-key-ring-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("is on disk with its folder synced, so that a power cut does not bring the old key back", async () => {
    const ownFile = join(folder, "gateway-keys.json");
    const cloudKeys = await CloudKeys.make();
    after(() => cloudKeys.remove());
    const ring = await KeyRing.open({
      ownFile,
      cloudFile: cloudKeys.file,
      nowMs: () => 1_800_000_000_000,
    });
    const before = ring.currentKid;
    assert.deepEqual(await syncedPaths(() => ring.rotate()), [`${ownFile}.new`, folder]);
    assert.notEqual(ring.currentKid, before);
    const [current] = JSON.parse(await readFile(ownFile, "utf8")).keys;
    assert.equal(current.kid, ring.currentKid);
    assert.equal((await stat(ownFile)).mode & 0o777, 0o600);
  });
});
