import type { LockId, UserId } from "../../../../daemon/core/model/door-lock.ts";
import { dynamicPasswordId } from "../../../../daemon/core/model/password.ts";
import { driftLimitSeconds } from "../../../../daemon/core/time/lock-clock.ts";
import { zigbeeEpochMs } from "../../../../daemon/core/time/zigbee-time.ts";
import type { RunningGateway } from "../gateway.ts";
import type { House, Placement } from "../house.ts";
import type { Cloud } from "../life/cloud.ts";
import { wallMs } from "../life/days.ts";
import { isWantedOpen, type Wanted, type WantedLock } from "./desired-codes.ts";
import type { Findings } from "./findings.ts";
import { freeSinceMs } from "./lock-contact.ts";
import { MissingCodes } from "./missing-codes.ts";

/** A code may be live this long outside its window, counted from the first contact with its lock. */
const liveLimitMs = 60_000;
/** A revocation that a lock refuses is tried again after half an hour. */
const refusalPauseMs = 1_800_000;
/** Every password's slot is read within a day (docs/locks.md). */
const unseenLimitMs = 26 * 3_600_000;
/** A departure is reported at once. */
const departureLimitMs = 60_000;

/** Devices on the radio that nobody let in, and the codes that they report. */
interface Intruders {
  readonly strangers: readonly LockId[];
  readonly codes: ReadonlySet<string>;
}

/** Checks the invariants against the real locks. */
export class Checks {
  readonly #house: House;
  readonly #cloud: Cloud;
  readonly #findings: Findings;
  readonly #missing: MissingCodes;

  constructor(house: House, cloud: Cloud, findings: Findings) {
    this.#house = house;
    this.#cloud = cloud;
    this.#findings = findings;
    this.#missing = new MissingCodes(house, cloud, findings);
  }

  restarted(): void {
    // A process that died cannot report what was not on disk.
    for (const placement of this.#house.placements.values()) placement.leftMs = null;
  }

  /** Compares one lock with its desired state. */
  lock(gateway: RunningGateway, id: LockId): void {
    const placement = this.#house.placement(id);
    const books = this.#cloud.of(id);
    const { nowMs: trustedMs, state } = gateway.clock.reading();
    const referenceMs = state === "lost" ? this.#house.time.nowMs : trustedMs;
    this.#watchClock(placement, referenceMs);
    this.#departure(gateway, placement);
    const live = new Set<string>();
    // A gateway that has lost the time cannot know that daylight saving has changed in the lock's zone meanwhile.
    const isTurned = state === "lost" && this.#isTurned(placement, gateway.timeZone);
    for (const { userId, code } of placement.lock.live()) {
      live.add(code);
      if (!isTurned) this.#liveCode(placement, { userId, code }, [trustedMs, referenceMs]);
    }
    for (const code of books.liveWronglyMs.keys()) {
      if (!live.has(code)) this.#gone(placement, books, code);
    }
    for (const wanted of books.passwords.values()) {
      if (wanted.isDeleted && (wanted.code === null || !live.has(wanted.code))) {
        books.passwords.delete(wanted.id);
        continue;
      }
      this.#missing.check(gateway, placement, { wanted, live, isTimeKnown: state !== "lost" });
    }
  }

  /** @param timesMs the code is right if it is desired at any of them: while the time is lost the lock may be right */
  #liveCode(
    placement: Placement,
    { userId, code }: { readonly userId: UserId; readonly code: string },
    timesMs: readonly number[],
  ): void {
    const books = this.#cloud.of(placement.lock.id);
    const claim = books.wantedBy(code);
    if (claim === null) return;
    const { owner, isCurrent } = claim;
    const isRight =
      owner !== null && isCurrent && timesMs.some((atMs) => isWantedOpen(owner, atMs));
    if (isRight) books.liveWronglyMs.delete(code);
    else this.#liveWrongly(placement, books, { userId, code, owner });
  }

  /** Checks that the gateway finds unheard edits: it must read each password's slot within a day. */
  looks({ store }: RunningGateway): void {
    for (const placement of this.#house.placements.values()) {
      const { lock, unseenMs } = placement;
      if (lock.kind.readBack === "silent" || lock.kind.awakeMs !== null) continue;
      const wrong = new Set<UserId>();
      for (const { userId, holder, content } of store.list("slot", [lock.id])) {
        const isTaken = lock.slots.has(userId);
        const isSaid = content.kind === (isTaken ? "occupied" : "empty");
        if (holder !== null && content.kind !== "unknown" && !isSaid) wrong.add(userId);
      }
      for (const userId of unseenMs.keys()) if (!wrong.has(userId)) unseenMs.delete(userId);
      for (const userId of wrong) this.#unseen(placement, userId);
    }
  }

  #unseen(placement: Placement, userId: UserId): void {
    const { nowMs } = this.#house.time;
    const { lock, unseenMs } = placement;
    const sinceMs = unseenMs.get(userId) ?? nowMs;
    unseenMs.set(userId, sinceMs);
    const freeMs = freeSinceMs(this.#house, placement, sinceMs);
    if (freeMs === null || nowMs - Math.max(sinceMs, freeMs) <= unseenLimitMs) return;
    this.#findings.add("unseenEdit", `${lock.id} (${lock.kind.name}) slot ${userId}`);
    unseenMs.set(userId, Number.MAX_SAFE_INTEGER);
  }

  /**
   * Checks that no device became a lock without being let in, and that no code that such a device reported opens a
   * lock.
   */
  intruders({ store }: RunningGateway, { strangers, codes }: Intruders): void {
    for (const stranger of strangers) {
      if (store.get("lock", [stranger]) !== undefined) {
        this.#findings.add("withoutLeave", `${stranger} is a lock that nobody let in`);
      }
    }
    for (const { lock } of this.#house.placements.values()) {
      for (const { userId, code } of lock.live()) {
        // The gateway draws a dynamic password's code itself; in one run of forty it equals a code that an intruder reported.
        const isDrawn = store.get("slot", [lock.id, userId])?.holder === dynamicPasswordId;
        if (codes.has(code) && !isDrawn) {
          this.#findings.add("withoutLeave", `${lock.id} slot ${userId} opens`);
        }
      }
    }
  }

  /** Checks that the gateway reports at once a lock that has announced that it leaves. */
  #departure({ store }: RunningGateway, placement: Placement): void {
    const { leftMs, lock } = placement;
    if (leftMs === null || this.#house.time.nowMs - leftMs <= departureLimitMs) return;
    placement.leftMs = null;
    if (store.get("lock", [lock.id]) === undefined) return;
    this.#findings.add("leaveUntold", `${lock.id} (${lock.kind.name})`);
  }

  /** Checks that neither the desired revision nor the applied revision ever falls. */
  revisions({ store }: RunningGateway, id: LockId): void {
    const { revisions, applied } = this.#cloud.of(id);
    for (const password of revisions.keys()) {
      // A dynamic password that was deleted starts again at revision 1.
      if (store.get("password", [id, password]) === undefined) revisions.delete(password);
    }
    for (const { id: password, revision } of store.list("password", [id])) {
      const before = revisions.get(password) ?? 0;
      if (revision < before) {
        this.#findings.add("revisionFell", `${id} password ${password}: ${before} to ${revision}`);
      }
      revisions.set(password, revision);
    }
    for (const { userId, holder, appliedRevision: revision, content } of store.list("slot", [id])) {
      const before = applied.get(userId);
      // An empty slot may have been released and taken again since the last check.
      const isAnew = content.kind === "empty" && revision === 0;
      if (before?.holder === holder && revision < before.revision && !isAnew) {
        const text = `${id} slot ${userId} of ${holder}: ${before.revision} to ${revision}`;
        this.#findings.add("revisionFell", text);
      }
      if (holder === null) applied.delete(userId);
      else applied.set(userId, { holder, revision });
    }
  }

  /** Checks the lock's UTC time only: the gateway already knows which zone and daylight saving it has sent. */
  #watchClock(placement: Placement, trustedMs: number): void {
    const { clock, kind } = placement.lock;
    const { nowMs } = this.#house.time;
    const aheadMs = kind.capabilities.clock === "absent" ? 0 : clock.aheadMs(nowMs, trustedMs);
    const isRight = aheadMs !== null && Math.abs(aheadMs) <= driftLimitSeconds * 1_000;
    placement.clockWrongMs = isRight ? null : (placement.clockWrongMs ?? nowMs);
  }

  #isTurned({ lock }: Placement, timeZone: string): boolean {
    const { nowMs } = this.#house.time;
    const shownSeconds = lock.localSeconds;
    if (shownSeconds === null) return false;
    const wallSeconds = (wallMs(timeZone, nowMs) - zigbeeEpochMs) / 1000;
    return Math.abs(shownSeconds - wallSeconds) > driftLimitSeconds;
  }

  #liveWrongly(
    placement: Placement,
    books: WantedLock,
    { userId, code, owner }: { userId: number; code: string; owner: Wanted | null },
  ): void {
    const { nowMs } = this.#house.time;
    const isForGood = owner === null || owner.isDeleted || owner.isConsumed || owner.code !== code;
    if (isForGood && books.buried.has(code)) {
      books.buried.delete(code);
      this.#findings.add("revokedLiveAgain", `${placement.lock.id} slot ${userId}`);
    }
    const sinceMs = books.liveWronglyMs.get(code) ?? nowMs;
    books.liveWronglyMs.set(code, sinceMs);
    const refusedMs = placement.refusedMs.get(userId) ?? 0;
    const dueMs = Math.max(sinceMs, refusedMs + refusalPauseMs);
    const freeMs = freeSinceMs(this.#house, placement, dueMs);
    if (freeMs === null) return;
    const fromMs = Math.max(dueMs, freeMs);
    const { slowestMs, capabilities } = placement.lock.kind;
    const limitMs = liveLimitMs + slowestMs * capabilities.pinUsers;
    if (nowMs - fromMs <= limitMs) return;
    this.#house.note(`${placement.lock.id} live wrongly ${JSON.stringify(owner)}`);
    const text = `${placement.lock.id} (${placement.lock.kind.name}) slot ${userId}, password ${books.owners.get(code)}`;
    this.#findings.add("liveOutsideWindow", `${text}: ${Math.round((nowMs - sinceMs) / 1000)} s`);
    // Each code is reported once, until it is no longer live.
    books.liveWronglyMs.set(code, Number.MAX_SAFE_INTEGER);
  }

  /** Handles a code that is no longer live. If it was revoked for good, it must never be live again. */
  #gone(placement: Placement, books: WantedLock, code: string): void {
    if (placement.inFlight > 0 || placement.waiting.length > 0) return;
    books.liveWronglyMs.delete(code);
    // The code is still in a slot: only its schedule keeps it from opening.
    for (const stored of placement.lock.slots.values()) if (stored.code === code) return;
    const claim = books.wantedBy(code);
    const owner = claim?.owner ?? null;
    const isForGood = owner === null || owner.isDeleted || owner.isConsumed || !claim?.isCurrent;
    if (isForGood) books.buried.add(code);
  }
}
