import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { createFile, replaceFile, replaceFileWith } from "../../../../daemon/base/durable-file.ts";
import { syncedPaths } from "../../../support/synced-paths.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "latchd-durable-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("a durable write", () => {
  it("syncs the content before the rename and the folder after it", async () => {
    const path = join(folder, "key");
    assert.deepEqual(await syncedPaths(() => replaceFile(path, "new")), [`${path}.new`, folder]);
  });

  it("leaves a file that only its owner may read", async () => {
    const path = join(folder, "key");
    await writeFile(path, "old", { mode: 0o644 });
    await writeFile(`${path}.new`, "leftover of a crash", { mode: 0o666 });
    await replaceFile(path, "new");
    assert.equal(await readFile(path, "utf8"), "new");
    assert.equal((await stat(path)).mode & 0o777, 0o600);
  });

  it("does not follow a symbolic link in the place of its temporary file", async () => {
    const victim = join(folder, "victim");
    const path = join(folder, "backup");
    await writeFile(victim, "untouched");
    await symlink(victim, `${path}.new`);
    await replaceFile(path, "new");
    assert.equal(await readFile(victim, "utf8"), "untouched");
    assert.equal(await readFile(path, "utf8"), "new");
  });

  it("does not create a file through a dangling symbolic link", async () => {
    const path = join(folder, "backup");
    await symlink(join(folder, "planted"), `${path}.new`);
    await replaceFile(path, "new");
    assert.deepEqual(await readdir(folder), ["backup"]);
  });

  it("replaces a symbolic link instead of the file behind it", async () => {
    const victim = join(folder, "victim");
    const path = join(folder, "backup");
    await writeFile(victim, "untouched");
    await symlink(victim, path);
    await replaceFile(path, "new");
    assert.equal(await readFile(victim, "utf8"), "untouched");
    assert.equal(await readFile(path, "utf8"), "new");
  });

  it("keeps the old file and no temporary file if the content cannot be written", async () => {
    const path = join(folder, "ballast");
    await writeFile(path, "old");
    const full = async (): Promise<void> => {
      throw new Error("no space left");
    };
    await assert.rejects(() => replaceFileWith(path, full), /no space left/);
    assert.equal(await readFile(path, "utf8"), "old");
    assert.deepEqual(await readdir(folder), ["ballast"]);
  });
});

describe("a durable creation", () => {
  it("never replaces a file that is there", async () => {
    const path = join(folder, "master.key");
    await createFile(path, "first");
    await assert.rejects(() => createFile(path, "second"), { code: "EEXIST" });
    assert.equal(await readFile(path, "utf8"), "first");
    assert.deepEqual(await readdir(folder), ["master.key"]);
  });

  it("syncs the content and the folder", async () => {
    const path = join(folder, "master.key");
    assert.deepEqual(await syncedPaths(() => createFile(path, "x")), [`${path}.new`, folder]);
  });
});
