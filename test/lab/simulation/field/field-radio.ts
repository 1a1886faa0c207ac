import type { LockId } from "../../../../daemon/core/model/door-lock.ts";
import type { OperationArgs, OperationName } from "../../../../daemon/core/model/operation.ts";
import type { ServedTime } from "../../../../daemon/core/time/served-time.ts";
import {
  checkJoinSeconds,
  notAFoundLock,
  stickOffline,
} from "../../../../drivers/driver-errors.ts";
import type {
  DriverListener,
  LockDriver,
  LockEvent,
  Outcome,
  RadioState,
} from "../../../../drivers/lock-driver.ts";
import type { House, Placement, Receiver } from "../house.ts";
import type { Life } from "../life/life.ts";
import { FieldOperation, type OperationOptions, OperationQueues } from "./field-operation.ts";
import { type FieldRadioParts, FieldTransmitter } from "./field-transmitter.ts";

const startMs = 3_000;
/** A frame that comes again within this time is a repetition: the lock heard no acknowledgement. */
const repetitionMs = 10_000;
const noStick = { kind: "unreachable", cause: "stickOffline", wasSent: false } as const;
const noRoute = { kind: "unreachable", cause: "noRoute", wasSent: false } as const;
const abortedBefore = { kind: "unreachable", cause: "aborted", wasSent: false } as const;
const stopped: RadioState = {
  kind: "offline",
  cause: "stopped",
  detail: "The radio was stopped.",
};

/** One gateway's radio: a {@link LockDriver} over the locks of a {@link House}. */
export class FieldRadio implements LockDriver, Receiver {
  readonly #house: House;
  readonly #life: Life;
  readonly #queues: OperationQueues;
  readonly #transmitter: FieldTransmitter;
  /** Locks that have left or were removed: nothing is sent to them until they are heard. */
  readonly #gone = new Set<LockId>();
  /** Frames of the last seconds. */
  readonly #frames = new Set<string>();
  #listener: DriverListener | null = null;
  #state: RadioState = { kind: "starting" };
  #isStarted = false;
  #permittedUntilMs = 0;
  readonly #served: () => ServedTime;

  /** @param served the time that the gateway gives to locks */
  constructor(parts: FieldRadioParts, life: Life, served: () => ServedTime) {
    this.#served = served;
    this.#house = parts.house;
    this.#life = life;
    this.#queues = new OperationQueues(life);
    this.#transmitter = new FieldTransmitter(parts, life);
  }

  get isOnline(): boolean {
    return !this.#life.isOver && this.#state.kind === "online";
  }

  async start(listener: DriverListener): Promise<void> {
    if (this.#isStarted) throw new Error("the driver was started before");
    this.#isStarted = true;
    this.#listener = listener;
    this.#house.receiver = this;
    listener.radio(this.#state);
    this.#life.after(startMs, () => this.stickChanged());
  }

  async stop(): Promise<void> {
    this.#queues.end("aborted");
    this.#change(stopped);
    this.#listener = null;
  }

  radioState(): RadioState {
    return this.#state;
  }

  /** Reports that the stick was plugged in or pulled out, or that the driver noticed that it carries no frames. */
  stickChanged(): void {
    if (this.#life.isOver || this.#state === stopped) return;
    this.#change(this.#stickState());
  }

  #change(state: RadioState): void {
    if (this.#state === stopped) return;
    this.#state = state;
    if (state.kind !== "online") {
      this.#queues.end("stickOffline");
      this.#permittedUntilMs = 0;
    }
    this.#listener?.radio(state);
  }

  #stickState(): RadioState {
    const { isStickPresent, isStickDeaf, mutation } = this.#house;
    if (!isStickPresent) return { kind: "offline", cause: "stickLost", detail: "pulled out" };
    if (isStickDeaf && mutation !== "staysDeaf") {
      return { kind: "offline", cause: "stickReset", detail: "its firmware has restarted" };
    }
    return { kind: "online", firmware: "simulated", channel: 15, panId: 0x1a62 };
  }

  /** Passes on anything else that the radio hears, if it is online. */
  tell(act: (listener: DriverListener) => void): void {
    if (this.isOnline && this.#listener !== null) act(this.#listener);
  }

  /** The lock says that it leaves the network. */
  leave(lock: LockId): void {
    if (this.#life.isOver || this.#listener === null || this.#state.kind !== "online") return;
    const placement = this.#house.placement(lock);
    placement.leftMs = placement.isReportedGone ? null : this.#house.time.nowMs;
    this.#house.note(`${lock} leaves`);
    this.#gone.add(lock);
    this.#queues.end("noRoute", lock);
    if (this.#house.mutation !== "hidesLeave") this.#listener.left(lock);
  }

  hear(lock: LockId, event: LockEvent, frame?: number): boolean {
    if (this.#life.isOver || this.#listener === null || this.#state.kind !== "online") return false;
    this.#house.note(`${lock} ${event.kind}`);
    this.#house.touched.add(lock);
    this.#gone.delete(lock);
    if (frame !== undefined && this.#isRepeated(lock, frame)) return true;
    this.#listener.lockEvent(lock, event);
    return !this.#life.isOver;
  }

  #isRepeated(lock: LockId, frame: number): boolean {
    const key = `${lock} ${frame}`;
    if (this.#frames.has(key)) return true;
    this.#frames.add(key);
    this.#life.after(repetitionMs, () => this.#frames.delete(key));
    return false;
  }

  servedTime(): ServedTime | null {
    return this.isOnline ? this.#served() : null;
  }

  /** Tells the gateway that the lock has joined, with what an interview finds. */
  pair(placement: Placement): void {
    const { lock } = placement;
    const { id, kind } = lock;
    if (this.#life.isOver || this.#state.kind !== "online") return;
    this.#gone.delete(id);
    this.#house.heard(placement);
    this.#listener?.pairing({ step: "joined", device: id });
    this.#listener?.pairing({ step: "interviewing", device: id });
    this.#listener?.pairing({ step: "probing", device: id, model: kind.name });
    this.#listener?.pairing({
      step: "paired",
      isExpected: true,
      device: id,
      description: {
        lock: id,
        manufacturer: "latchd",
        model: kind.name,
        firmware: "1",
        capabilities: kind.capabilities,
      },
      slots: lock.scan(),
    });
  }

  perform<K extends OperationName>(
    lock: LockId,
    args: { readonly name: K } & OperationArgs[K],
    options: OperationOptions,
  ): Promise<Outcome<K>> {
    if (this.#life.spend("before an operation")) return new Promise(() => {});
    if (this.#state.kind !== "online") return Promise.resolve(noStick);
    const placement = this.#house.placements.get(lock);
    if (placement === undefined || !placement.isKnown || this.#gone.has(lock)) {
      return Promise.resolve(noRoute);
    }
    if (options.signal?.aborted === true) return Promise.resolve(abortedBefore);
    return new Promise((resolve) => {
      const operation = new FieldOperation<K>({
        lock,
        args,
        options,
        life: this.#life,
        resolve,
        send: (due) => this.#transmitter.send(placement, due),
        onReleased: (over) => this.#queues.release(over),
      });
      this.#queues.add(operation);
    });
  }

  async permitJoin(seconds: number): Promise<void> {
    checkJoinSeconds(seconds);
    if (!this.isOnline) throw stickOffline();
    this.#permittedUntilMs = this.#house.time.nowMs + seconds * 1_000;
  }

  isPermittingJoin(): boolean {
    return this.isOnline && this.#house.time.nowMs < this.#permittedUntilMs;
  }

  async addInstallCode(): Promise<null> {
    return null;
  }

  /** Every lock of the house is paired by its people: none is found without a record. */
  adopt(): never {
    throw this.isOnline ? notAFoundLock() : stickOffline();
  }

  foundLocks(): [] {
    return [];
  }

  async remove(lock: LockId): Promise<{ readonly wasTold: boolean }> {
    const placement = this.#house.placement(lock);
    const isAsleep =
      placement.lock.kind.awakeMs !== null && this.#house.time.nowMs >= placement.awakeUntilMs;
    const wasTold = this.#house.isReachable(placement) && !isAsleep;
    placement.isJoined = false;
    this.#gone.add(lock);
    return { wasTold };
  }
}
