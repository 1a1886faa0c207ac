import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { claimStore } from "../../../../../daemon/store/opening/store-claim.ts";

let folder = "";
const file = () => join(folder, "owner.lock");
const read = () => JSON.parse(readFileSync(file(), "utf8"));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "latchd-guard-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Claims the folder, changes the claim as given, and leaves it there. */
async function leaveBehind(changes: object): Promise<void> {
  await claimStore(folder);
  writeFileSync(file(), JSON.stringify({ ...read(), ...changes }));
}

describe("a claimed store folder", () => {
  it("is refused to a second owner until it is released", async () => {
    const guard = await claimStore(folder);
    await assert.rejects(claimStore(folder), { kind: "inUse" });
    await guard.release();
    assert.deepEqual(readdirSync(folder), []);
    await (await claimStore(folder)).release();
  });

  it("is refused to all but one of many that claim it at once", async () => {
    await leaveBehind({ pid: 4_194_999 });
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => claimStore(folder)));
    assert.equal(all.filter(({ status }) => status === "fulfilled").length, 1);
  });

  it("cannot be claimed by a socket of another user with the name that latchd once used", async () => {
    const name = createHash("sha256").update(folder).digest("base64url").slice(0, 32);
    const squatter = createServer().listen({ path: `\0latchd-${name}` });
    await once(squatter, "listening");
    await (await claimStore(folder)).release();
    squatter.close();
  });

  it("does not release the claim of a later owner", async () => {
    const first = await claimStore(folder);
    rmSync(file());
    const second = await claimStore(folder);
    writeFileSync(file(), JSON.stringify({ ...read(), startedTicks: "other" }));
    await first.release();
    assert.ok(readdirSync(folder).includes("owner.lock"));
    await second.release();
  });
});

describe("a claim of a process that is gone", () => {
  it("does not block when its process is gone", async () => {
    const child = spawn(process.execPath, ["-e", ""]);
    await once(child, "exit");
    await leaveBehind({ pid: child.pid });
    await (await claimStore(folder)).release();
  });

  it("does not block when a later process got the same id", async () => {
    await leaveBehind({ pid: process.pid, startedTicks: "1" });
    await (await claimStore(folder)).release();
  });

  it("does not block after a power cut, even if a process has the same id and start time", async () => {
    await leaveBehind({ bootId: "another boot" });
    await (await claimStore(folder)).release();
  });

  it("does not block when a power cut left the file empty", async () => {
    for (const text of ["", "\0\0\0\0", "null", '{"pid":-1}', "4194999"]) {
      writeFileSync(file(), text);
      await (await claimStore(folder)).release();
    }
  });

  it("does not block a copy of the folder while its owner is alive", async () => {
    await claimStore(folder);
    const copy = mkdtempSync(join(tmpdir(), "latchd-guard-copy-"));
    cpSync(folder, copy, { recursive: true });
    await (await claimStore(copy)).release();
    rmSync(copy, { recursive: true });
  });
});
