import type { LockId, UserId } from "../../../daemon/core/model/door-lock.ts";
import type { ServedTime } from "../../../daemon/core/time/served-time.ts";
import type { LockEvent } from "../../../drivers/lock-driver.ts";
import type { Mutation } from "./checks/mutation.ts";
import { FieldLock, type LockKind } from "./field/field-lock.ts";
import type { Random } from "./life/random.ts";
import type { VirtualTime } from "./virtual-time.ts";

const keptFrames = 400;
const hourMs = 3_600_000;
/** The time within which a lock repeats a frame that was lost. */
const retransmissionMs = 3_000;
/** Mutation `copiesMuchLater`. */
const muchLaterMs = 30 * 60_000;
/** The gateway usually sends a lock a few operations an hour, and a few hundred when it must repeat everything. */
export const busyHour = 600;

/** The state of one lock and its radio link, and what the checks record about them. */
export interface Placement {
  readonly lock: FieldLock;
  isInRange: boolean;
  /** Part of the network; a factory reset ends it. */
  isJoined: boolean;
  /** False: the lock is missing from the gateway's network file, and neither can receive the other's frames. */
  isKnown: boolean;
  /** When it said to a living gateway that it leaves; null = it did not, or the gateway has reported it. */
  leftMs: number | null;
  /** The gateway has reported that it left, and has not reported yet that it is back: a second leave is no news. */
  isReportedGone: boolean;
  /** Refuses every write until then, true time. */
  refusesUntilMs: number;
  /** Share of operations that end in a timeout: half of them before the lock has acted, half after. */
  loss: number;
  /** True time of the last thing that went wrong between gateway and lock; checks are patient from there. */
  troubleMs: number;
  /** True time of the first frame after that, heard by a living gateway. */
  contactMs: number;
  /** True times of the frames that a living gateway heard, of a lock that sleeps deeply; the newest. */
  readonly framesMs: number[];
  /** When a running gateway that knew the time last saw the lock's clock. */
  clockReportedMs: number;
  /** Since when the checks have seen the lock's clock outside its tolerance; null = it is within it. */
  clockWrongMs: number | null;
  /** When the hour began in which operations sent to it are counted, and how many there were. */
  hourBeganMs: number;
  hourOperations: number;
  /** The number of operations that the lock may still perform. */
  inFlight: number;
  /** Until when a lock that sleeps deeply listens, and what waits for it at its parent meanwhile. */
  awakeUntilMs: number;
  readonly waiting: { readonly untilMs: number; readonly act: () => void }[];
  /** Remote operations that left for it. */
  remoteTries: number;
  readonly refusedMs: Map<UserId, number>;
  /** Slots into which the gateway may have put something since it last saw them empty. */
  readonly written: Set<UserId>;
  /** Since when a password's slot is taken or empty, and the gateway says the opposite. */
  readonly unseenMs: Map<UserId, number>;
  /** When a person last changed the slot. */
  readonly editedMs: Map<UserId, number>;
}

/** Takes the frames of a living gateway's radio. */
export interface Receiver {
  /**
   * @param frame the number of the frame that carries the event; a frame may come twice
   * @returns whether somebody was there to hear it
   */
  hear(lock: LockId, event: LockEvent, frame?: number): boolean;
  /** The time that a lock gets when it asks; null = nobody answers. */
  servedTime(): ServedTime | null;
}

/** The locks in the field and the air between them and the gateway. */
export class House {
  readonly time: VirtualTime;
  readonly placements = new Map<LockId, Placement>();
  /** Locks at which something happened since the last check. */
  readonly touched = new Set<LockId>();
  readonly #random: Random;
  /** The gateway that runs now; null = none. */
  receiver: Receiver | null = null;
  isStickPresent = true;
  /** The stick's firmware has restarted: the stick is plugged in but carries no frames. */
  isStickDeaf = false;
  /** Operations that were sent. */
  frames = 0;
  #frame = 0;
  /** Openings that the radio reported twice, or never. */
  readonly wrongReports = { twice: 0, never: 0 };
  /** The deliberate fault of this run, if there is one. */
  readonly mutation: Mutation | undefined;
  /** Called when the gateway sends a lock more than {@link busyHour} operations within an hour. */
  onRestless: (placement: Placement) => void = () => {};
  /** Called with a line for everything that happens to a lock. */
  note: (line: string) => void = () => {};

  constructor(time: VirtualTime, random: Random, mutation?: Mutation) {
    this.time = time;
    this.#random = random;
    this.mutation = mutation;
  }

  add(number: number, kind: LockKind): Placement {
    const id: LockId = `0x${(0x00124b0000000000n + BigInt(number)).toString(16).padStart(16, "0")}`;
    const lock = new FieldLock(id, kind, () => this.time.nowMs);
    lock.isHaunted = this.mutation === "forgetsClear";
    lock.schedules.earlySeconds = this.mutation === "shiftsGuard" ? 3_600 : 0;
    const placement: Placement = {
      lock,
      isInRange: true,
      isJoined: false,
      isKnown: true,
      leftMs: null,
      isReportedGone: false,
      refusesUntilMs: 0,
      loss: 0,
      troubleMs: this.time.nowMs,
      contactMs: 0,
      framesMs: [],
      clockReportedMs: 0,
      clockWrongMs: null,
      hourBeganMs: 0,
      hourOperations: 0,
      inFlight: 0,
      awakeUntilMs: 0,
      waiting: [],
      remoteTries: 0,
      refusedMs: new Map(),
      written: new Set(),
      unseenMs: new Map(),
      editedMs: new Map(),
    };
    this.placements.set(id, placement);
    return placement;
  }

  placement(id: LockId): Placement {
    const placement = this.placements.get(id);
    if (placement === undefined) throw new Error(`no lock ${id}`);
    return placement;
  }

  isReachable(placement: Placement): boolean {
    const isLinked = placement.isJoined && placement.isKnown && placement.isInRange;
    return isLinked && this.isStickPresent && !this.isStickDeaf;
  }

  /** Counts an operation that the gateway sends to the lock, whether the lock hears it or not. */
  sent(placement: Placement): void {
    this.frames += 1;
    if (this.time.nowMs - placement.hourBeganMs >= hourMs) {
      placement.hourBeganMs = this.time.nowMs;
      placement.hourOperations = 0;
    }
    placement.hourOperations += 1;
    if (placement.hourOperations === busyHour + 1) this.onRestless(placement);
  }

  /** Records a fault between gateway and lock. */
  trouble(placement: Placement): void {
    placement.troubleMs = this.time.nowMs;
  }

  /** Records that for a moment nothing can be sent to or received from any lock. */
  troubleAll(): void {
    for (const placement of this.placements.values()) this.trouble(placement);
  }

  /** Sends an unsolicited frame of a lock. Some frames arrive late, twice or never. */
  say(placement: Placement, event: LockEvent): void {
    const delayMs = this.#random.chance(0.9)
      ? this.#random.integer(20, 400)
      : this.#random.integer(400, 20_000);
    this.sayAfter(placement, event, delayMs);
  }

  /** Sends an echo, which arrives within seconds or never: after 15 s the gateway could not tell it from an edit. */
  sayPromptly(placement: Placement, event: LockEvent): void {
    this.sayAfter(placement, event, this.#random.integer(20, 4_000));
  }

  /** Sends an event after this time, unless it is lost on its way. */
  sayAfter(placement: Placement, event: LockEvent, delayMs: number): void {
    const random = this.#random;
    if (random.chance(0.02)) {
      // Lost, although the lock is in reach.
      if (isUnlock(event)) this.wrongReports.never += 1;
      return;
    }
    const frame = this.#nextFrame();
    this.time.after(delayMs, () => this.#deliver(placement, event, frame));
    if (random.chance(0.04)) {
      const copyMs = random.chance(0.6) ? random.integer(1, 3_000) : random.integer(3_000, 12_000);
      // Every other copy is the same frame again, which a driver passes on once.
      const isSameFrame = copyMs < retransmissionMs && copyMs % 2 === 0;
      if (isUnlock(event) && !isSameFrame) this.wrongReports.twice += 1;
      const copy = isSameFrame ? frame : this.#nextFrame();
      this.time.after(delayMs + copyMs, () => this.#deliver(placement, event, copy));
    }
    if (this.mutation === "copiesMuchLater" && isDeletionAtKeypad(event)) {
      this.time.after(muchLaterMs, () => this.#deliver(placement, event, this.#nextFrame()));
    }
  }

  /** The lock sends its newest frame once more: it heard no acknowledgement. */
  repeatAfter(placement: Placement, event: LockEvent, delayMs: number): void {
    const frame = this.#frame;
    this.time.after(delayMs, () => this.#deliver(placement, event, frame));
  }

  #nextFrame(): number {
    this.#frame += 1;
    return this.#frame;
  }

  #deliver(placement: Placement, event: LockEvent, frame: number): void {
    if (!this.isReachable(placement)) {
      if (isUnlock(event)) this.wrongReports.never += 1;
      return;
    }
    this.heard(placement);
    this.stir(placement);
    if (event.kind === "heard") return;
    const isHeard = this.receiver?.hear(placement.lock.id, event, frame) ?? false;
    const isTimed = "localSeconds" in event && event.localSeconds !== null;
    // A gateway that does not know the time cannot tell that a clock is wrong.
    const isJudged = this.receiver?.servedTime()?.isTrusted === true;
    if (isHeard && isTimed && isJudged) placement.clockReportedMs = this.time.nowMs;
  }

  /** Wakes the lock for a while: it receives, in order, the frames that wait at its parent and are not too old. */
  stir(placement: Placement): void {
    const { awakeMs } = placement.lock.kind;
    if (awakeMs === null) return;
    placement.awakeUntilMs = this.time.nowMs + awakeMs;
    for (const { untilMs, act } of placement.waiting.splice(0)) {
      if (untilMs >= this.time.nowMs) act();
    }
  }

  /** A lock without its time asks for it. @returns whether it got an answer */
  askTime(placement: Placement): boolean {
    const { lock } = placement;
    if (lock.kind.capabilities.clock !== "client") return true;
    if (!this.isReachable(placement)) return false;
    const served = this.receiver?.servedTime() ?? null;
    if (served === null || !served.isTrusted) return false;
    lock.clock.take(this.time.nowMs, served);
    return true;
  }

  /** A frame of any kind came from the lock. */
  heard(placement: Placement): void {
    const isHeard = this.receiver?.hear(placement.lock.id, { kind: "heard" }) ?? false;
    const isFirst = placement.contactMs <= placement.troubleMs;
    if (isHeard && placement.lock.kind.awakeMs !== null) {
      placement.framesMs.push(this.time.nowMs);
      if (placement.framesMs.length > keptFrames) placement.framesMs.shift();
    }
    if (isHeard && isFirst) placement.contactMs = this.time.nowMs;
  }
}

function isDeletionAtKeypad(event: LockEvent): boolean {
  if (event.kind !== "programmingEvent" || event.source !== "keypad") return false;
  return event.code === "pinCodeDeleted";
}

function isUnlock(event: LockEvent): boolean {
  return event.kind === "operationEvent" && event.code === "unlock";
}
