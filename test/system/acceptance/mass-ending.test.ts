import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { endAllAtOnce } from "../../lab/bench/scale/mass-ending.ts";
import { KeeperRig } from "../../support/rigs/keeper-rig.ts";

const setPin = 0x05;
const clearPin = 0x07;

/** A set or clear that a lock received, in the order of transmission. */
interface Write {
  readonly lock: VirtualLock;
  readonly command: number;
  readonly userId: number;
}

describe("many windows that end in the same second", () => {
  it("end at the speed of the radio, with a lock's last code cleared after its other clears", async () => {
    const locks = 10;
    const { endedAfterMs, airMs, grantsBefore } = await endAllAtOnce(locks, 20);
    assert.equal(grantsBefore, 0);
    // Besides the slowest lock's own clears, the gateway waits only for the interval of the clock
    // check.
    assert.ok(endedAfterMs <= 1.2 * airMs + 1_000, `${endedAfterMs} ms beside ${airMs} ms of air`);
  });

  describe("on real frames", () => {
    const lockCount = 4;
    const ending = 6;
    const clock = { shiftMs: 0 };
    let rig: KeeperRig;
    before(async () => {
      const reading = () => ({ nowMs: Date.now() + clock.shiftMs, state: "synced" }) as const;
      rig = await KeeperRig.open([], { reading });
    });
    after(() => rig.close());

    const codesOf = (digit: number) =>
      Array.from({ length: ending }, (_, at) => String(digit * 100_000 + at));

    async function filled(endS: number): Promise<VirtualLock> {
      const lock = await rig.lock({ pinUsers: 20 });
      for (const password of codesOf(1)) {
        await rig.must(lock, "add_password", { password, permission_end: endS });
      }
      for (const password of codesOf(2)) {
        await rig.must(lock, "add_password", { password, permission_begin: endS });
      }
      return lock;
    }

    it("clear every code once before any set, and no lock waits for a silent one", async () => {
      const endS = Math.floor(Date.now() / 1000) + 3_600;
      const locks: VirtualLock[] = [];
      for (let at = 0; at < lockCount; at += 1) locks.push(await filled(endS));
      for (const lock of locks) await rig.untilLive(lock, ...codesOf(1));
      const [silent, ...others] = locks;
      assert.ok(silent !== undefined);
      const writes: Write[] = [];
      for (const lock of locks) {
        lock.frameObservers.add(({ clusterId, payload }) => {
          const isCommand = clusterId === 0x0101 && ((payload[0] ?? 0) & 0b11) === 1;
          const command = payload[2] ?? 0;
          if (!isCommand || (command !== setPin && command !== clearPin)) return;
          writes.push({ lock, command, userId: Buffer.from(payload).readUInt16LE(3) });
        });
      }
      silent.goOutOfRange();
      clock.shiftMs = 3_600_000;
      rig.keeper.wakeAll();
      for (const lock of others) await rig.untilLive(lock, ...codesOf(2));
      assert.deepEqual(rig.live(silent), codesOf(1));
      for (const lock of others) {
        const own = writes.filter((write) => write.lock === lock);
        const commands = own.map(({ command }) => command);
        const expected = [...codesOf(1).map(() => clearPin), ...codesOf(2).map(() => setPin)];
        assert.deepEqual(commands, expected);
        for (const command of [clearPin, setPin]) {
          const slots = own.filter((write) => write.command === command);
          assert.equal(new Set(slots.map(({ userId }) => userId)).size, ending);
        }
      }
      // The gateway worked on the locks in parallel: each lock got its first clear before any lock
      // got its last.
      const clears = writes.filter(({ command }) => command === clearPin);
      const firsts = others.map((lock) => clears.findIndex((write) => write.lock === lock));
      const lasts = others.map((lock) => clears.findLastIndex((write) => write.lock === lock));
      assert.ok(Math.max(...firsts) < Math.min(...lasts));
      silent.comeBack();
      silent.turnKnob("lock");
      await rig.untilLive(silent, ...codesOf(2));
    });
  });
});
