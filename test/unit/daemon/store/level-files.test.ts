import assert from "node:assert/strict";
import { appendFile, readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { crc32c } from "../../../../daemon/store/level-files/crc32c.ts";
import { batchEntries } from "../../../../daemon/store/level-files/level-batch.ts";
import { checkFiles } from "../../../../daemon/store/level-files/level-check.ts";
import type { LevelEntry } from "../../../../daemon/store/level-files/level-entry.ts";
import { logRecords } from "../../../../daemon/store/level-files/level-log-file.ts";
import { tableEntries } from "../../../../daemon/store/level-files/level-table-file.ts";
import { unsnap } from "../../../../daemon/store/level-files/snappy.ts";
import type { LevelStore } from "../../../../daemon/store/level-store.ts";
import { RecordSeal } from "../../../../daemon/store/secrets/record-seal.ts";
import { put } from "../../../../daemon/store/store.ts";
import { testKey, withStore } from "../../../support/rigs/temporary-store.ts";

const stamp = { atMs: 1, clock: "synced" } as const;

async function fill(store: LevelStore, first: number, count: number): Promise<void> {
  for (let n = first; n < first + count; n++) {
    const value = `value ${n} `.repeat(40);
    await store.commit({ changes: [put("setting", [`n${n}`], { value })], journal: [] }, stamp);
  }
}

async function filesOf(directory: string, ending: string): Promise<string[]> {
  const level = join(directory, "level");
  const names = await readdir(level);
  return names.filter((name) => name.endsWith(ending)).map((name) => join(level, name));
}

describe("LevelDB's files for latchd's own reader", () => {
  it("have the checksums of CRC-32C", () => {
    assert.equal(crc32c(Buffer.from("123456789")), 0xe3069283);
    assert.equal(crc32c(Buffer.from("6789"), crc32c(Buffer.from("12345"))), 0xe3069283);
  });

  it("decompress Snappy's literals and copies, and refuse copies from outside", () => {
    const packed = Buffer.from([8, 0x04, 0x61, 0x62, 0x09, 0x02]);
    assert.equal(unsnap(packed, "a block").toString(), "abababab");
    const outside = Buffer.from([8, 0x04, 0x61, 0x62, 0x09, 0x03]);
    assert.throws(() => unsnap(outside, "a block"), { kind: "damaged" });
    assert.throws(() => unsnap(packed.subarray(0, 4), "a block"), { kind: "damaged" });
  });

  it("return every record of a table and of a log that is longer than a block", () =>
    withStore(async (store, { directory }) => {
      await fill(store, 0, 200);
      await store.compact();
      await fill(store, 200, 200);
      await checkFiles(join(directory, "level"));
      const entries: LevelEntry[] = [];
      for (const path of await filesOf(directory, ".ldb")) {
        entries.push(...tableEntries(await readFile(path), path));
      }
      for (const path of await filesOf(directory, ".log")) {
        const records = logRecords(await readFile(path), path);
        entries.push(...records.flatMap((record) => batchEntries(record, path)));
      }
      const view = { get: () => undefined, list: () => [].values() };
      const seal = new RecordSeal(testKey, view);
      const all = entries.flatMap(({ key, value }) =>
        value === null ? [] : [seal.open({ key, value }).text],
      );
      for (let n = 0; n < 400; n++) {
        assert.ok(all.includes(JSON.stringify({ value: `value ${n} `.repeat(40) })), `value ${n}`);
      }
    }));

  it("are whole wherever a power cut ends the last record of the log", () =>
    withStore(async (store, { directory }) => {
      await fill(store, 0, 3);
      await store.close();
      const [log = ""] = await filesOf(directory, ".log");
      const bytes = await readFile(log);
      const { length } = logRecords(bytes, log);
      const records = new Set<number>();
      for (let end = 0; end < bytes.length; end += 7) {
        records.add(logRecords(bytes.subarray(0, end), log).length);
      }
      assert.deepEqual(
        [...records],
        Array.from({ length }, (_, count) => count),
      );
      const blank = Buffer.concat([bytes.subarray(0, bytes.length - 40), Buffer.alloc(4096)]);
      assert.equal(logRecords(blank, log).length, length - 1);
    }));

  it("are damaged when the last record of the log is complete and was altered", () =>
    withStore(async (store, { directory }) => {
      await fill(store, 0, 1);
      await store.close();
      const [log = ""] = await filesOf(directory, ".log");
      const bytes = await readFile(log);
      for (let at = 0; at < bytes.length; at++) {
        const altered = Buffer.from(bytes);
        altered[at] = (altered[at] ?? 0) ^ 0x80;
        assert.throws(() => logRecords(altered, log), { kind: "damaged" }, `byte ${at}`);
      }
    }));

  it("are damaged without a table, a log, or the end of either, and with a table too long", () =>
    withStore(async (store, { directory }) => {
      await fill(store, 0, 50);
      await store.compact();
      await store.close();
      const level = join(directory, "level");
      const [table = ""] = await filesOf(directory, ".ldb");
      const whole = await readFile(table);
      await truncate(table, whole.length - 1);
      await assert.rejects(checkFiles(level), { kind: "damaged", message: /has \d+ bytes/ });
      await writeFile(table, whole);
      await appendFile(table, "x");
      await assert.rejects(checkFiles(level), { kind: "damaged" });
      await writeFile(table, whole);
      await checkFiles(level);
      await writeFile(join(level, "CURRENT"), "MANIFEST-000999\n");
      await assert.rejects(checkFiles(level), { kind: "damaged", message: /is missing/ });
    }));
});
