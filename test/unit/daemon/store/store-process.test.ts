import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { openStore } from "../../../../daemon/store/opening/open-store.ts";
import { testKey as masterKey, withStore } from "../../../support/rigs/temporary-store.ts";

const program = fileURLToPath(new URL("./fixtures/committing-child.js", import.meta.url));
const stamp = { atMs: 1, clock: "synced" } as const;

/** A child whose files may grow to `fileKiB`: beyond that its writes really fail (EFBIG). */
function startChild(directory: string, fileKiB: number | "unlimited" = "unlimited"): ChildProcess {
  const script = 'ulimit -f "$1"; shift; exec "$@"';
  const words = [String(fileKiB), process.execPath, program, directory];
  return spawn("bash", ["-c", script, "bash", ...words], { stdio: ["ignore", "pipe", "inherit"] });
}

/** Lines of a child until `isEnough`, then it is killed with SIGKILL; all that came by its end. */
async function linesOf(
  child: ChildProcess,
  isEnough: (lines: readonly string[]) => boolean,
): Promise<string[]> {
  const ended = once(child, "close");
  const lines: string[] = [];
  assert.ok(child.stdout);
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    if (isEnough(lines)) {
      child.kill("SIGKILL");
    }
  }
  await ended;
  return lines;
}

describe("a store and its process", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "latchd-process-"));
  });
  after(async () => {
    await rm(folder, { recursive: true });
  });

  it("has every acknowledged record after SIGKILL, and a journal without a hole", async () => {
    const directory = join(folder, "killed");
    const acknowledged = new Map<number, number>();
    for (let round = 1; round <= 3; round++) {
      const lines = await linesOf(startChild(directory), (seen) => seen.length > round * 150);
      // The last line may have been cut by the kill.
      for (const line of lines.slice(1, -1)) {
        const [n, seq] = line.split(" ").map(Number);
        assert.ok(n !== undefined && seq !== undefined);
        acknowledged.set(n, Math.max(seq, acknowledged.get(n) ?? 0));
      }
    }
    const store = await openStore({ directory, mode: "existing", masterKey });
    const { head } = await store.verifyJournal();
    for (const [n, seq] of acknowledged) {
      assert.deepEqual(store.get("setting", [`n${n}`]), { value: n });
      assert.ok(seq <= head);
    }
    await store.close();
  });

  it("refuses a second process and continues undisturbed", () =>
    withStore(async (store, { directory }) => {
      for (let attempt = 0; attempt < 2; attempt++) {
        const lines = await linesOf(startChild(directory), (seen) => seen.length > 20);
        assert.deepEqual(lines, ["refused inUse"]);
      }
      await store.commit(
        { changes: [{ table: "setting", key: ["a"], value: { value: 1 } }], journal: [] },
        stamp,
      );
    }));

  it("refuses a second opening in the same process, and other processes after that", () =>
    withStore(async (_store, { directory }) => {
      for (const mode of ["existing", "auto", "provision"] as const) {
        await assert.rejects(openStore({ directory, mode, masterKey }), { kind: "inUse" });
      }
      const lines = await linesOf(startChild(directory), (seen) => seen.length > 20);
      assert.deepEqual(lines, ["refused inUse"]);
    }));

  it("stops at the first write that the disk refuses, and keeps everything that it acknowledged", async () => {
    const directory = join(folder, "full");
    const lines = await linesOf(startChild(directory, 256), () => false);
    assert.equal(lines.at(-1), "refused write");
    const store = await openStore({ directory, mode: "existing", masterKey });
    await store.verifyJournal();
    for (const line of lines.slice(1, -1)) {
      const [n] = line.split(" ").map(Number);
      assert.deepEqual(store.get("setting", [`n${n}`]), { value: n });
    }
    await store.close();
  });
});
