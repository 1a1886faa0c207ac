import type { LockId } from "../../../../daemon/core/model/door-lock.ts";
import { administratorId } from "../../../../daemon/core/model/password.ts";
import { drawWindow } from "../checks/windows.ts";
import type { RunningGateway } from "../gateway.ts";
import type { House } from "../house.ts";
import type { Calendar } from "../life/calendar.ts";
import type { Cloud } from "../life/cloud.ts";
import type { Request } from "../life/cloud-request.ts";
import type { Random } from "../life/random.ts";
import type { KnownGrant } from "./grant-books.ts";
import type { GrantAct } from "./grant-wish.ts";

/** Time between two commands about grants in a house of ten locks. */
const meanMs = 4 * 3_600_000;
const maxDoors = 8;

/** The people who give one code on several locks, and take it back. */
export class GrantPeople {
  readonly #house: House;
  readonly #cloud: Cloud;
  readonly #random: Random;
  readonly #calendar: Calendar;
  readonly #gateway: () => RunningGateway | null;
  readonly #freshCode: () => string;

  constructor(parts: {
    house: House;
    cloud: Cloud;
    random: Random;
    calendar: Calendar;
    gateway: () => RunningGateway | null;
    freshCode: () => string;
  }) {
    this.#house = parts.house;
    this.#cloud = parts.cloud;
    this.#random = parts.random;
    this.#calendar = parts.calendar;
    this.#gateway = parts.gateway;
    this.#freshCode = parts.freshCode;
  }

  begin(): void {
    const waitMs = this.#random.waitMs((meanMs * 10) / this.#house.placements.size);
    this.#house.time.after(waitMs, () => {
      this.begin();
      this.#act();
    });
  }

  #act(): void {
    const gateway = this.#gateway();
    if (gateway === null || gateway.life.isOver || this.#cloud.hostileLine !== null) return;
    if (this.#calendar.isQuiet(this.#house.time.nowMs)) return;
    const active = [...this.#cloud.grants.known.values()].filter(({ isRevoked }) => !isRevoked);
    const isFull = active.length >= this.#house.placements.size;
    const isNew = active.length === 0 || (!isFull && this.#random.chance(0.4));
    const request = isNew
      ? this.#creation(gateway)
      : this.#change(gateway, this.#random.pick(active));
    if (request === null || (request.locks ?? []).some((lock) => this.#cloud.isBusy(lock))) return;
    this.#cloud.send(gateway, request);
    if (this.#random.chance(0.1)) this.#cloud.repeat(gateway, request);
  }

  #creation(gateway: RunningGateway): Request | null {
    const free = this.#freeLocks(gateway);
    const locks = this.#some(free, this.#random.integer(1, maxDoors));
    if (locks.length === 0) return null;
    const window = drawWindow(this.#random, this.#house.time.nowMs);
    const isDuress = this.#random.chance(0.05);
    const code = this.#random.chance(0.3) ? this.#freshCode() : null;
    return grantRequest("grant_create", { kind: "create", code, window, isDuress }, locks, {
      person: `person ${this.#random.integer(1, 99)}`,
      locks,
      ...windowParams(window),
      ...(code === null ? {} : { password: code }),
      ...(isDuress ? { duress: 1 } : {}),
    });
  }

  #change(gateway: RunningGateway, known: KnownGrant): Request | null {
    const { id: grant, doors, isFrozen } = known;
    const locks = [...doors.keys()];
    const named = { grant_id: grant };
    const luck = this.#random.next();
    if (luck < 0.25 || locks.length === 0) {
      return grantRequest("grant_revoke", { kind: "revoke", grant }, locks, named);
    }
    if (luck < 0.4) {
      const lock = this.#random.pick(locks);
      const params = { ...named, locks: [lock] };
      return grantRequest("grant_remove", { kind: "remove", grant, lock }, locks, params);
    }
    if (luck < 0.55) {
      const [lock] = this.#some(
        this.#freeLocks(gateway).filter((one) => !doors.has(one)),
        1,
      );
      if (lock === undefined) return null;
      const params = { ...named, locks: [lock] };
      return grantRequest("grant_add", { kind: "add", grant, lock }, [...locks, lock], params);
    }
    if (luck < 0.75) {
      const kind = isFrozen ? "unfreeze" : "freeze";
      return grantRequest(`grant_${kind}`, { kind, grant }, locks, named);
    }
    const window = drawWindow(this.#random, this.#house.time.nowMs);
    const params = { ...named, ...windowParams(window), weekly: window.week };
    return grantRequest("grant_update", { kind: "rewindow", grant, window }, locks, params);
  }

  /** Returns the locks that are paired and have an administrator's code. */
  #freeLocks({ store }: RunningGateway): readonly LockId[] {
    return [...this.#house.placements.keys()].filter(
      (lock) =>
        store.get("password", [lock, administratorId]) !== undefined && !this.#cloud.isBusy(lock),
    );
  }

  #some(locks: readonly LockId[], count: number): readonly LockId[] {
    const left = [...locks];
    const chosen: LockId[] = [];
    while (left.length > 0 && chosen.length < count) {
      chosen.push(...left.splice(this.#random.integer(0, left.length - 1), 1));
    }
    return chosen;
  }
}

function grantRequest(
  command: string,
  act: GrantAct,
  locks: readonly LockId[],
  params: object,
): Request {
  return { lock: null, locks, command, params, wish: { kind: "grantAct", act } };
}

function windowParams({ begin, end, week }: KnownGrant["window"]) {
  return {
    permission_begin: begin,
    permission_end: end,
    ...(week === null ? {} : { weekly: week }),
  };
}
