import assert from "node:assert/strict";
import { after, before } from "node:test";
import type { JsonObject } from "../../../../daemon/base/json.ts";
import { toZigbeeUtc } from "../../../../daemon/core/time/zigbee-time.ts";
import type { VirtualLock } from "../../../../drivers/simulated/lock/virtual-lock.ts";
import { KeeperRig } from "../../../support/rigs/keeper-rig.ts";

export const hourSeconds = 3_600;
export const daySeconds = 86_400;
export const days = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

export function littleEndian(seconds: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(seconds);
  return bytes.toString("hex");
}

/** All of yesterday, today and tomorrow, so that the window is open at any time of day. */
export function threeDays(): { readonly weekly: JsonObject; readonly daysMask: number } {
  const today = new Date().getUTCDay();
  const chosen = [(today + 6) % 7, today, (today + 1) % 7];
  const weekly = {
    days: chosen.map((day) => days[day] ?? ""),
    start_minute: 0,
    end_minute: 1440,
    time_zone: "UTC",
  };
  return { weekly, daysMask: chosen.reduce((mask, day) => mask | (1 << day), 0) };
}

/** Command ids except Get PIN Code and Get Log Record, which do not belong to a password. */
export function writesAndChecks(frames: readonly string[]): readonly string[] {
  const commands = frames.map((frame) => frame.slice(0, 2));
  return commands.filter((command) => command !== "06" && command !== "04");
}

/** A keeper with locks that have schedules, and what these tests wait for. */
export class ScheduleRig {
  #rig: KeeperRig | null = null;

  /** Opens the rig before the tests of a suite. Call it inside the suite. */
  constructor() {
    before(async () => {
      this.#rig = await KeeperRig.open([], { timeZone: "UTC" });
    });
    after(() => this.rig.close());
  }

  get rig(): KeeperRig {
    if (this.#rig === null) throw new Error("the rig is not open");
    return this.#rig;
  }

  /** Sets the lock's clock and waits until the gateway knows its state. */
  async withClock(lock: VirtualLock, aheadSeconds = 0): Promise<void> {
    lock.setClock(toZigbeeUtc(Date.now()) + aheadSeconds);
    lock.turnKnob("lock");
    const state = Math.abs(aheadSeconds) > 60 ? "drifting" : "healthy";
    await this.rig.until(`a clock that is ${state}`, () => {
      const record = this.rig.store.get("lock", [`0x${lock.ieee}`]);
      return record?.lockClock.state === state ? true : null;
    });
  }

  async passwordOf(lock: VirtualLock, id: number) {
    const { passwords } = await this.rig.must(lock, "fetch_passwords");
    assert.ok(Array.isArray(passwords));
    return passwords.find((password) => password.id === id);
  }

  /** Resolves when the password is enforced by `guard`. */
  enforcedBy(lock: VirtualLock, id: number, guard: string): Promise<true> {
    return this.rig.until(`password ${id} enforced by ${guard}`, async () =>
      (await this.passwordOf(lock, id))?.guard === guard ? true : null,
    );
  }
}
