import type { RunningGateway } from "../gateway.ts";
import type { House, Placement } from "../house.ts";
import type { Cloud } from "../life/cloud.ts";
import { turnsBetween } from "../life/days.ts";
import { isWantedOpen, type Wanted } from "./desired-codes.ts";
import type { Findings } from "./findings.ts";
import { freeSinceMs, refusedSinceMs } from "./lock-contact.ts";

/** A code that is due has this long to come; revocations go first. */
const missingLimitMs = 240_000;
/** About a turn of the clocks. */
const turnMs = 7_200_000;

interface Expectation {
  readonly wanted: Wanted;
  /** Codes that open the lock now. */
  readonly live: ReadonlySet<string>;
  readonly isTimeKnown: boolean;
}

/** Finds codes that are wanted, could have been set, and do not open. */
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
    const { wanted, live, isTimeKnown } = expectation;
    const { code, id } = wanted;
    // Nobody can put back digits that nobody knows.
    if (code === null || wanted.isHidden || this.#isAtTurn(wanted)) return;
    const { nowMs } = this.#house.time;
    const books = this.#cloud.of(placement.lock.id);
    const sinceMs = books.missingMs.get(code) ?? nowMs;
    const record = gateway.store.get("password", [placement.lock.id, id]);
    const refusedMs = refusedSinceMs(placement, record?.userId ?? null);
    const dueMs = Math.max(sinceMs, refusedMs ?? nowMs);
    const freeMs = refusedMs === null ? null : freeSinceMs(this.#house, placement, dueMs);
    const isDue = isTimeKnown && isWantedOpen(wanted, gateway.clock.reading().nowMs);
    if (freeMs === null || !isDue || live.has(code) || books.takenAway.has(code)) {
      books.missingMs.delete(code);
      return;
    }
    books.missingMs.set(code, sinceMs);
    // A password that the gateway reports as failed or in progress is no broken promise.
    if (nowMs - Math.max(dueMs, freeMs) <= limitMs(placement)) return;
    if (record?.operationStage !== "done") return;
    const text = `${placement.lock.id} (${placement.lock.kind.name}) password ${id}`;
    this.#house.note(`${placement.lock.id} missing ${JSON.stringify(wanted)}`);
    this.#findings.add("missingInWindow", `${text}: ${Math.round((nowMs - sinceMs) / 1000)} s`);
    books.takenAway.add(code);
  }

  /** A lock that keeps a week cannot tell apart the hour that comes twice. */
  #isAtTurn({ window: { week } }: Wanted): boolean {
    const { nowMs } = this.#house.time;
    return week !== null && turnsBetween(week.time_zone, nowMs - turnMs, nowMs + turnMs);
  }
}

function limitMs({ lock: { kind } }: Placement): number {
  return missingLimitMs + 2 * kind.slowestMs * kind.capabilities.pinUsers;
}
