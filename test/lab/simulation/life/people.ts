import type { UserId } from "../../../../daemon/core/model/door-lock.ts";
import { administratorId } from "../../../../daemon/core/model/password.ts";
import type { LockEvent } from "../../../../drivers/lock-driver.ts";
import type { PlainCodes } from "../checks/plain-codes.ts";
import { Estate } from "../estate.ts";
import type { FieldLock, StoredCode } from "../field/field-lock.ts";
import type { RunningGateway } from "../gateway.ts";
import type { House, Placement } from "../house.ts";
import type { Calendar } from "./calendar.ts";
import type { Cloud } from "./cloud.ts";
import type { Random } from "./random.ts";
import { drawRequest } from "./requests.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** The people who manage passwords and the people at the doors. */
export class People {
  readonly #house: House;
  readonly #cloud: Cloud;
  readonly #random: Random;
  readonly #gateway: () => RunningGateway | null;
  readonly #calendar: Calendar;
  readonly #plainCodes: PlainCodes;
  readonly #estate: Estate;
  /** For one lock. */
  readonly #commandsPerDay: number;
  /** Openings that really happened. */
  openings = 0;
  readonly #givenOut = new Set<string>();
  /** Locks that ask for the time again in a minute. */
  readonly #asking = new Set<Placement>();

  constructor(parts: {
    house: House;
    cloud: Cloud;
    random: Random;
    calendar: Calendar;
    plainCodes: PlainCodes;
    gateway: () => RunningGateway | null;
    commandsPerDay: number;
  }) {
    this.#house = parts.house;
    this.#cloud = parts.cloud;
    this.#random = parts.random;
    this.#calendar = parts.calendar;
    this.#plainCodes = parts.plainCodes;
    this.#gateway = parts.gateway;
    this.#commandsPerDay = parts.commandsPerDay;
    this.#estate = new Estate(parts);
  }

  /** Puts unmanaged codes into the lock before it is paired. */
  furnish(placement: Placement): void {
    const { firstUserId, lastUserId } = placement.lock.kind.capabilities;
    for (let count = this.#random.integer(0, 2); count > 0; count -= 1) {
      const userId = this.#random.integer(firstUserId, Math.min(lastUserId, firstUserId + 3));
      placement.lock.program(userId, this.freshCode());
    }
  }

  live(placement: Placement): void {
    this.#again(dayMs / this.#commandsPerDay, () => this.#command(placement));
    this.#again(9 * hourMs, () => this.#open(placement));
    this.#again(8 * dayMs, () => this.#edit(placement));
    this.#again(placement.lock.kind.rhythmMs, () => this.#house.say(placement, { kind: "heard" }));
    this.#again(20 * hourMs, () => this.#report(placement));
    this.#again(2 * hourMs, () => this.#atHome(placement, "furnish"));
    this.#again(20 * dayMs, () => this.#atHome(placement, "giveUp"));
    this.#again(10 * hourMs, () => this.askTime(placement));
  }

  #again(meanMs: number, act: () => void): void {
    this.#house.time.after(this.#random.waitMs(meanMs), () => {
      this.#again(meanMs, act);
      act();
    });
  }

  /** Returns six digits that were never issued. */
  freshCode(): string {
    for (;;) {
      // A code begins with a zero and a number does not, so a plain code is never confused with a number.
      const code = String(this.#random.integer(0, 99_999)).padStart(6, "0");
      if (this.#givenOut.has(code)) continue;
      this.#givenOut.add(code);
      this.#plainCodes.given(code);
      return code;
    }
  }

  /** Returns a code for a grant, as a generator draws it: every third time one that was issued before. */
  drawnCode(random: Random): string {
    const isOld = this.#givenOut.size > 0 && random.chance(1 / 3);
    return isOld ? random.pick([...this.#givenOut]) : this.freshCode();
  }

  #command(placement: Placement): void {
    const gateway = this.#gateway();
    const { id: lock } = placement.lock;
    if (gateway === null || gateway.life.isOver || this.#cloud.isBusy(lock)) return;
    if (gateway.store.get("lock", [lock]) === undefined || this.#isQuiet()) return;
    const request = drawRequest({
      lock,
      gateway,
      books: this.#cloud.of(lock),
      random: this.#random,
      nowMs: this.#house.time.nowMs,
      freshCode: () => this.freshCode(),
    });
    this.#cloud.send(gateway, request);
    if (this.#random.chance(0.05)) this.#cloud.repeat(gateway, request);
  }

  #atHome(placement: Placement, act: "furnish" | "giveUp"): void {
    const gateway = this.#gateway();
    if (gateway === null || gateway.life.isOver || this.#isQuiet()) return;
    if (act === "giveUp" && this.#calendar.isCalm(this.#house.time.nowMs)) return;
    this.#estate[act](gateway, placement);
  }

  #isQuiet(): boolean {
    return this.#calendar.isQuiet(this.#house.time.nowMs);
  }

  /** A lock without its time asks once a minute until it gets an answer, however often it began to. */
  askTime(placement: Placement): void {
    if (this.#asking.has(placement) || this.#house.askTime(placement)) return;
    this.#asking.add(placement);
    this.#house.time.after(minuteMs, () => {
      this.#asking.delete(placement);
      if (placement.lock.clock.localSeconds(this.#house.time.nowMs) === null)
        this.askTime(placement);
    });
  }

  /** A person types a code: one that was issued, or a wrong one. */
  #open(placement: Placement): void {
    const { lock } = placement;
    const known = [...lock.slots.values()].map(({ code }) => code);
    const isWrong = known.length === 0 || this.#random.chance(0.2);
    const code = isWrong ? "" : this.#random.pick(known);
    const userId = lock.opens(code);
    const { localSeconds } = lock;
    const event = { kind: "operationEvent", source: "keypad", localSeconds } as const;
    if (userId === null) {
      this.#happen(placement, { ...event, code: "unlockFailurePinId", userId: null });
      return;
    }
    this.openings += 1;
    this.#house.note(`${lock.id} opened by ${userId}`);
    lock.lockState = "unlocked";
    this.#happen(placement, { ...event, code: "unlock", userId });
    this.#house.say(placement, { kind: "lockState", lockState: "unlocked" });
    this.#house.time.after(5_000, () => {
      lock.lockState = "locked";
      const closing = { ...event, source: "self", code: "autoLock", userId: null } as const;
      this.#happen(placement, closing);
      this.#house.say(placement, { kind: "lockState", lockState: "locked" });
    });
  }

  /** The lock's log has it, even if nobody receives the event. */
  #happen(placement: Placement, event: Extract<LockEvent, { kind: "operationEvent" }>): void {
    placement.lock.log.add(event);
    this.#house.say(placement, event);
  }

  /** Somebody with the master code changes codes at the keypad. */
  #edit(placement: Placement): void {
    const { lock } = placement;
    const shownBefore = new Map(lock.slots);
    const { capabilities } = lock.kind;
    if (this.#isQuiet()) return;
    const { userId, isDeletion } = this.#drawEdit(lock);
    if (capabilities.reservedUserIds.includes(userId)) return;
    const before = lock.slots.get(userId);
    const books = this.#cloud.of(lock.id);
    if (before !== undefined) books.takenAway.add(before.code);
    // A slot still belongs to its password when somebody types a code into it.
    if (before !== undefined && books.owners.has(before.code)) placement.written.add(userId);
    placement.editedMs.set(userId, this.#house.time.nowMs);
    this.#house.note(
      `${lock.id} edited ${userId} ${isDeletion ? "deleted" : "typed"} ${before?.madeBy}`,
    );
    const isMaster = before !== undefined && books.owners.get(before.code) === administratorId;
    const event = isDeletion
      ? lock.erase(userId)
      : lock.program(userId, this.freshCode(), isMaster);
    if (this.#house.mutation === "missesEdits") hide(placement, shownBefore);
    else if (event !== null) this.#house.say(placement, event);
  }

  #drawEdit({ slots, kind }: FieldLock): { readonly userId: UserId; readonly isDeletion: boolean } {
    const random = this.#random;
    const { firstUserId, lastUserId } = kind.capabilities;
    const used = [...slots.keys()];
    const isDeletion = used.length > 0 && random.chance(0.35);
    const isUsed = used.length > 0 && (isDeletion || random.chance(0.4));
    const userId = isUsed ? random.pick(used) : random.integer(firstUserId, lastUserId);
    return { userId, isDeletion };
  }

  /** A person edits codes at the keypads while no gateway runs, so nobody hears the events. */
  editUnheard(withinMs: number): void {
    const isAlways = this.#house.mutation === "hidesEdits";
    for (const placement of this.#house.placements.values()) {
      if (!isAlways && !this.#random.chance(0.3)) continue;
      this.#house.time.after(this.#random.integer(1, withinMs), () => {
        if (this.#gateway() !== null) return;
        const before = new Map(placement.lock.slots);
        this.#edit(placement);
        if (isAlways) hide(placement, before);
      });
    }
  }

  #report(placement: Placement): void {
    const { lock } = placement;
    lock.batteryPercent = lock.batteryPercent <= 2 ? 100 : lock.batteryPercent - 1;
    this.#house.say(placement, { kind: "battery", percent: lock.batteryPercent });
  }
}

/** Mutations `hidesEdits` and `missesEdits`: reads still show what was in the slots before. */
function hide({ lock }: Placement, before: ReadonlyMap<UserId, StoredCode>): void {
  for (const userId of new Set([...before.keys(), ...lock.slots.keys()])) {
    if (before.get(userId) === lock.slots.get(userId)) continue;
    const stored = before.get(userId) ?? null;
    lock.shownInstead.set(userId, { stored, untilMs: Number.POSITIVE_INFINITY });
  }
}
