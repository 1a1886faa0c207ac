import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { openStore } from "../../../daemon/store/opening/open-store.ts";
import { testKey as masterKey } from "../../support/rigs/temporary-store.ts";

const program = fileURLToPath(
  new URL("../../unit/daemon/store/fixtures/committing-child.js", import.meta.url),
);
const syncs = "fdatasync,fsync";

/** The words before a program under which its syncs fail from the given one on; they are counted by thread. */
function failingFrom(first: number): string[] {
  const inject = `inject=${syncs}:error=EIO:when=${first}+`;
  return ["strace", "-f", "-qq", "-o", "/dev/null", "-e", `trace=${syncs}`, "-e", inject];
}

/** Says why strace is not available; null if it is. */
function whyNot(): string | null {
  const [strace = "", ...words] = failingFrom(1_000);
  const { error, status, stderr } = spawnSync(strace, [...words, "true"], { encoding: "utf8" });
  if (error !== undefined) return error.message;
  return status === 0 ? null : stderr.trim();
}

describe("a disk whose sync fails", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "latchd-sync-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Returns what a child printed before it ended by itself. */
  async function printedBy(directory: string, before: readonly string[]): Promise<string[]> {
    const [first = "", ...words] = [...before, process.execPath, program, directory];
    const child = spawn(first, words, {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, UV_THREADPOOL_SIZE: "1" },
    });
    const ended = once(child, "close");
    const lines: string[] = [];
    for await (const line of createInterface(child.stdout)) lines.push(line);
    await ended;
    return lines;
  }

  it("ends the store at once, which then has everything acknowledged in one chain", async (test) => {
    const reason = whyNot();
    // Where tracing is forbidden, a file size limit makes a write of LevelDB fail instead.
    if (reason !== null) test.diagnostic(`syncs cannot be made to fail here: ${reason}`);
    const limited = ["bash", "-c", 'ulimit -f "$0"; exec "$@"'];
    for (const first of [30, 47, 80]) {
      const directory = join(folder, `from-${first}`);
      const before = reason === null ? failingFrom(first) : [...limited, String(first * 4)];
      const lines = await printedBy(directory, before);
      assert.equal(lines.at(-1), "refused write", `${first}: ${lines.at(-1)}`);
      const store = await openStore({ directory, mode: "existing", masterKey });
      const { head } = await store.verifyJournal();
      const acknowledged = lines.slice(1, -1).map((line) => line.split(" ").map(Number));
      assert.ok(acknowledged.length > 0, "something was acknowledged before");
      for (const [n, seq] of acknowledged) {
        assert.deepEqual(store.get("setting", [`n${n}`]), { value: n });
        assert.ok(seq !== undefined && seq <= head);
      }
      // Each write in flight is either complete or absent, so record and journal agree.
      assert.equal([...store.list("setting")].length, head);
      test.diagnostic(`from sync ${first} on: ${acknowledged.length} acknowledged, ${head} there`);
      const [record] = await store.commit(
        { changes: [], journal: [{ kind: "event", event: "pwdSync", lock: null, detail: null }] },
        { atMs: 1, clock: "synced" },
      );
      assert.equal(record?.seq, head + 1);
      await store.close();
    }
  });
});
