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
import type { Random } from "../life/random.ts";
import { answerOf } from "./field-answers.ts";
import { echoClear } from "./field-echoes.ts";
import { isWrite } from "./field-lock.ts";
import { FieldOperation, type OperationOptions, OperationQueues } from "./field-operation.ts";

const startMs = 3_000;
/** A parent keeps a frame for a sleeping child this long (macTransactionPersistenceTime). */
const parentKeepsMs = 7_680;
/** A frame that comes again within this time is a repetition: the lock heard no acknowledgement. */
const repetitionMs = 10_000;
/** Mutation `revivesCode`. */
const reviveAfterMs = 600_000;
const noStick = { kind: "unreachable", cause: "stickOffline", wasSent: false } as const;
const noRoute = { kind: "unreachable", cause: "noRoute", wasSent: false } as const;
const abortedBefore = { kind: "unreachable", cause: "aborted", wasSent: false } as const;
const stopped: RadioState = {
  kind: "offline",
  cause: "stopped",
  detail: "The radio was stopped.",
};

/** Told of each operation at the moment it leaves for the lock, before the lock has seen it. */
export type Witness = (placement: Placement, operation: SentOperation) => void;

export interface SentOperation {
  readonly name: OperationName;
  readonly userId?: number;
  readonly userStatus?: string;
}

interface Parts {
  readonly house: House;
  readonly random: Random;
  readonly witness: Witness;
  /** Codes go here, if the log is to have them: a mutation. */
  print(text: string): void;
}

/** One gateway's radio: a {@link LockDriver} over the locks of a {@link House}. */
export class FieldRadio implements LockDriver, Receiver {
  readonly #house: House;
  readonly #life: Life;
  readonly #random: Random;
  readonly #parts: Parts;
  readonly #queues: OperationQueues;
  /** Locks that have left or were removed: nothing is sent to them until they are heard. */
  readonly #gone = new Set<LockId>();
  /** Frames of the last seconds. */
  readonly #frames = new Set<string>();
  #listener: DriverListener | null = null;
  #state: RadioState = { kind: "starting" };
  #isStarted = false;
  #sequence = 0;
  #permittedUntilMs = 0;
  readonly #served: () => ServedTime;

  /** @param served the time as the gateway tells it to locks */
  constructor(parts: Parts, life: Life, served: () => ServedTime) {
    this.#parts = parts;
    this.#served = served;
    this.#house = parts.house;
    this.#random = parts.random;
    this.#life = life;
    this.#queues = new OperationQueues(life);
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

  /** The stick was plugged in or pulled out, or the driver has found out that it carries nothing. */
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

  /** Whatever else the radio hears, if it is up. */
  tell(act: (listener: DriverListener) => void): void {
    if (this.isOnline && this.#listener !== null) act(this.#listener);
  }

  /** The lock says that it leaves the network. */
  leave(lock: LockId): void {
    if (this.#life.isOver || this.#listener === null || this.#state.kind !== "online") return;
    const placement = this.#house.placement(lock);
    placement.leftMs = this.#house.time.nowMs;
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
        send: (due) => this.#begin(placement, due),
        onReleased: (over) => this.#queues.release(over),
      });
      this.#queues.add(operation);
    });
  }

  /** The frame goes out, to the lock or to the parent of one that sleeps. */
  #begin<K extends OperationName>(placement: Placement, operation: FieldOperation<K>): void {
    const { args } = operation;
    this.#house.sent(placement);
    if (isWrite(args.name) || args.name === "unlockDoor") this.#parts.witness(placement, args);
    if (this.#house.mutation === "printsCode" && "pinCode" in args) {
      this.#parts.print(`sent ${args.pinCode?.reveal()}`);
    }
    this.#sequence = (this.#sequence + 1) & 0xff;
    operation.sent(this.#sequence);
    this.#life.spend("after an operation was sent");
    const { awakeMs } = placement.lock.kind;
    const isAsleep = awakeMs !== null && this.#house.time.nowMs >= placement.awakeUntilMs;
    if (isAsleep && this.#house.isReachable(placement)) this.#leaveAtParent(placement, operation);
    else this.#send(placement, operation);
  }

  /** The lock sleeps: the frame waits at its parent, which drops it before long. */
  #leaveAtParent<K extends OperationName>(
    placement: Placement,
    operation: FieldOperation<K>,
  ): void {
    let isTaken = false;
    placement.waiting.push({
      untilMs: this.#house.time.nowMs + parentKeepsMs,
      act: () => {
        isTaken = true;
        this.#send(placement, operation);
      },
    });
    this.#life.after(parentKeepsMs, () => {
      if (!isTaken) operation.end("asleep");
    });
  }

  /** What becomes of the frame is drawn here; without an answer the operation ends at its deadline. */
  #send<K extends OperationName>(placement: Placement, operation: FieldOperation<K>): void {
    const random = this.#random;
    const { time } = this.#house;
    if (this.#house.isStickDeaf) {
      if (random.chance(0.5)) operation.blameStick();
      this.#house.trouble(placement);
      return;
    }
    if (!this.#house.isReachable(placement)) {
      if (random.chance(0.3)) {
        this.#life.after(random.integer(50, 500), () => operation.end("noRoute"));
      }
      this.#house.trouble(placement);
      return;
    }
    const takesMs = random.integer(60, placement.lock.kind.slowestMs - 20);
    const actsMs = Math.floor(takesMs * random.next());
    const luck = random.next();
    const isLost = luck < placement.loss;
    const hasActed = luck >= placement.loss / 2;
    if (isLost) {
      time.after(operation.deadlineMs, () => this.#house.trouble(placement));
      this.#house.trouble(placement);
    }
    if (!hasActed) return;
    placement.inFlight += 1;
    time.after(actsMs, () => {
      placement.inFlight -= 1;
      const outcome = this.#answer(placement, operation.args);
      this.#note(placement, operation.args, outcome);
      if (placement.lock.kind.awakeMs !== null) this.#house.stir(placement);
      if (!isLost) this.#bringBack(placement, operation, { outcome, delayMs: takesMs - actsMs });
    });
  }

  /** The answer travels; it is heard even when nobody waits for it any more. */
  #bringBack<K extends OperationName>(
    placement: Placement,
    operation: FieldOperation<K>,
    { outcome, delayMs }: { readonly outcome: Outcome<K>; readonly delayMs: number },
  ): void {
    this.#life.after(delayMs, () => {
      if (!this.#house.isReachable(placement)) return;
      this.#house.heard(placement);
      operation.finish(outcome);
    });
  }

  #answer<K extends OperationName>(
    placement: Placement,
    operation: { readonly name: K } & OperationArgs[K],
  ): Outcome<K> {
    const { nowMs } = this.#house.time;
    if (isWrite(operation.name) && nowMs < placement.refusesUntilMs) {
      return { kind: "refused", status: "failure", statusCode: 1 };
    }
    const sent: SentOperation = operation;
    const held = sent.userId === undefined ? undefined : placement.lock.slots.get(sent.userId);
    const outcome = answerOf(placement.lock, operation);
    if (operation.name === "readTime" && outcome.kind === "done") placement.clockToldMs = nowMs;
    if (sent.userId === undefined || outcome.kind !== "done") return outcome;
    const { userId } = sent;
    if (operation.name === "setPinCode" || operation.name === "clearPinCode") {
      if (this.#house.mutation === "missesEdits") placement.lock.shownInstead.delete(userId);
      const event = placement.lock.written(userId);
      if (event !== null) this.#house.say(placement, event);
    }
    if (operation.name === "clearPinCode") echoClear(this.#house, placement, userId);
    const isRevived = this.#house.mutation === "revivesCode" && operation.name === "clearPinCode";
    if (isRevived && held !== undefined) {
      this.#house.time.after(reviveAfterMs, () => placement.lock.slots.set(userId, held));
    }
    return outcome;
  }

  /** What the checks have to know of an answer. */
  #note<K extends OperationName>(
    placement: Placement,
    operation: { readonly name: K } & OperationArgs[K],
    outcome: Outcome<K>,
  ): void {
    const { time, touched } = this.#house;
    const { nowMs } = time;
    touched.add(placement.lock.id);
    const sent: SentOperation = operation;
    const { userId } = sent;
    this.#house.note(`${placement.lock.id} ${operation.name} ${userId} ${outcome.kind}`);
    if (userId === undefined) return;
    if (outcome.kind === "refused") placement.refusedMs.set(userId, nowMs);
    const isShown = operation.name === "getPinCode" || operation.name === "getUserStatus";
    if (isShown && !placement.lock.slots.has(userId)) placement.written.delete(userId);
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
