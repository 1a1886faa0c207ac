import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { VirtualLock } from "../../../../drivers/simulated/lock/virtual-lock.ts";
import { DoctorHouse } from "../../../support/radio/doctor-house.ts";
import { freePort } from "../../../support/rigs/free-port.ts";

const mebibyte = 1_048_576;

/** What happens, the lines that the doctor has for it, and how it ends. */
interface State {
  readonly state: string;
  bring(): Promise<unknown> | unknown;
  /** `state what`, with the lock's name in place of its address. */
  readonly lines: readonly string[];
  /** Parts of the health that are not ok, whose fault it is. */
  readonly unhealthy?: readonly string[];
  end(): Promise<unknown> | unknown;
}

/**
 * Each state is brought about at the real daemon. `latchctl doctor` has exactly these lines more than before it, and none
 * of them when it has ended.
 */
describe("latchctl doctor", { timeout: 900_000 }, () => {
  let rig: DoctorHouse;
  let front: VirtualLock;
  let back: VirtualLock;
  let baseline: readonly string[] = [];
  let closedPort = 0;
  let callback = "";

  before(async () => {
    closedPort = await freePort();
    rig = await DoctorHouse.start();
    front = await rig.pair({ profile: "LATCH-ZCL-1", quirks: { refusesSimplePins: true } });
    await rig.must("rename_lock", { uuid: uuidOf(front), name: "front" });
    await addCode({ is_default: 1, password: "135790" });
    await addCode({ password: "918222", name: "tenant" });
    await rig.until("the codes", async () => codesOf(front).includes("918222"));
    baseline = await lines();
  });
  after(() => rig.close());

  const uuidOf = (lock: VirtualLock) => `0x${lock.ieee}`;
  const codesOf = (lock: VirtualLock) => lock.users().map(({ pinCode }) => pinCode.reveal());
  const addCode = (params: object) => rig.must("add_password", { uuid: uuidOf(front), ...params });
  const remove = (password_id: number) =>
    rig.must("delete_password", { uuid: uuidOf(front), password_id });

  async function lines(): Promise<readonly string[]> {
    const found = await rig.faults();
    for (const { advice, code } of found) assert.notEqual(advice, "", `${code} has no advice`);
    return found
      .map(({ state, what }) => `${state} ${what}`.replaceAll(/ \(0x[0-9a-f]{16}\)/g, ""))
      .map((line) =>
        line
          .replaceAll(/[0-9]+ min\b/g, "N min")
          .replaceAll(/tcp:\/\/[0-9.:]+/g, "TCP")
          .replaceAll(/callback [0-9.:]+:/g, "callback HOST:")
          .replaceAll(/[0-9]+ records/g, "N records")
          .replaceAll(/(cloud is degraded): .*/g, "$1: REASON"),
      );
  }

  async function faults(): Promise<readonly string[]> {
    return (await lines()).filter((line) => !baseline.includes(line));
  }

  async function untilLines(what: string, wanted: readonly string[]): Promise<void> {
    let last: readonly string[] = [];
    try {
      await rig.until(what, async () => {
        last = await faults();
        return JSON.stringify(last) === JSON.stringify(wanted);
      });
    } catch (cause) {
      assert.deepEqual(last, wanted, what);
      throw cause;
    }
  }

  const states: readonly State[] = [
    {
      state: "a door that was forced open",
      bring: () => front.forceDoor(),
      lines: ["bad lock front: its door reports forcedOpen"],
      end: () => front.door("closed"),
    },
    {
      state: "a code that the lock refuses",
      bring: () => addCode({ password: "111111" }),
      lines: ["warn lock front: 1 passwords failed"],
      end: () => remove(2),
    },
    {
      state: "a network that is open",
      bring: () => rig.must("permit_join", { seconds: 200 }),
      lines: ["warn the network is open: devices can join"],
      end: () => rig.must("permit_join", { seconds: 0 }),
    },
    {
      state: "a lock that was just paired, with a flat battery and somebody's code",
      bring: async () => {
        back = await rig.pair({ profile: "LATCH-ZCL-1" }, (lock) => {
          lock.programAtKeypad({ userId: 9, code: "777777" });
          lock.setBattery(5);
        });
        await rig.must("rename_lock", { uuid: uuidOf(back), name: "back" });
      },
      lines: [
        "warn lock back: battery 5 %",
        "warn lock back has no administrator code: no other can be added",
        "warn lock back contains 1 unmanaged codes",
      ],
      end: () => rig.must("remove_lock", { uuid: uuidOf(back) }),
    },
    {
      state: "a lock that does not answer, with a code that must go",
      bring: async () => {
        front.goOutOfRange();
        await remove(1);
      },
      lines: [
        "bad lock front is offline",
        "bad lock front: 1 passwords may still open although they should not, the oldest for N min",
      ],
      end: async () => {
        front.comeBack();
        front.keypad("000001");
        await rig.until("the code to go", async () => !codesOf(front).includes("918222"));
      },
    },
    {
      state: "a bolt that is stuck half way",
      bring: () => front.jam(),
      lines: ["bad lock front: its bolt is stuck half way"],
      end: () => front.turnKnob("lock"),
    },
    {
      state: "a stick that was pulled out",
      bring: () => rig.house.stick.unplug(),
      lines: ["bad stick TCP No Zigbee stick can be reached at TCP; no lock can be reached"],
      unhealthy: ["stick", "network"],
      end: () => rig.house.stick.plugIn(),
    },
    {
      state: "a broker that has stopped",
      bring: () => rig.broker.kill(),
      lines: ["warn cloud is degraded: REASON"],
      unhealthy: ["cloud"],
      end: () => rig.broker.restart(),
    },
    {
      state: "a partner's server that does not take events",
      bring: async () => {
        const { callback_id } = await rig.must("callback_add", {
          url: `http://127.0.0.1:${closedPort}/events`,
        });
        callback = String(callback_id);
        front.turnKnob("unlock");
      },
      lines: ["warn callback HOST: its server does not take events; N records wait"],
      end: () => {
        front.turnKnob("lock");
        return rig.must("callback_remove", { callback_id: callback });
      },
    },
    {
      state: "a disk that is nearly full",
      bring: () => rig.setFree(100 * mebibyte),
      lines: ["warn the disk is nearly full: 100 MB are free"],
      unhealthy: ["store"],
      end: () => rig.setFree(),
    },
    {
      state: "a full disk",
      bring: () => rig.setFree(8 * mebibyte),
      lines: ["bad the disk is full: 8 MB are free"],
      unhealthy: ["store"],
      end: () => rig.setFree(),
    },
  ];

  for (const { state, bring, lines: wanted, unhealthy = [], end } of states) {
    it(`has its own line for each fault of ${state}, and none afterwards`, async () => {
      await bring();
      await untilLines(`the lines of ${state}`, wanted);
      assert.deepEqual(await rig.unhealthyParts(), unhealthy);
      await end();
      await untilLines(`the end of ${state}`, []);
      assert.deepEqual(await rig.unhealthyParts(), []);
    });
  }

  it("is in the file of latchctl support, without any code, secret or name of this run", async () => {
    const { client_secret } = await rig.must("client_add", {
      client_id: "partner",
      scope: "manager",
    });
    const file = join(rig.folder, "support.json");
    assert.match(await rig.latchctl("support", file), /"ErrNo":0/);
    const text = readFileSync(file, "utf8");
    for (const part of ["daemonAnswers", "freeBytes", "lock paired", "code confirmed", "name-"]) {
      assert.ok(text.includes(part), part);
    }
    const key = readFileSync(join(rig.data, "keys", "master.key"));
    const secrets = ["135790", "918222", "111111", "777777", String(client_secret)];
    for (const form of ["hex", "base64", "base64url"] as const) secrets.push(key.toString(form));
    for (const secret of [...secrets, "tenant", "front", '"back"']) {
      assert.ok(!text.includes(secret), secret);
    }
    const log = rig.logLines.join("\n");
    for (const secret of secrets) assert.ok(!log.includes(secret), `the log has ${secret}`);
  });
});
