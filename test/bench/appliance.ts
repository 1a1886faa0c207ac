import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EventEntry } from "../../daemon/core/journal.ts";
import { openStore } from "../../daemon/store/open-store.ts";
import { put } from "../../daemon/store/store.ts";
import { aLock, aPassword } from "../support/records.ts";
import { type Figure, spreadOf } from "./figures.ts";

const locks = 50;
const passwordsEach = 100;
const openings = 5;
const events = 160;
const stamp = { atMs: 1, clock: "synced" } as const;
const given = { keyFingerprint: "bench" } as const;

/**
 * What the store alone costs an appliance with 50 locks of 100 passwords each: the time to open it, every
 * checksum looked at, and what the kernel writes to the disk for a day's 160 openings, each told by itself.
 */
export async function measureStore(): Promise<Figure[]> {
  const directory = mkdtempSync(join(tmpdir(), "latchd-bench-store-"));
  try {
    await fill(directory);
    const opened: number[] = [];
    for (let round = 0; round < openings; round += 1) {
      const startedMs = performance.now();
      const store = await openStore({ ...given, directory, mode: "existing" });
      opened.push(performance.now() - startedMs);
      await store.close();
    }
    const dayKib = await writeEvents(directory);
    const alone = { bare: null, parts: {}, target: null } as const;
    return [
      { name: "opening 5,000 passwords", unit: "ms", ours: spreadOf(opened), ...alone },
      { name: "written per event", unit: "KiB", ours: spreadOf([dayKib / events]), ...alone },
      { name: "written per day", unit: "MiB", ours: spreadOf([dayKib / 1024]), ...alone },
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function fill(directory: string): Promise<void> {
  const store = await openStore({ ...given, directory, mode: "provision" });
  for (let number = 0; number < locks; number += 1) {
    const lock = lockId(number);
    const changes = Array.from({ length: passwordsEach }, (_, id) =>
      put("password", [lock, id + 1], aPassword({ lock, id: id + 1, userId: id + 1 })),
    );
    await store.commit(
      { changes: [put("lock", [lock], aLock({ lock })), ...changes], journal: [] },
      stamp,
    );
  }
  await store.close();
}

/** @returns KiB that went to the disk, by the kernel's count for this process. */
async function writeEvents(directory: string): Promise<number> {
  const store = await openStore({ ...given, directory, mode: "existing" });
  const beforeKib = writtenKib();
  for (let number = 0; number < events; number += 1) {
    const lock = lockId(number % locks);
    const detail = { password_id: 1, type: "password" };
    const entry: EventEntry = { kind: "event", event: "lockerOpenAlarm", lock, detail };
    const change = put("lock", [lock], aLock({ lock, openedAtMs: number }));
    await store.commit({ changes: [change], journal: [entry] }, stamp);
  }
  await store.close();
  return writtenKib() - beforeKib;
}

function lockId(number: number): `0x${string}` {
  return `0x00124b00000${String(number).padStart(5, "0")}`;
}

function writtenKib(): number {
  const bytes = /^write_bytes: (\d+)$/m.exec(readFileSync("/proc/self/io", "utf8"))?.[1];
  if (bytes === undefined) throw new Error("the kernel does not count what is written");
  return Number(bytes) / 1024;
}
