import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isLockId, type LockId, type UserId } from "../../../daemon/core/model/door-lock.ts";
import type { ServedTime } from "../../../daemon/core/time/served-time.ts";
import type {
  DriverListener,
  IdentityDoubt,
  LockDescription,
  LockEvent,
  OperationArgs,
  OperationName,
  Outcome,
  PairingStep,
  PinReading,
  RadioState,
} from "../../../drivers/lock-driver.ts";
import { SimulatedHouse } from "../../../drivers/simulated/house.ts";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import type { DriverLogger } from "../../../drivers/zigbee/herdsman/herdsman-log.ts";
import type { ModelQuirks } from "../../../drivers/zigbee/quirks/quirk-model.ts";
import type { RadioTiming } from "../../../drivers/zigbee/stick/radio.ts";
import { ZigbeeDriver } from "../../../drivers/zigbee/zigbee-driver.ts";

/** Long enough for a slow machine; nothing takes this long when all is well. */
const deadlineMs = 30_000;

/** What a driver has reported, in sequence, with waiting for what comes. */
export class ListenerRecord implements DriverListener {
  readonly events: { readonly lock: LockId; readonly event: LockEvent }[] = [];
  readonly steps: PairingStep[] = [];
  readonly radioStates: RadioState[] = [];
  readonly gone: LockId[] = [];
  /** Devices that may not be the lock that they claim to be, with the reason. */
  readonly doubts: string[] = [];
  readonly #waiting = new Set<() => void>();

  lockEvent(lock: LockId, event: LockEvent): void {
    this.events.push({ lock, event });
    this.#wake();
  }

  pairing(step: PairingStep): void {
    this.steps.push(step);
    this.#wake();
  }

  left(lock: LockId): void {
    this.gone.push(lock);
    this.#wake();
  }

  rejoined(lock: LockId, doubt: IdentityDoubt): void {
    this.doubts.push(`${lock} ${doubt}`);
    this.#wake();
  }

  radio(state: RadioState): void {
    this.radioStates.push(state);
    this.#wake();
  }

  /** Waits until `find` returns something from what was reported. */
  until<T>(what: string, find: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`${what} did not come within ${deadlineMs} ms`));
      }, deadlineMs);
      const look = (): void => {
        const found = find();
        if (found === undefined) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Waits for the next radio state of this kind that comes after the first `from` ones. */
  radioBecomes(kind: RadioState["kind"], from = 0): Promise<RadioState> {
    return this.until(`radio ${kind}`, () =>
      this.radioStates.slice(from).find((state) => state.kind === kind),
    );
  }

  /** The events of a lock without the `heard` ones. */
  reported(lock: LockId): LockEvent[] {
    return this.events
      .filter((entry) => entry.lock === lock && entry.event.kind !== "heard")
      .map((entry) => entry.event);
  }

  #wake(): void {
    for (const look of [...this.#waiting]) look();
  }
}

/** Keeps every line; {@link text} is all of it. */
export class LogRecord implements DriverLogger {
  readonly lines: string[] = [];

  debug(fields: object, message: string): void {
    this.#add("debug", fields, message);
  }

  info(fields: object, message: string): void {
    this.#add("info", fields, message);
  }

  warn(fields: object, message: string): void {
    this.#add("warn", fields, message);
  }

  error(fields: object, message: string): void {
    this.#add("error", fields, message);
  }

  get text(): string {
    return this.lines.join("\n");
  }

  #add(level: string, fields: object, message: string): void {
    this.lines.push(`${level} ${JSON.stringify(fields)} ${message}`);
  }
}

export interface RigOptions {
  readonly quirks?: readonly ModelQuirks[];
  readonly timing?: Partial<RadioTiming>;
  /** Resolves when the events so far are on disk; absent = at once. */
  readonly eventsStored?: () => Promise<void>;
}

/** A driver of zigbee-herdsman on a simulated stick with virtual locks: real bytes all the way. */
export class ZigbeeRig {
  readonly house = new SimulatedHouse({ isAutoJoining: false });
  readonly log = new LogRecord();
  readonly directory = mkdtempSync(join(tmpdir(), "latchd-zigbee-"));
  /** What a store would hold of the locks that were paired. */
  readonly records = new Map<LockId, LockDescription>();
  listener = new ListenerRecord();
  time: ServedTime = {
    unixSeconds: Math.floor(Date.now() / 1000),
    isTrusted: true,
    zoneSeconds: 28_800,
    dst: null,
  };
  #driver: ZigbeeDriver | null = null;
  readonly #options: RigOptions;
  #stickPath = "";

  constructor(options: RigOptions = {}) {
    this.#options = options;
  }

  get driver(): ZigbeeDriver {
    assert.ok(this.#driver !== null, "the driver was not started");
    return this.#driver;
  }

  /** Opens the house, and makes a driver that is not started. */
  async openHouse(): Promise<void> {
    this.house.open();
    const address = await this.house.stick.listenTcp({ host: "127.0.0.1", port: 0 });
    this.#stickPath = `tcp://127.0.0.1:${address.port}`;
    this.makeDriver();
  }

  /** Opens the house and brings the driver online. */
  async open(): Promise<void> {
    await this.openHouse();
    await this.startDriver();
    await this.listener.radioBecomes("online");
  }

  /** Starts a driver on the same files, with a fresh listener. */
  async startDriver(knownLocks: readonly LockId[] = []): Promise<void> {
    await this.makeDriver().start(this.listener, knownLocks);
  }

  /** A driver on the same files that is not started, and a fresh listener. */
  makeDriver(): ZigbeeDriver {
    this.listener = new ListenerRecord();
    const { eventsStored } = this.#options;
    this.#driver = new ZigbeeDriver({
      ...(eventsStored === undefined ? {} : { eventsStored }),
      stick: { path: this.#stickPath, baudRateBps: 115_200, rtscts: false },
      directory: join(this.directory, "zigbee"),
      channel: 15,
      getTime: () => this.time,
      logger: this.log,
      quirks: this.#options.quirks ?? [],
      describe: (lock) => this.records.get(lock) ?? null,
      timing: { retryMinMs: 50, retryMaxMs: 200, ...this.#options.timing },
    });
    return this.#driver;
  }

  async close(): Promise<void> {
    await this.#driver?.stop();
    await this.house.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Lets a lock in and waits until it is paired. */
  async pair(lock: VirtualLock): Promise<{
    readonly description: LockDescription;
    readonly slots: ReadonlyMap<UserId, PinReading>;
  }> {
    const id = idOf(lock);
    await this.driver.permitJoin(60);
    assert.equal(this.house.join(lock), null);
    const paired = await this.paired(id);
    this.records.set(id, paired.description);
    return paired;
  }

  /**
   * Waits for the last step of a lock's pairing, which must be `paired`.
   * @param from how many steps to leave out: those of earlier pairings
   */
  async paired(id: LockId, from = 0): Promise<Extract<PairingStep, { step: "paired" }>> {
    const last = await this.listener.until(`the pairing of ${id}`, () =>
      this.listener.steps
        .slice(from)
        .find(
          ({ device, step }) => device === id && ["paired", "refused", "failed"].includes(step),
        ),
    );
    assert.ok(last.step === "paired", `pairing ended as ${JSON.stringify(last)}`);
    return last;
  }

  perform<K extends OperationName>(
    lock: VirtualLock,
    operation: { readonly name: K } & OperationArgs[K],
    performMs = 5_000,
  ): Promise<Outcome<K>> {
    const options = { deadlineMs: performMs, endpoint: lock.quirks.endpoint };
    return this.driver.perform(idOf(lock), operation, options);
  }
}

export function idOf(lock: VirtualLock): LockId {
  const id = `0x${lock.ieee}`;
  assert.ok(isLockId(id));
  return id;
}
