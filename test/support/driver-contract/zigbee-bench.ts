import type { LockId } from "../../../daemon/core/model/door-lock.ts";
import type { LockDriver, PairingStep } from "../../../drivers/lock-driver.ts";
import type { Quirks } from "../../../drivers/simulated/lock/quirks.ts";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { idOf, type ListenerRecord, ZigbeeRig } from "../radio/zigbee-rig.ts";
import {
  type BenchLock,
  type DriverBench,
  lateAnswerMs,
  type Role,
  roles,
} from "./driver-bench.ts";

const quirks: Readonly<Record<Role, Partial<Quirks>>> = {
  main: { clock: "server" },
  plain: { clock: "absent", logRecords: 0 },
  late: { lateAnswerMs },
  mute: {},
  sleepy: { isSleepy: true, longPollMs: 3_600_000, clock: "absent" },
  repeating: { extraEvents: 1 },
};

/** Power Configuration, reported by Report Attributes (0x0A): batteryPercentageRemaining, uint8. */
const power = { clusterId: 0x0001, header: [0x18, 0x00, 0x0a, 0x21, 0x00, 0x20] } as const;

/** zigbee-herdsman on a simulated stick, with virtual locks behind it. */
export class ZigbeeBench implements DriverBench {
  readonly #rig = new ZigbeeRig({ quirks: [{ model: /./, quirks: { spacingMs: 0 } }] });
  readonly #locks = new Map<Role, VirtualLock>();
  readonly #paired = new Set<LockId>();

  static async open(): Promise<ZigbeeBench> {
    const bench = new ZigbeeBench();
    await bench.#rig.openHouse();
    for (const role of roles) {
      const lock = bench.#rig.house.addLock({ profile: "LATCH-ZCL-1", quirks: quirks[role] });
      bench.#locks.set(role, lock);
    }
    return bench;
  }

  get driver(): LockDriver {
    return this.#rig.driver;
  }

  get listener(): ListenerRecord {
    return this.#rig.listener;
  }

  lock(role: Role): BenchLock {
    const lock = this.#virtual(role);
    return {
      id: idOf(lock),
      endpoint: lock.quirks.endpoint,
      codeIn: (userId) => lock.storedUser(userId)?.pinCode.reveal() ?? null,
      program: (userId, code) => {
        lock.programAtKeypad({ userId, code });
      },
      enter: (_userId, code) => {
        lock.keypad(code);
      },
      reportBattery: (percent) =>
        lock.say(
          power.clusterId,
          lock.quirks.endpoint,
          Uint8Array.of(...power.header, percent * 2),
        ),
      reportDoor: (state) => lock.door(state),
      sleep: () => lock.sleep(),
      goOutOfRange: () => lock.goOutOfRange(),
      comeBack: () => lock.comeBack(),
      leave: () => lock.leave(),
    };
  }

  start(): Promise<void> {
    return this.driver.start(this.listener, [...this.#paired]);
  }

  renew(): void {
    this.#rig.makeDriver();
  }

  async pair(role: Role): Promise<Extract<PairingStep, { step: "paired" }>> {
    const lock = this.#virtual(role);
    const id = idOf(lock);
    const from = this.listener.steps.length;
    await this.driver.permitJoin(60, id);
    this.#rig.house.join(lock);
    const paired = await this.#rig.paired(id, from);
    this.#rig.records.set(id, paired.description);
    this.#paired.add(id);
    await this.driver.permitJoin(0);
    if (role === "mute") lock.answerWith(() => "silence");
    return paired;
  }

  pullStick(): void {
    void this.#rig.house.stick.unplug();
  }

  plugStick(): void {
    void this.#rig.house.stick.plugIn();
  }

  nowMs(): number {
    return performance.now();
  }

  passing<T>(promise: Promise<T>): Promise<T> {
    return promise;
  }

  until<T>(what: string, find: () => T | undefined): Promise<T> {
    return this.listener.until(what, find);
  }

  close(): Promise<void> {
    return this.#rig.close();
  }

  #virtual(role: Role): VirtualLock {
    const lock = this.#locks.get(role);
    if (lock === undefined) throw new Error(`the bench has no lock ${role}`);
    return lock;
  }
}
