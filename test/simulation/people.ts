import type { LockId } from "../../daemon/core/door-lock.ts";
import type { Cloud, Wish } from "./cloud.ts";
import type { RunningGateway } from "./gateway.ts";
import type { House, Placement } from "./house.ts";
import type { Random } from "./random.ts";
import { permanent, type Wanted, type WantedLock, type WantedWindow } from "./wanted.ts";

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const administratorId = 999;
/** Above this many the cloud only takes away. */
const passwordsPerLock = 14;

const dayNames = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const timeZones = ["Europe/Berlin", "Asia/Shanghai", "America/New_York", "UTC"];

/** The people: those who manage passwords, and those who stand at the doors. */
export class People {
  readonly #house: House;
  readonly #cloud: Cloud;
  readonly #random: Random;
  readonly #gateway: () => RunningGateway | null;
  readonly #givenOut = new Map<LockId, Set<string>>();

  constructor(parts: {
    house: House;
    cloud: Cloud;
    random: Random;
    gateway: () => RunningGateway | null;
  }) {
    this.#house = parts.house;
    this.#cloud = parts.cloud;
    this.#random = parts.random;
    this.#gateway = parts.gateway;
  }

  /** Strangers' codes that are there before the lock is paired. */
  furnish(placement: Placement): void {
    const { firstUserId, lastUserId } = placement.lock.kind.capabilities;
    for (let count = this.#random.integer(0, 2); count > 0; count -= 1) {
      const userId = this.#random.integer(firstUserId, Math.min(lastUserId, firstUserId + 3));
      placement.lock.program(userId, this.#freshCode(placement.lock.id));
    }
  }

  live(placement: Placement): void {
    this.#again(4 * hourMs, () => this.#command(placement));
    this.#again(9 * hourMs, () => this.#open(placement));
    this.#again(8 * dayMs, () => this.#edit(placement));
    this.#again(placement.lock.kind.rhythmMs, () => this.#house.say(placement, { kind: "heard" }));
    this.#again(20 * hourMs, () => this.#report(placement));
  }

  #again(meanMs: number, act: () => void): void {
    this.#house.time.after(this.#random.waitMs(meanMs), () => {
      this.#again(meanMs, act);
      act();
    });
  }

  #freshCode(lock: LockId): string {
    const given = this.#givenOut.get(lock) ?? new Set();
    this.#givenOut.set(lock, given);
    for (;;) {
      const code = String(this.#random.integer(0, 999_999)).padStart(6, "0");
      if (given.has(code)) continue;
      given.add(code);
      return code;
    }
  }

  #command(placement: Placement): void {
    const gateway = this.#gateway();
    const { id: lock } = placement.lock;
    if (gateway === null || gateway.life.isOver || this.#cloud.isBusy(lock)) return;
    if (gateway.store.get("lock", [lock]) === undefined) return;
    const command = { lock, ...this.#choose(lock, this.#cloud.of(lock)) };
    this.#cloud.send(gateway, command);
    if (this.#random.chance(0.05)) this.#cloud.repeat(gateway, command);
  }

  #choose(lock: LockId, books: WantedLock): { command: string; params: object; wish: Wish } {
    const random = this.#random;
    if (!books.passwords.has(administratorId)) {
      const code = this.#freshCode(lock);
      const wish = { kind: "add", code, window: permanent, isOneTime: false } as const;
      return { command: "add_password", params: { password: code, is_default: 1 }, wish };
    }
    const kept = [...books.passwords.values()].filter(
      ({ id, isDeleted }) => id !== administratorId && !isDeleted,
    );
    const isFull = kept.length >= passwordsPerLock;
    if (kept.length === 0 || (!isFull && random.chance(0.35))) return this.#add(lock);
    const one = random.pick(kept);
    const { id } = one;
    const named = { password_id: id };
    const luck = random.next();
    if (isFull || luck < 0.35) {
      return { command: "delete_password", params: named, wish: { kind: "delete", id } };
    }
    if (luck < 0.47) {
      return { command: "frozen_password", params: named, wish: { kind: "freeze", id } };
    }
    if (luck < 0.59) {
      return { command: "unfrozen_password", params: named, wish: { kind: "unfreeze", id } };
    }
    if (luck < 0.72) {
      const code = this.#freshCode(lock);
      const wish = { kind: "recode", id, code } as const;
      return { command: "update_password", params: { ...named, password: code }, wish };
    }
    if (luck < 0.82) return this.#rewindow(one);
    if (luck < 0.88) {
      const params = { ...named, name: `tenant ${random.integer(1, 99)}` };
      return { command: "update_password", params, wish: { kind: "rename", id } };
    }
    return { command: "remote_unlock", params: {}, wish: { kind: "remote" } };
  }

  #add(lock: LockId): { command: string; params: object; wish: Wish } {
    const books = this.#cloud.of(lock);
    // Now and then somebody picks a code that is taken.
    const known = [...books.passwords.values()].find((one) => !one.isDeleted && !one.isHidden);
    const taken = known?.code ?? null;
    const isTaken = taken !== null && this.#random.chance(0.04);
    const code = isTaken ? taken : this.#freshCode(lock);
    const window = this.#window();
    const isOneTime = this.#random.chance(0.12);
    const params = {
      password: code,
      permission_begin: window.begin,
      permission_end: window.end,
      ...(window.week === null ? {} : { weekly: window.week }),
      ...(isOneTime ? { one_time: 1 } : {}),
    };
    return { command: "add_password", params, wish: { kind: "add", code, window, isOneTime } };
  }

  #rewindow({ id }: Wanted): { command: string; params: object; wish: Wish } {
    const window = this.#window();
    const params = {
      password_id: id,
      permission: { begin: window.begin, end: window.end },
      weekly: window.week,
    };
    return { command: "update_password", params, wish: { kind: "rewindow", id, window } };
  }

  #window(): WantedWindow {
    const random = this.#random;
    const now = Math.floor(this.#house.time.nowMs / secondMs);
    const luck = random.next();
    const lasts = random.integer(60, 3 * 86_400);
    if (luck < 0.15) return permanent;
    if (luck < 0.45) return { begin: now - 60, end: now + lasts, week: null };
    const begin = now + random.integer(1, 2 * 86_400);
    if (luck < 0.7) return { begin, end: begin + lasts, week: null };
    const week = {
      days: dayNames.filter(() => random.chance(0.6)),
      start_minute: random.integer(300, 1_439),
      end_minute: random.integer(300, 1_440),
      time_zone: random.pick(timeZones),
    };
    if (week.days.length === 0 || week.start_minute === week.end_minute) return permanent;
    const isBounded = random.chance(0.5);
    return isBounded ? { begin, end: begin + 14 * 86_400, week } : { begin: 0, end: 0, week };
  }

  /** Somebody types a code: one that was given out, or a wrong one. */
  #open(placement: Placement): void {
    const { lock } = placement;
    const known = [...lock.slots.values()].map(({ code }) => code);
    const isWrong = known.length === 0 || this.#random.chance(0.2);
    const code = isWrong ? "" : this.#random.pick(known);
    const userId = lock.opens(code);
    const event = { kind: "operationEvent", source: "keypad", localSeconds: null } as const;
    if (userId === null) {
      this.#house.say(placement, { ...event, code: "unlockFailurePinId", userId: null });
      return;
    }
    lock.lockState = "unlocked";
    this.#house.say(placement, { ...event, code: "unlock", userId });
    this.#house.say(placement, { kind: "lockState", lockState: "unlocked" });
    this.#house.time.after(5_000, () => {
      lock.lockState = "locked";
      this.#house.say(placement, { ...event, source: "self", code: "autoLock", userId: null });
      this.#house.say(placement, { kind: "lockState", lockState: "locked" });
    });
  }

  /** Somebody with the master code changes codes at the keypad. */
  #edit(placement: Placement): void {
    const { lock } = placement;
    const { capabilities } = lock.kind;
    const random = this.#random;
    const used = [...lock.slots.keys()];
    const isDeletion = used.length > 0 && random.chance(0.35);
    const userId =
      used.length > 0 && (isDeletion || random.chance(0.4))
        ? random.pick(used)
        : random.integer(capabilities.firstUserId, capabilities.lastUserId);
    if (capabilities.reservedUserIds.includes(userId)) return;
    const before = lock.slots.get(userId);
    const books = this.#cloud.of(lock.id);
    if (before !== undefined) books.takenAway.add(before.code);
    // A slot stays the password's that has it, whoever types into it.
    if (before !== undefined && books.owners.has(before.code)) placement.written.add(userId);
    placement.editedMs.set(userId, this.#house.time.nowMs);
    this.#house.note(
      `${lock.id} edited ${userId} ${isDeletion ? "deleted" : "typed"} ${before?.madeBy}`,
    );
    const event = isDeletion ? lock.erase(userId) : lock.program(userId, this.#freshCode(lock.id));
    if (event !== null) this.#house.say(placement, event);
  }

  #report(placement: Placement): void {
    const { lock } = placement;
    lock.batteryPercent = lock.batteryPercent <= 2 ? 100 : lock.batteryPercent - 1;
    this.#house.say(placement, { kind: "battery", percent: lock.batteryPercent });
  }
}
