import type { LockId, UserId } from "../../daemon/core/door-lock.ts";
import type { LockEvent } from "../../drivers/lock-driver.ts";
import { FieldLock, type LockKind } from "./field-lock.ts";
import type { Random } from "./random.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** How one lock is doing, and what the checks have to know of it. */
export interface Placement {
  readonly lock: FieldLock;
  isInRange: boolean;
  /** Part of the network; a factory reset ends it. */
  isJoined: boolean;
  /** Refuses every write until then, true time. */
  refusesUntilMs: number;
  /** Share of operations that end in a timeout: half of them before the lock has acted, half after. */
  loss: number;
  /** True time of the last thing that went wrong between gateway and lock; checks are patient from there. */
  troubleMs: number;
  /** True time of the first frame after that, heard by a living gateway. */
  contactMs: number;
  /** Operations that the lock may still act on. */
  inFlight: number;
  /** Remote operations that left for it. */
  remoteTries: number;
  readonly refusedMs: Map<UserId, number>;
  /** Slots into which the gateway may have put something since it last saw them empty. */
  readonly written: Set<UserId>;
  /** When a person last changed the slot. */
  readonly editedMs: Map<UserId, number>;
}

/** Takes the frames of a living gateway's radio. */
export interface Receiver {
  /** @returns whether somebody was there to hear it. */
  hear(lock: LockId, event: LockEvent): boolean;
}

/** The locks in the field and the air between them and the gateway. */
export class House {
  readonly time: VirtualTime;
  readonly placements = new Map<LockId, Placement>();
  /** Locks at which something happened since somebody last looked. */
  readonly touched = new Set<LockId>();
  readonly #random: Random;
  /** The gateway that runs now; null = none. */
  receiver: Receiver | null = null;
  isStickPresent = true;
  /** Told of everything that happens to a lock. */
  note: (line: string) => void = () => {};

  constructor(time: VirtualTime, random: Random) {
    this.time = time;
    this.#random = random;
  }

  add(number: number, kind: LockKind): Placement {
    const id: LockId = `0x${(0x00124b0000000000n + BigInt(number)).toString(16).padStart(16, "0")}`;
    const placement: Placement = {
      lock: new FieldLock(id, kind),
      isInRange: true,
      isJoined: false,
      refusesUntilMs: 0,
      loss: 0,
      troubleMs: this.time.nowMs,
      contactMs: 0,
      inFlight: 0,
      remoteTries: 0,
      refusedMs: new Map(),
      written: new Set(),
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
    return placement.isJoined && placement.isInRange && this.isStickPresent;
  }

  /** Something is not as it should be between gateway and lock. */
  trouble(placement: Placement): void {
    placement.troubleMs = this.time.nowMs;
  }

  /** Nothing can be heard or told for a moment: of any lock. */
  troubleAll(): void {
    for (const placement of this.placements.values()) this.trouble(placement);
  }

  /** A lock says something of its own accord; now and then late, twice or never. */
  say(placement: Placement, event: LockEvent): void {
    const random = this.#random;
    if (random.chance(0.02)) {
      // Lost, although the lock is in reach.
      return;
    }
    const delayMs = random.chance(0.9) ? random.integer(20, 400) : random.integer(400, 20_000);
    this.time.after(delayMs, () => this.#deliver(placement, event));
    if (random.chance(0.03)) {
      this.time.after(delayMs + random.integer(1, 3_000), () => this.#deliver(placement, event));
    }
  }

  #deliver(placement: Placement, event: LockEvent): void {
    if (!this.isReachable(placement)) return;
    this.heard(placement);
    if (event.kind !== "heard") this.receiver?.hear(placement.lock.id, event);
  }

  /** A frame of any kind came from the lock. */
  heard(placement: Placement): void {
    const isHeard = this.receiver?.hear(placement.lock.id, { kind: "heard" }) ?? false;
    const isFirst = placement.contactMs <= placement.troubleMs;
    if (isHeard && isFirst) placement.contactMs = this.time.nowMs;
  }
}
