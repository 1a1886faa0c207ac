import type { RunningGateway } from "../gateway.ts";
import type { House, Placement } from "../house.ts";
import type { Cloud } from "../life/cloud.ts";
import { wallMs } from "../life/days.ts";
import { isWantedOpen, isWantedOver, type Wanted, type WantedWindow } from "./desired-codes.ts";
import type { Findings } from "./findings.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** A change of the last minutes may still be on its way. */
const leastSettlingMs = 600_000;
/** Two time sources agree within this difference, and a smaller error does not set the time back. */
const agreementMs = minuteMs + 1_000;

/** Checks that everything is in its desired state after hours without faults and without new commands. */
export class Settled {
  readonly #house: House;
  readonly #cloud: Cloud;
  readonly #findings: Findings;
  /** Whether both NTP and the cloud give the time. */
  areTwoSources = false;

  constructor(house: House, cloud: Cloud, findings: Findings) {
    this.#house = house;
    this.#cloud = cloud;
    this.#findings = findings;
  }

  check(gateway: RunningGateway): void {
    if (gateway.clock.reading().state === "lost") {
      this.#findings.add("notSettled", "the time is lost still");
      return;
    }
    this.#time(gateway);
    for (const placement of this.#house.placements.values()) {
      const { id, kind } = placement.lock;
      const label = `${id} (${kind.name})`;
      if (!placement.isJoined || gateway.store.get("lock", [id]) === undefined) {
        this.#findings.add("notSettled", `${label} is not paired`);
        continue;
      }
      this.#ends(gateway, placement, label);
      this.#slots(gateway, placement, label);
      this.#codes(gateway, placement, label);
    }
  }

  /**
   * Checks that the gateway trusts two sources that have agreed for hours, and restores what expired by another time.
   */
  #time({ clock }: RunningGateway): void {
    const errorMs = clock.reading().nowMs - this.#house.time.nowMs;
    if (this.areTwoSources && Math.abs(errorMs) > agreementMs) {
      this.#findings.add("notSettled", `the time is ${errorMs} ms ahead still`);
    }
    if (clock.setBackFromMs !== null) {
      this.#findings.add("notSettled", "what ended on a disowned time is not restored");
    }
  }

  /** A lock that sleeps hears nothing before its next frame, however late that is. */
  #settlingMs({ lock, framesMs }: Placement): number {
    if (lock.kind.awakeMs === null) return leastSettlingMs;
    const { nowMs } = this.#house.time;
    return Math.max(leastSettlingMs, nowMs - (framesMs.at(-1) ?? 0) + minuteMs);
  }

  /** Checks that the gateway has reported a completion for every change. */
  #ends(gateway: RunningGateway, placement: Placement, label: string): void {
    const { lock } = placement;
    const settlingMs = this.#settlingMs(placement);
    const { nowMs } = gateway.clock.reading();
    const { passwords } = this.#cloud.of(lock.id);
    for (const record of gateway.store.list("password", [lock.id])) {
      const wanted = passwords.get(record.id);
      // A window that has just begun may still be waiting for its code to be set.
      const isOpen =
        wanted !== undefined &&
        isWantedOpen(wanted, nowMs) &&
        isWantedOpen(wanted, nowMs - settlingMs);
      const isDue = record.isDeleted || isOpen;
      const isOld = nowMs - record.changedAtMs > settlingMs;
      if (record.operationStage === "inProgress" && isOld && isDue) {
        const text = `${label} password ${record.id}: ${record.operation} is still in progress`;
        this.#findings.add("commandEnds", text);
      }
      const isForgotten =
        record.operationStage !== "inProgress" && this.#cloud.books.due(lock.id, record.id) > 0;
      if (isForgotten) {
        this.#findings.add(
          "commandEnds",
          `${label} password ${record.id}: no completion was reported`,
        );
      }
    }
  }

  /** Checks that no slot holds a code of the gateway that is not desired there. */
  #slots(gateway: RunningGateway, placement: Placement, label: string): void {
    const { lock } = placement;
    const settlingMs = this.#settlingMs(placement);
    const { nowMs } = gateway.clock.reading();
    const books = this.#cloud.of(lock.id);
    for (const [userId, { code }] of lock.slots) {
      const claim = books.wantedBy(code);
      if (claim === null || books.takenAway.has(code)) continue;
      const { owner, isCurrent } = claim;
      const isOver = owner === null || isWantedOver(owner, nowMs - settlingMs);
      // Outside its window a password's code may stay in the slot but must not open; so may a former code of that
      // password.
      if (isOver || (!isCurrent && lock.isLive(userId))) {
        const text = `${label} slot ${userId} holds what password ${books.owners.get(code)} had`;
        this.#findings.add("notSettled", text);
      }
    }
  }

  /** Checks that every password that must open does so, and from exactly one slot. */
  #codes(gateway: RunningGateway, placement: Placement, label: string): void {
    const { lock, clockWrongMs } = placement;
    const settlingMs = this.#settlingMs(placement);
    const { nowMs } = gateway.clock.reading();
    const books = this.#cloud.of(lock.id);
    const live = [...lock.live()].map(({ code }) => code);
    for (const wanted of books.passwords.values()) {
      const { id, code, isHidden } = wanted;
      if (code === null || isHidden || books.takenAway.has(code)) continue;
      // When a password has ended, another one may get its code.
      if (books.wantedBy(code)?.owner !== wanted) continue;
      const record = gateway.store.get("password", [lock.id, id]);
      const isFailed = record?.operationStage === "failed";
      const times = live.filter((one) => one === code).length;
      const state = clockWrongMs === null ? steadyState(wanted, nowMs, settlingMs) : null;
      if (times > 1 || (state === "shut" && times > 0)) {
        this.#findings.add("notSettled", `${label} password ${id} opens ${times} times`);
      }
      if (state === "open" && times === 0 && !isFailed) {
        this.#findings.add("notSettled", `${label} password ${id} does not open`);
      }
    }
  }
}

/** Returns the state that has been desired of a code for `forMs`, or null if that has changed or is about to. */
function steadyState(wanted: Wanted, nowMs: number, forMs: number): "open" | "shut" | null {
  const isOpen = isWantedOpen(wanted, nowMs);
  if (isOpen !== isWantedOpen(wanted, nowMs - forMs)) return null;
  if (!isOpen) return "shut";
  return isAboutMidnight(wanted.window, nowMs) ? null : "open";
}

/**
 * No lock can keep a stretch of a week that ends at 24:00 (Set Week Day Schedule ends at 23:59): by its
 * own clock, which may be a minute off, the last minute of a day is shut, past midnight it is open again.
 */
function isAboutMidnight({ week }: WantedWindow, nowMs: number): boolean {
  if (week === null) return false;
  const shownMs = wallMs(week.time_zone, nowMs) % dayMs;
  return shownMs >= dayMs - 2 * minuteMs || shownMs < minuteMs;
}
