import type { LockId } from "../../../../daemon/core/model/door-lock.ts";
import type { OperationArgs, OperationName } from "../../../../daemon/core/model/operation.ts";
import type { ServedTime } from "../../../../daemon/core/time/served-time.ts";
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
import { isWrite } from "./field-lock.ts";
import type { SendObserver, SentOperation } from "./sent-operation.ts";
import { WriteAftermath } from "./write-aftermath.ts";

const startMs = 3_000;
/** A parent keeps a frame for a sleeping child so long (macTransactionPersistenceTime). */
const parentKeepsMs = 7_680;
const timeout = { kind: "unreachable", cause: "timeout", wasSent: true } as const;
const noStick = { kind: "unreachable", cause: "stickOffline", wasSent: false } as const;
/** Sent, and the stick does not say what became of it. */
const stickFailed = { kind: "unreachable", cause: "stickOffline", wasSent: true } as const;
const noRoute = { kind: "unreachable", cause: "noRoute", wasSent: false } as const;

interface Parts {
  readonly house: House;
  readonly random: Random;
  readonly observer: SendObserver;
  /** Codes go here, if the log is to have them: a mutation. */
  print(text: string): void;
}

interface Options {
  readonly deadlineMs: number;
}

/** One gateway's radio: a {@link LockDriver} over the locks of a {@link House}. */
export class FieldRadio implements LockDriver, Receiver {
  readonly #house: House;
  readonly #life: Life;
  readonly #random: Random;
  readonly #parts: Parts;
  readonly #aftermath: WriteAftermath;
  #listener: DriverListener | null = null;
  #state: RadioState = { kind: "starting" };
  readonly #served: () => ServedTime;

  /** @param served the time as the gateway tells it to locks */
  constructor(parts: Parts, life: Life, served: () => ServedTime) {
    this.#parts = parts;
    this.#served = served;
    this.#house = parts.house;
    this.#aftermath = new WriteAftermath(parts.house);
    this.#random = parts.random;
    this.#life = life;
  }

  get isOnline(): boolean {
    return !this.#life.isOver && this.#state.kind === "online";
  }

  async start(listener: DriverListener): Promise<void> {
    this.#listener = listener;
    this.#house.receiver = this;
    listener.radio(this.#state);
    this.#life.after(startMs, () => this.stickChanged());
  }

  async stop(): Promise<void> {
    this.#listener = null;
  }

  radioState(): RadioState {
    return this.#state;
  }

  /** The stick was plugged in or pulled out, or the driver has found out that it carries nothing. */
  stickChanged(): void {
    if (this.#life.isOver) return;
    this.#state = this.#stickState();
    this.#listener?.radio(this.#state);
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
    if (this.#house.mutation !== "hidesLeave") this.#listener.left(lock);
  }

  hear(lock: LockId, event: LockEvent): boolean {
    if (this.#life.isOver || this.#listener === null || this.#state.kind !== "online") return false;
    this.#house.note(`${lock} ${event.kind}`);
    this.#house.touched.add(lock);
    this.#listener.lockEvent(lock, event);
    return !this.#life.isOver;
  }

  servedTime(): ServedTime | null {
    return this.isOnline ? this.#served() : null;
  }

  /** Tells the gateway that the lock has joined, with what an interview finds. */
  pair(placement: Placement): void {
    const { lock } = placement;
    const { id, kind } = lock;
    if (this.#life.isOver || this.#state.kind !== "online") return;
    this.#house.heard(placement);
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
    operation: { readonly name: K } & OperationArgs[K],
    options: Options,
  ): Promise<Outcome<K>> {
    if (this.#life.spend("before an operation")) return new Promise(() => {});
    if (this.#state.kind !== "online") return Promise.resolve(noStick);
    const placement = this.#house.placement(lock);
    this.#house.sent(placement);
    if (isWrite(operation.name) || operation.name === "unlockDoor") {
      this.#parts.observer(placement, operation);
    }
    if (this.#house.mutation === "printsCode" && "pinCode" in operation) {
      this.#parts.print(`sent ${operation.pinCode?.reveal()}`);
    }
    const isDying = this.#life.spend("after an operation was sent");
    return new Promise((resolve) => {
      const tell = (outcome: Outcome<K>, delayMs: number) =>
        this.#life.after(delayMs, () => {
          if (outcome.kind !== "unreachable") this.#house.heard(placement);
          resolve(outcome);
        });
      const told = isDying ? () => {} : tell;
      const { awakeMs } = placement.lock.kind;
      const isAsleep = awakeMs !== null && this.#house.time.nowMs >= placement.awakeUntilMs;
      if (isAsleep && this.#house.isReachable(placement)) {
        this.#leave(placement, operation, options, told);
      } else this.#send(placement, operation, options, told);
    });
  }

  /** The lock sleeps: the frame waits at its parent, and is gone before long. */
  #leave<K extends OperationName>(
    placement: Placement,
    operation: { readonly name: K } & OperationArgs[K],
    options: Options,
    tell: (outcome: Outcome<K>, delayMs: number) => void,
  ): void {
    const { nowMs } = this.#house.time;
    let isOver = false;
    const once = (outcome: Outcome<K>, delayMs: number): void => {
      if (!isOver) tell(outcome, delayMs);
    };
    placement.waiting.push({
      untilMs: nowMs + parentKeepsMs,
      act: () => this.#send(placement, operation, options, once),
    });
    tell(timeout, options.deadlineMs);
    this.#life.after(options.deadlineMs, () => {
      isOver = true;
    });
  }

  #send<K extends OperationName>(
    placement: Placement,
    operation: { readonly name: K } & OperationArgs[K],
    { deadlineMs }: Options,
    tell: (outcome: Outcome<K>, delayMs: number) => void,
  ): void {
    const random = this.#random;
    const { time } = this.#house;
    if (this.#house.isStickDeaf) {
      const isNoticed = random.chance(0.5);
      tell(isNoticed ? stickFailed : timeout, deadlineMs);
      this.#house.trouble(placement);
      return;
    }
    if (!this.#house.isReachable(placement)) {
      const isFast = random.chance(0.3);
      tell(isFast ? noRoute : timeout, isFast ? random.integer(50, 500) : deadlineMs);
      this.#house.trouble(placement);
      return;
    }
    const takesMs = random.integer(60, placement.lock.kind.slowestMs - 20);
    const actsMs = Math.floor(takesMs * random.next());
    const luck = random.next();
    const isLost = luck < placement.loss;
    const hasActed = luck >= placement.loss / 2;
    if (isLost) {
      tell(timeout, deadlineMs);
      time.after(deadlineMs, () => this.#house.trouble(placement));
      this.#house.trouble(placement);
    }
    if (!hasActed) return;
    placement.inFlight += 1;
    time.after(actsMs, () => {
      placement.inFlight -= 1;
      const outcome = this.#answer(placement, operation);
      this.#note(placement, operation, outcome);
      if (placement.lock.kind.awakeMs !== null) this.#house.stir(placement);
      if (!isLost) tell(outcome, takesMs - actsMs);
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
    if (sent.userId !== undefined && outcome.kind === "done") {
      this.#aftermath.written(placement, { name: operation.name, userId: sent.userId }, held);
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

  async permitJoin(): Promise<void> {}

  isPermittingJoin(): boolean {
    return false;
  }

  async addInstallCode(): Promise<null> {
    return null;
  }

  adopt(): void {}

  foundLocks(): [] {
    return [];
  }

  async remove(lock: LockId): Promise<{ readonly wasTold: boolean }> {
    const placement = this.#house.placement(lock);
    const isAsleep =
      placement.lock.kind.awakeMs !== null && this.#house.time.nowMs >= placement.awakeUntilMs;
    const wasTold = this.#house.isReachable(placement) && !isAsleep;
    placement.isJoined = false;
    return { wasTold };
  }
}
