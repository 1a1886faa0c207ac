import assert from "node:assert/strict";
import { isJsonList, isJsonObject } from "../../../daemon/base/json.ts";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { KeeperRig } from "./keeper-rig.ts";

const minuteSeconds = 60;
const zone = "Europe/Berlin";
/** When the nights begin. The clocks of Berlin change at 01:00 UTC. */
export const clockChangeNights = {
  autumn: Date.UTC(2026, 9, 24, 23, 30) / 1000,
  spring: Date.UTC(2027, 2, 27, 23, 30) / 1000,
} as const;
const nightMinutes = 180;
/** So long before the night begins no code is open. */
const quietSeconds = 4 * 3_600;

const days = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
/** Weeks by code, with an edge in the hour that is skipped or comes twice, and one night across it. */
const weeks = {
  "120001": { days, start_minute: 0, end_minute: 150, time_zone: zone },
  "120002": { days, start_minute: 135, end_minute: 240, time_zone: zone },
  "120003": { days: ["saturday"], start_minute: 1320, end_minute: 195, time_zone: zone },
} as const;

/** A window of the night, in which a code of the weeks opens by right. */
export interface NightWindow {
  readonly password_id: number;
  readonly from: number;
  readonly to: number;
}

/** A lock whose weekly codes begin and end in the night of a clock change. The code is also the password's name. */
export class ClockChangeNight {
  readonly rig: KeeperRig;
  readonly lock: VirtualLock;
  readonly #clock: { nowSeconds: number };
  readonly #ids = new Map<number, string>();

  private constructor(rig: KeeperRig, lock: VirtualLock, clock: { nowSeconds: number }) {
    this.rig = rig;
    this.lock = lock;
    this.#clock = clock;
  }

  /** In autumn, some hours before the night. */
  static async open(): Promise<ClockChangeNight> {
    const clock = { nowSeconds: clockChangeNights.autumn - quietSeconds };
    const reading = () => ({ nowMs: clock.nowSeconds * 1000, state: "synced" }) as const;
    const rig = await KeeperRig.open([], { reading });
    const night = new ClockChangeNight(rig, await rig.lock(), clock);
    for (const [password, weekly] of Object.entries(weeks)) {
      const fields = { password, weekly, name: password };
      const { password_id } = await rig.must(night.lock, "add_password", fields);
      night.#ids.set(Number(password_id), password);
    }
    return night;
  }

  get nowSeconds(): number {
    return this.#clock.nowSeconds;
  }

  /** Goes to some hours before a night, in which the gateway knows that no code of the weeks is in the lock. */
  async restBefore(from: number): Promise<void> {
    this.#clock.nowSeconds = from - quietSeconds;
    this.rig.keeper.wakeAll();
    await this.rig.untilLive(this.lock);
    await this.rig.until("all passwords closed", async () => {
      const { passwords } = await this.rig.must(this.lock, "list_passwords");
      assert.ok(isJsonList(passwords));
      const weekly = passwords.filter(isJsonObject).filter((row) => row["is_default"] === 0);
      return weekly.every(({ stage }) => stage === "closed") ? true : null;
    });
  }

  /** Returns the windows of a night by the gateway's own rules. */
  async windowsOf(from: number): Promise<readonly NightWindow[]> {
    const to = from + nightMinutes * minuteSeconds;
    const { windows } = await this.rig.must(this.lock, "lock_windows", { from, to });
    assert.ok(isJsonList(windows));
    return windows.filter(isJsonObject).flatMap((row) => {
      if (!this.#ids.has(Number(row["password_id"]))) return [];
      assert.equal(row["state"], "open");
      const [password_id, begin, end] = [row["password_id"], row["from"], row["to"]].map(Number);
      return [{ password_id: password_id ?? 0, from: begin ?? 0, to: end ?? 0 }];
    });
  }

  /** Returns the codes of the weeks that open at a time by these windows, sorted. */
  codesAt(rows: readonly NightWindow[], at: number): readonly string[] {
    const open = rows.filter((row) => row.from <= at && at < row.to);
    return open.flatMap(({ password_id }) => this.#ids.get(password_id) ?? []).sort();
  }

  /** Lives through a night by the minute. @returns the codes that opened the lock, by time, sorted */
  async pass(
    from: number,
    windows: readonly NightWindow[],
  ): Promise<ReadonlyMap<number, readonly string[]>> {
    const answers = new Map<number, readonly string[]>();
    for (let minute = 0; minute < nightMinutes; minute += 1) {
      const now = from + minute * minuteSeconds;
      this.#clock.nowSeconds = now;
      this.rig.keeper.wakeAll();
      await this.rig.untilLive(this.lock, ...this.codesAt(windows, now));
      await this.#settled(windows, from);
      answers.set(now, this.rig.live(this.lock));
    }
    return answers;
  }

  /** Returns when the gateway changed a code in the lock since a time, and of which password. */
  async changesSince(from: number): Promise<readonly string[]> {
    const entries = await this.rig.store.readRadio(1, 2000);
    const writes = entries.filter(
      ({ command, atMs }) => /^(set|clear)/.test(command) && atMs >= from * 1000,
    );
    return writes.map(({ atMs, passwordId }) => `${passwordId} at ${atMs / 1000}`);
  }

  /** Waits until the gateway has recorded the changes of this minute, so that none is recorded a minute later. */
  async #settled(windows: readonly NightWindow[], from: number): Promise<void> {
    const due = windows.flatMap(edgesOf).filter((edge) => edge.endsWith(` at ${this.nowSeconds}`));
    if (due.length === 0) return;
    await this.rig.until(`the changes ${due.join(", ")}`, async () => {
      const changes = await this.changesSince(from);
      return due.every((edge) => changes.includes(edge)) ? true : null;
    });
  }

  async close(): Promise<void> {
    await this.rig.close();
  }
}

function edgesOf({ password_id, from, to }: NightWindow): readonly string[] {
  return [from, to].map((at) => `${password_id} at ${at}`);
}
