import assert from "node:assert/strict";
import { mkdtempSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it, type TestContext } from "node:test";
import { SimulatedHouse } from "../../../drivers/simulated/house.ts";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { noFaults } from "../../../drivers/simulated/stick/faults.ts";
import { call, post } from "../../support/rest/rest-client.ts";
import { DaemonProcess } from "../../support/rigs/daemon-process.ts";
import { within } from "../../support/within.ts";

const patienceMs = 120_000;
const administrator = "908172";

/**
 * The whole daemon with its usual times. For each fault: the time until a new code opens the door and the
 * opening is in the lock's history. `docs/operations.md` has the figures.
 */
describe("the daemon, after a fault of its stick", { timeout: 900_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "latchd-recovery-"));
  const socketPath = join(folder, "latchd.sock");
  const house = new SimulatedHouse();
  const locks: VirtualLock[] = [];
  let daemon: DaemonProcess;
  let nextCode = 100_000;

  before(async () => {
    house.open();
    for (let count = 0; count < 2; count += 1) {
      locks.push(house.addLock({ profile: "LATCH-ZCL-1" }));
    }
    const { port } = await house.stick.listenTcp({ host: "127.0.0.1", port: 0 });
    daemon = new DaemonProcess({
      configFile: join(folder, "latchd.yaml"),
      config: {
        data_dir: join(folder, "data"),
        stick: { path: `tcp://127.0.0.1:${port}` },
        clock: { trust: "system" },
        api: { port: false, socket: socketPath },
      },
    });
    await daemon.start();
    await until("both locks to be paired", async () => {
      await request("permit_join", { seconds: 60 });
      const { locks: paired } = await request("list_locks");
      return Array.isArray(paired) && paired.length === locks.length;
    });
    assert.equal((await request("permit_join", { seconds: 0 })).ErrNo, 0);
    for (const lock of locks) {
      await must("add_password", { uuid: uuidOf(lock), is_default: 1, password: administrator });
      await until("the administrator's code", () => holds(lock, administrator));
    }
  });
  after(async () => {
    await daemon.kill();
    await house.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const uuidOf = (lock: VirtualLock) => `0x${lock.ieee}`;
  const request = async (name: string, params: object = {}) =>
    (await post({ socketPath }, `/openapi/v1/${name}`, params)).body;

  async function must(name: string, params: object) {
    const reply = await request(name, params);
    assert.equal(reply.ErrNo, 0, `${name}: ${reply.ErrMsg}`);
    return reply;
  }

  async function until(what: string, isSo: () => Promise<boolean> | boolean): Promise<void> {
    await within(patienceMs, what, async () => {
      while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 50));
    });
  }

  /**
   * Reads the memory of the simulated lock. Typing wrong codes would block its keypad for a minute.
   */
  function holds(lock: VirtualLock, code: string): boolean {
    const users = lock.users().filter(({ userStatus }) => userStatus === 1);
    return users.some(({ pinCode }) => pinCode.reveal() === code);
  }

  function opens(lock: VirtualLock, code: string): boolean {
    lock.turnKnob("lock");
    return lock.keypad(code) === "opened";
  }

  async function openings(lock: VirtualLock): Promise<number> {
    const { lock_events: events } = await must("get_lock_events", {
      uuid: uuidOf(lock),
      count: 50,
    });
    assert.ok(Array.isArray(events));
    return events.length;
  }

  /** Waits until a new code opens each lock and the opening is reported. Returns the seconds since `beganMs`. */
  async function worksAgain(beganMs: number): Promise<number> {
    for (const lock of locks) {
      const password = String(nextCode++);
      await must("add_password", { uuid: uuidOf(lock), password });
      await until(`the code ${password} in ${lock.ieee}`, () => holds(lock, password));
      const before = await openings(lock);
      assert.ok(opens(lock, password));
      await until(
        `an opening of ${lock.ieee} to be reported`,
        async () => (await openings(lock)) > before,
      );
    }
    return (performance.now() - beganMs) / 1000;
  }

  async function countOf(event: string): Promise<number> {
    const { records } = await must("read_journal", { event });
    assert.ok(Array.isArray(records));
    return records.length;
  }

  async function health(part: string): Promise<unknown> {
    const { body } = await call({ socketPath }, "/api/health");
    return JSON.stringify(body).includes(`"${part}":{"state":"ok"`) ? "ok" : body;
  }

  /**
   * @param fault causes the fault
   * @param end removes its cause after the gateway has reported it
   */
  async function measured(
    t: TestContext,
    fault: () => void,
    end: () => void = () => undefined,
  ): Promise<number> {
    const [alarms, clears] = [
      await countOf("stickOfflineAlarm"),
      await countOf("clearStickOfflineAlarm"),
    ];
    const beganMs = performance.now();
    fault();
    await until("the alarm", async () => (await countOf("stickOfflineAlarm")) > alarms);
    end();
    const seconds = await worksAgain(beganMs);
    t.diagnostic(`codes work again after ${seconds.toFixed(1)} s`);
    await until(
      "the end of the alarm",
      async () => (await countOf("clearStickOfflineAlarm")) > clears,
    );
    return seconds;
  }

  it("sets codes again within 15 s of a restart of the firmware", async (t) => {
    const seconds = await measured(t, () => house.stick.restartFirmware({ reason: "watchdog" }));
    assert.ok(seconds < 15, `${seconds} s`);
    assert.equal(await health("stick"), "ok");
  });

  it("sets codes again within 30 s of a restart that lost the flash", async (t) => {
    const seconds = await measured(t, () => house.stick.restartFirmware({ isFlashLost: true }));
    assert.ok(seconds < 30, `${seconds} s`);
  });

  it("opens the port again when AF_DATA_REQUEST gets no answer, and blames no lock", async (t) => {
    const before = await countOf("lockOfflineAlarm");
    await measured(
      t,
      () => {
        house.stick.setFaults({ commands: { AF_DATA_REQUEST: "unanswered" } });
        for (const lock of locks) {
          void request("add_password", { uuid: uuidOf(lock), password: String(nextCode++) });
        }
      },
      () => house.stick.setFaults(noFaults()),
    );
    assert.equal(await countOf("lockOfflineAlarm"), before);
    const { locks: listed } = await request("list_locks");
    assert.ok(Array.isArray(listed));
    for (const lock of listed) assert.equal(lock.left_alone_for_s, 0);
  });

  it("reports in its health that the stick fails repeatedly", async () => {
    for (let turn = 0; turn < 2; turn += 1) {
      const alarms = await countOf("stickOfflineAlarm");
      house.stick.restartFirmware();
      await until("the alarm", async () => (await countOf("stickOfflineAlarm")) > alarms);
      await until(
        "the radio to be online",
        async () => (await request("get_stick"))["state"] === "online",
      );
    }
    assert.match(JSON.stringify(await health("stick")), /failed \d+ times in a row/);
  });

  it("has every lock again after a power cut that emptied the device database", async (t) => {
    await daemon.kill();
    truncateSync(join(folder, "data", "zigbee", "database.db"));
    const beganMs = performance.now();
    await daemon.start();
    const seconds = await worksAgain(beganMs);
    t.diagnostic(`codes work again ${seconds.toFixed(1)} s after the start`);
    const { locks: listed } = await request("list_locks");
    assert.ok(Array.isArray(listed));
    for (const lock of listed) assert.equal(lock.is_on_network, 1);
    assert.equal(await health("network"), "ok");
  });
});
