import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { dropBallast, makeBallast } from "../../../daemon/store/opening/ballast.ts";
import { openStore } from "../../../daemon/store/opening/open-store.ts";
import { put } from "../../../daemon/store/store.ts";
import { testKey as masterKey } from "../../support/rigs/temporary-store.ts";

const mebibyte = 1024 * 1024;
const sizes = { ballast: 3 * mebibyte, least: 2 * mebibyte };
const stamp = { atMs: 1, clock: "synced" } as const;
const asRoot = process.getuid?.() === 0 ? [] : ["sudo"];

function run(...words: readonly string[]): void {
  const [program = "", ...rest] = [...asRoot, ...words];
  execFileSync(program, rest, { stdio: "pipe" });
}

describe("a full disk", () => {
  let disk = "";
  before(() => {
    disk = mkdtempSync(join(tmpdir(), "latchd-disk-"));
    run(
      "mount",
      "-t",
      "tmpfs",
      "-o",
      `size=12m,uid=${process.getuid?.() ?? 0},mode=700`,
      "latchd",
      disk,
    );
  });
  after(() => {
    run("umount", disk);
    rmSync(disk, { recursive: true, force: true });
  });

  /** Writes until the disk is full. */
  function fill(): void {
    const chunk = Buffer.alloc(64 * 1024, 1);
    for (let file = 0; ; file++) {
      try {
        writeFileSync(join(disk, `filler-${file}`), chunk);
      } catch (error) {
        assert.ok(error instanceof Error && "code" in error && error.code === "ENOSPC");
        return;
      }
    }
  }

  it("ends the store with everything acknowledged kept, and a revocation fits once the ballast is removed", async () => {
    const directory = join(disk, "store");
    mkdirSync(directory);
    assert.equal(await makeBallast(disk, sizes), true);
    assert.equal(statSync(join(disk, "ballast")).size, sizes.ballast);
    assert.equal(await dropBallast(disk, sizes), false);
    const store = await openStore({ directory, mode: "provision", masterKey });
    fill();
    let acknowledged = 0;
    const write = async () => {
      for (let n = 1; n <= 10_000; n++) {
        const change = put("setting", [`n${n}`], { value: "x".repeat(4_000) });
        await store.commit({ changes: [change], journal: [] }, stamp);
        acknowledged = n;
      }
    };
    await assert.rejects(write, { name: "StoreFailure", kind: "write" });
    assert.equal(store.failed.aborted, true);
    await store.close();

    assert.equal(await dropBallast(disk, sizes), true);
    const again = await openStore({ directory, mode: "existing", masterKey });
    for (let n = 1; n <= acknowledged; n++) {
      assert.ok(again.get("setting", [`n${n}`]) !== undefined, `record ${n} of ${acknowledged}`);
    }
    const revoked = { table: "setting", key: ["n1"], value: null } as const;
    await again.commit({ changes: [revoked], journal: [] }, stamp);
    await again.close();
    assert.equal(await makeBallast(disk, sizes), false);
  });
});
