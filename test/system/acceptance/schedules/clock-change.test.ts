import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { isJsonList, isJsonObject } from "../../../../daemon/base/json.ts";
import type { VirtualLock } from "../../../../drivers/simulated/lock/virtual-lock.ts";
import { KeeperRig } from "../../../support/rigs/keeper-rig.ts";
import { days } from "./schedule-rig.ts";

const minuteSeconds = 60;
const zone = "Europe/Berlin";
/** The clocks of Berlin change at 01:00 UTC. */
const nights = {
  autumn: Date.UTC(2026, 9, 24, 23, 30) / 1000,
  spring: Date.UTC(2027, 2, 27, 23, 30) / 1000,
} as const;
const nightMinutes = 180;
/** So long before the night begins no code is open. */
const quietSeconds = 4 * 3_600;

/** Weeks with an edge in the hour that is skipped or comes twice, and one night across it. */
const weeks = {
  "120001": { days, start_minute: 0, end_minute: 150, time_zone: zone },
  "120002": { days, start_minute: 135, end_minute: 240, time_zone: zone },
  "120003": { days: ["saturday"], start_minute: 1320, end_minute: 195, time_zone: zone },
} as const;

describe("the windows of a lock in the night of a clock change", () => {
  let rig: KeeperRig;
  let lock: VirtualLock;
  let nowSeconds = nights.autumn - quietSeconds;
  const ids = new Map<number, string>();

  before(async () => {
    const reading = () => ({ nowMs: nowSeconds * 1000, state: "synced" }) as const;
    rig = await KeeperRig.open([], { reading });
    lock = await rig.lock();
    for (const [password, weekly] of Object.entries(weeks)) {
      const { password_id } = await rig.must(lock, "add_password", { password, weekly });
      ids.set(Number(password_id), password);
    }
  });
  after(() => rig.close());

  interface Row {
    readonly password_id: number;
    readonly from: number;
    readonly to: number;
  }

  /** Returns the windows of the night, in which every code of the weeks opens by right. */
  async function windowsOf(from: number): Promise<readonly Row[]> {
    const to = from + nightMinutes * minuteSeconds;
    const { windows } = await rig.must(lock, "lock_windows", { from, to });
    assert.ok(isJsonList(windows));
    return windows.filter(isJsonObject).flatMap((row) => {
      if (!ids.has(Number(row["password_id"]))) return [];
      assert.equal(row["state"], "open");
      const [password_id, begin, end] = [row["password_id"], row["from"], row["to"]].map(Number);
      return [{ password_id: password_id ?? 0, from: begin ?? 0, to: end ?? 0 }];
    });
  }

  /** Waits until the gateway knows that no code of the weeks is in the lock. */
  async function rested(): Promise<void> {
    await rig.until("all passwords closed", async () => {
      const { passwords } = await rig.must(lock, "list_passwords");
      assert.ok(isJsonList(passwords));
      const weekly = passwords.filter(isJsonObject).filter((row) => row["is_default"] === 0);
      return weekly.every(({ stage }) => stage === "closed") ? true : null;
    });
  }

  function codesAt(rows: readonly Row[], at: number): readonly string[] {
    const open = rows.filter((row) => row.from <= at && at < row.to);
    return open.flatMap(({ password_id }) => ids.get(password_id) ?? []).sort();
  }

  /** Returns when the gateway changed a code in the lock in the night, and of which password. */
  async function changesOf(from: number): Promise<readonly string[]> {
    const entries = await rig.store.readRadio(1, 2000);
    const writes = entries.filter(
      ({ command, atMs }) => /^(set|clear)/.test(command) && atMs >= from * 1000,
    );
    return writes.map(({ atMs, passwordId }) => `${passwordId} at ${atMs / 1000}`);
  }

  function edgesOf({ password_id, from, to }: Row): readonly string[] {
    return [from, to].map((at) => `${password_id} at ${at}`);
  }

  /** Waits until the gateway has recorded the changes of this minute, so that none is recorded a minute later. */
  async function settled(rows: readonly Row[], from: number): Promise<void> {
    const due = rows.flatMap(edgesOf).filter((edge) => edge.endsWith(` at ${nowSeconds}`));
    if (due.length === 0) return;
    await rig.until(`the changes ${due.join(", ")}`, async () => {
      const changes = await changesOf(from);
      return due.every((edge) => changes.includes(edge)) ? true : null;
    });
  }

  for (const [season, from] of Object.entries(nights)) {
    it(`are what the lock answers at every minute in ${season}, asked before and after`, async () => {
      nowSeconds = from - quietSeconds;
      rig.keeper.wakeAll();
      await rig.untilLive(lock);
      await rested();
      const before = await windowsOf(from);
      const answers = new Map<number, readonly string[]>();
      for (let minute = 0; minute < nightMinutes; minute += 1) {
        nowSeconds = from + minute * minuteSeconds;
        rig.keeper.wakeAll();
        await rig.untilLive(lock, ...codesAt(before, nowSeconds));
        await settled(before, from);
        answers.set(nowSeconds, rig.live(lock));
      }
      const later = await windowsOf(from);
      for (const [at, codes] of answers) assert.deepEqual(codesAt(later, at), codes, `${at}`);
      assert.ok(new Set([...answers.values()].map(String)).size > 2, "the codes come and go");
      const changes = await changesOf(from);
      assert.ok(changes.length >= 3, "the gateway sets and clears codes");
    });
  }
});
