import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Controller, type Models, setLogger } from "zigbee-herdsman";
import { isLockId, type LockId } from "../../../daemon/core/model/door-lock.ts";
import type { LockEvent } from "../../../drivers/lock-driver.ts";
import { SimulatedHouse } from "../../../drivers/simulated/house.ts";
import { profileFromField } from "../../../drivers/simulated/lock/field-profile.ts";
import { type FieldLock, readFieldLocks } from "../../../drivers/simulated/lock/field-record.ts";
import type { Profile } from "../../../drivers/simulated/lock/profiles.ts";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { LockFrames } from "../../../drivers/zigbee/frames/lock-frames.ts";
import { clearTimers } from "../../../drivers/zigbee/herdsman/herdsman-internals.ts";
import { nextSequenceNumber } from "../../../drivers/zigbee/herdsman/herdsman-parts.ts";
import { Exchanger } from "../../../drivers/zigbee/operations/exchange.ts";
import { within } from "../../support/within.ts";
import type { FieldFrame } from "./field-frames.ts";

const silent = { debug() {}, info() {}, warning() {}, error() {} };
/** Herdsman takes a pause before it asks a device once more for a model id that it does not have. */
const deadlineMs = 60_000;
/** A router: herdsman keeps a timer of a minute for each end device, and the bytes are the same. */
const awake = { type: "router", isReceiverOnWhenIdle: true, isMainsPowered: true } as const;

/** A lock of the bench, as both sides know it. */
export interface BenchLock {
  readonly lock: VirtualLock;
  readonly id: LockId;
  readonly device: Models.Device;
}

/**
 * Locks on the simulated stick that send the frames of a file, and herdsman with latchd's own decoding on
 * the other end of the line.
 */
export class FrameBench {
  readonly exchanger = new Exchanger(nextSequenceNumber);
  readonly #house = new SimulatedHouse({ isAutoJoining: false });
  readonly #directory = mkdtempSync(join(tmpdir(), "latchd-field-"));
  readonly #records: ReadonlyMap<string, FieldLock>;
  readonly #locks = new Map<string, Promise<BenchLock>>();
  readonly #reported = new Map<LockId, LockEvent[]>();
  readonly #heard = new Set<() => void>();
  readonly frames = new LockFrames({
    exchanger: this.exchanger,
    quirks: [],
    emit: (lock, event) => this.#note(lock, event),
    runAfterEvents: (run) => run(),
    hasWorkFor: () => false,
    onFailure: () => {},
  });
  #controller: Controller | null = null;

  constructor(locks: readonly FieldLock[]) {
    this.#records = new Map(locks.map((lock) => [lock.id, lock]));
  }

  async open(): Promise<void> {
    setLogger(silent);
    this.#house.open();
    const { port } = await this.#house.stick.listenTcp({ host: "127.0.0.1", port: 0 });
    const controller = new Controller({
      network: {
        panID: 0x1a63,
        extendedPanID: [1, 2, 3, 4, 5, 6, 7, 8],
        channelList: [15],
        networkKey: Array.from({ length: 16 }, (_, index) => index + 1),
      },
      serialPort: { path: `tcp://127.0.0.1:${port}`, adapter: "zstack" },
      databasePath: join(this.#directory, "database.db"),
      databaseBackupPath: join(this.#directory, "database.db.backup"),
      backupPath: join(this.#directory, "backup.json"),
      adapter: { disableLED: false },
      acceptJoiningDeviceHandler: () => Promise.resolve(true),
    });
    this.#controller = controller;
    controller.setMaxListeners(0);
    controller.on("message", (message) => this.frames.take(message));
    await controller.start();
    await controller.permitJoin(254);
  }

  async close(): Promise<void> {
    if (this.#controller !== null) {
      await this.#controller.stop();
      clearTimers(this.#controller);
    }
    await this.#house.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** The lock that a frame is of, joined and interviewed. */
  lockOf(frame: FieldFrame): Promise<BenchLock> {
    const key = `${frame.model ?? "nobody's"}/${frame.endpoint}`;
    const known = this.#locks.get(key) ?? this.#join(frame);
    this.#locks.set(key, known);
    return known;
  }

  /** Sends a frame as the lock. @returns the events that latchd made of it */
  async say({ lock, id, device }: BenchLock, frame: FieldFrame): Promise<readonly LockEvent[]> {
    // Each frame is judged by itself: it must count neither as a repetition nor as older than another frame of the
    // file.
    this.frames.forget(id);
    device.checkinInterval = undefined;
    this.#reported.set(id, []);
    await this.#heardAfter(id, () => lock.say(frame.cluster, frame.endpoint, frame.bytes));
    return (this.#reported.get(id) ?? []).filter(({ kind }) => kind !== "heard");
  }

  async #join(frame: FieldFrame): Promise<BenchLock> {
    const controller = this.#controller;
    if (controller === null) throw new Error("the bench is not open");
    const record = frame.model === null ? undefined : this.#records.get(frame.model);
    const profile = atEndpoint(profileFromField(record ?? unknownLock()), frame.endpoint);
    const lock = this.#house.addLock({ profile });
    const id = `0x${lock.ieee}`;
    if (!isLockId(id)) throw new Error(`${id} is no address`);
    await within(deadlineMs, `the interview of ${frame.model}`, () => {
      const over = new Promise<void>((resolve) => {
        controller.on("deviceInterview", ({ device, status }) => {
          if (device.ieeeAddr === id && status !== "started") resolve();
        });
      });
      const refusal = this.#house.join(lock);
      if (refusal !== null) throw new Error(`the lock did not join: ${refusal}`);
      return over;
    });
    const device = controller.getDeviceByIeeeAddr(id);
    if (device === undefined) throw new Error(`${id} has gone`);
    device.skipDefaultResponse = true;
    return { lock, id, device };
  }

  #note(lock: LockId, event: LockEvent): void {
    const reported = this.#reported.get(lock);
    if (reported === undefined) return;
    reported.push(event);
    for (const listener of this.#heard) listener();
  }

  /** `heard` comes first, the events of the same frame right after it, in the same turn. */
  #heardAfter(id: LockId, say: () => void): Promise<void> {
    return within(deadlineMs, "the frame to arrive", async () => {
      await new Promise<void>((resolve) => {
        const listener = (): void => {
          if ((this.#reported.get(id) ?? []).length === 0) return;
          this.#heard.delete(listener);
          resolve();
        };
        this.#heard.add(listener);
        say();
      });
      await new Promise<void>((resolve) => setImmediate(resolve));
    });
  }
}

/** A lock that nobody named. */
function unknownLock(): FieldLock {
  const [lock] = readFieldLocks('[{"id":"unknown"}]');
  if (lock === undefined) throw new Error("one entry gives one lock");
  return lock;
}

/** Awake, and with the endpoint that the frame came from. */
function atEndpoint(profile: Profile, endpoint: number): Profile {
  const { record, quirks } = profile;
  if (record === undefined) return profile;
  const hasIt = record.endpoints.some((one) => one.endpoint === endpoint);
  const [first] = record.endpoints;
  const endpoints =
    hasIt || first === undefined ? record.endpoints : [...record.endpoints, { ...first, endpoint }];
  const own = first === undefined ? { ...quirks, endpoint } : quirks;
  return {
    ...profile,
    quirks: { ...own, isSleepy: false },
    record: { ...record, endpoints, node: awake },
  };
}
