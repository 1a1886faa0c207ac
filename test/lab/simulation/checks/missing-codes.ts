import type { RunningGateway } from "../gateway.ts";
import type { House, Placement } from "../house.ts";
import type { Cloud } from "../life/cloud.ts";
import { turnsBetween } from "../life/days.ts";
import { isWantedOpen, type Wanted } from "./desired-codes.ts";
import type { Findings } from "./findings.ts";
import { freeSinceMs, refusedSinceMs } from "./lock-contact.ts";

/** The time limit for setting a code that is due; revocations go first. */
const missingLimitMs = 240_000;
/** The time around a change of daylight saving. */
const turnMs = 7_200_000;

interface Expectation {
  readonly wanted: Wanted;
  /** Codes that open the lock now. */
  readonly live: ReadonlySet<string>;
  readonly isTimeKnown: boolean;
}

/** Finds desired codes that could have been set and do not open. */
export class MissingCodes {
  readonly #house: House;
  readonly #cloud: Cloud;
  readonly #findings: Findings;

  constructor(house: House, cloud: Cloud, findings: Findings) {
    this.#house = house;
    this.#cloud = cloud;
    this.#findings = findings;
  }

  check(gateway: RunningGateway, placement: Placement, expectation: Expectation): void {
    if (this.#isJudged(expectation.wanted)) this.#judge(gateway, placement, expectation);
  }

  #judge(gateway: RunningGateway, placement: Placement, expectation: Expectation): void {
    const { wanted, live, isTimeKnown } = expectation;
    const { code, id } = wanted;
    if (code === null) return;
    const { nowMs } = this.#house.time;
    const books = this.#cloud.of(placement.lock.id);
    const sinceMs = books.missingMs.get(code) ?? nowMs;
    const record = gateway.store.get("password", [placement.lock.id, id]);
    const refusedMs = refusedSinceMs(placement, record?.userId ?? null);
    const dueMs = Math.max(sinceMs, refusedMs ?? nowMs);
    const freeMs = refusedMs === null ? null : freeSinceMs(this.#house, placement, dueMs);
    const isDue = isTimeKnown && isWantedOpen(wanted, gateway.clock.reading().nowMs);
    const isThere = live.has(code) || books.takenAway.has(code);
    if (freeMs === null || !isDue || isThere) {
      books.missingMs.delete(code);
      return;
    }
    books.missingMs.set(code, sinceMs);
    const isLate = nowMs - Math.max(dueMs, freeMs) > limitMs(placement);
    // A password that the gateway reports as failed or in progress breaks no rule.
    if (record?.operationStage !== "done") return;
    if (isLate) this.#report(placement, wanted, nowMs - sinceMs);
  }

  #report(placement: Placement, wanted: Wanted, forMs: number): void {
    const { lock } = placement;
    this.#house.note(`${lock.id} missing ${JSON.stringify(wanted)}`);
    const text = `${lock.id} (${lock.kind.name}) password ${wanted.id}`;
    this.#findings.add("missingInWindow", `${text}: ${Math.round(forMs / 1000)} s`);
    if (wanted.code !== null) this.#cloud.of(lock.id).takenAway.add(wanted.code);
  }

  /**
   * Nobody can restore hidden digits, and a lock with a weekly schedule cannot tell apart an hour that occurs twice.
   */
  #isJudged({ isHidden, window: { week } }: Wanted): boolean {
    const { nowMs } = this.#house.time;
    const isAtTurn = week !== null && turnsBetween(week.time_zone, nowMs - turnMs, nowMs + turnMs);
    return !isHidden && !isAtTurn;
  }
}

function limitMs({ lock: { kind } }: Placement): number {
  return missingLimitMs + 2 * kind.slowestMs * kind.capabilities.pinUsers;
}
