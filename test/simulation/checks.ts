import type { LockId } from "../../daemon/core/door-lock.ts";
import type { Cloud } from "./cloud.ts";
import type { Held } from "./field-lock.ts";
import type { SentOperation } from "./field-radio.ts";
import type { Findings } from "./findings.ts";
import type { RunningGateway } from "./gateway.ts";
import type { House, Placement } from "./house.ts";
import { isWantedOpen, type Wanted, type WantedLock } from "./wanted.ts";

/** DESIGN section 7.3. */
const liveLimitMs = 60_000;
/** A code that is due has this long to come, revocations go first. */
const missingLimitMs = 240_000;
/** A revocation that a lock refuses is tried again after half an hour. */
const refusalPauseMs = 1_800_000;
/** Right after a person's edit the gateway cannot know of it yet. */
const editUnheardMs = 30_000;

/** Looks at the real locks and asks whether what must always hold does. */
export class Checks {
  readonly #house: House;
  readonly #cloud: Cloud;
  readonly #findings: Findings;
  /** Writes that left for a lock. */
  writes = 0;
  #latestMs = 0;

  constructor(house: House, cloud: Cloud, findings: Findings) {
    this.#house = house;
    this.#cloud = cloud;
    this.#findings = findings;
  }

  /** A write, or a remote operation, leaves the gateway now. */
  sent(gateway: RunningGateway, placement: Placement, operation: SentOperation): void {
    const { lock } = placement;
    if (operation.name === "unlockDoor") {
      placement.remoteTries += 1;
      if (placement.remoteTries > (this.#cloud.remotes.get(lock.id) ?? 0)) {
        this.#findings.add("repeatedOneShot", `${lock.id} ${operation.name}`);
      }
      return;
    }
    const { userId } = operation;
    if (userId === undefined) return;
    this.writes += 1;
    const held = lock.slots.get(userId);
    const isGrant =
      operation.name === "setPinCode" ||
      (operation.name === "setUserStatus" && operation.userStatus === "occupiedEnabled");
    if (isGrant && gateway.clock.reading().state === "lost") {
      this.#findings.add("grantedWhileLost", `${lock.id} slot ${userId}: ${operation.name}`);
    }
    if (held !== undefined && this.#isStrangers(placement, userId, held)) {
      this.#findings.add(
        "strangersWritten",
        `${lock.id} (${lock.kind.name}) slot ${userId}: ${operation.name}`,
      );
    }
    for (const { changes } of gateway.store.pending) {
      const isOfLock = changes.some(
        ({ table, key }) => (table === "slot" || table === "password") && key[0] === lock.id,
      );
      if (isOfLock) this.#findings.add("sentBeforeDisk", `${lock.id} slot ${userId}`);
    }
    if (operation.name === "setPinCode") placement.written.add(userId);
  }

  #isStrangers(placement: Placement, userId: number, held: Held): boolean {
    // A lock that shows neither codes nor states can prove no slot empty: it is used all the same.
    const { readBack, takesUserStatus } = placement.lock.kind;
    if (readBack === "silent" && !takesUserStatus) return false;
    if (held.madeBy === "gateway" || placement.written.has(userId)) return false;
    if (this.#cloud.of(placement.lock.id).owners.has(held.code)) return false;
    const editedMs = placement.editedMs.get(userId) ?? 0;
    return this.#house.time.nowMs - editedMs > editUnheardMs;
  }

  /** A new process may begin a little behind the one before: while lost it grants nothing. */
  restarted(): void {
    this.#latestMs = 0;
  }

  time(gateway: RunningGateway, aheadMs: number): void {
    const { nowMs, state } = gateway.clock.reading();
    const trueMs = this.#house.time.nowMs;
    if (nowMs > trueMs + aheadMs + 1) {
      this.#findings.add("timeWentBack", `${nowMs - trueMs} ms ahead of the truth`);
    }
    if (state !== "lost" && nowMs < this.#latestMs) {
      this.#findings.add("timeWentBack", `${this.#latestMs - nowMs} ms back`);
    }
    if (state !== "lost") this.#latestMs = Math.max(this.#latestMs, nowMs);
  }

  /** After hours of calm every change has come to an end that was told. */
  end(gateway: RunningGateway): void {
    const { nowMs } = gateway.clock.reading();
    for (const { lock, id, operation, ...record } of gateway.store.list("password")) {
      const wanted = this.#cloud.of(lock).passwords.get(id);
      const isOverdue = nowMs - record.changedAtMs > missingLimitMs * 2;
      const isDue = record.isDeleted || (wanted !== undefined && isWantedOpen(wanted, nowMs));
      if (record.operationStage === "inProgress" && isOverdue && isDue) {
        const { name } = this.#house.placement(lock).lock.kind;
        this.#findings.add("commandEnds", `${lock} (${name}) password ${id}: ${operation} goes on`);
      }
    }
  }

  /** Compares one lock with what is wanted of it. */
  lock(gateway: RunningGateway, id: LockId): void {
    const placement = this.#house.placement(id);
    const books = this.#cloud.of(id);
    const { nowMs: trustedMs, state } = gateway.clock.reading();
    const live = new Set<string>();
    for (const [userId, held] of placement.lock.slots) {
      if (held.userStatus !== "occupiedEnabled") continue;
      live.add(held.code);
      const claim = books.wantedBy(held.code);
      if (claim === null) continue;
      const isRight =
        claim.owner !== null && claim.isCurrent && isWantedOpen(claim.owner, trustedMs);
      if (isRight) {
        books.liveWronglyMs.delete(held.code);
        continue;
      }
      this.#liveWrongly(placement, books, { userId, code: held.code, owner: claim.owner });
    }
    for (const code of books.liveWronglyMs.keys()) {
      if (!live.has(code)) this.#gone(placement, books, code);
    }
    for (const wanted of books.passwords.values()) {
      if (wanted.isDeleted && (wanted.code === null || !live.has(wanted.code))) {
        books.passwords.delete(wanted.id);
        continue;
      }
      this.#maybeMissing(gateway, placement, { wanted, live, isTimeKnown: state !== "lost" });
    }
  }

  /** Since when the gateway could act on this lock without anything in its way; null = it cannot. */
  #freeSinceMs(placement: Placement): number | null {
    if (!this.#house.isReachable(placement) || placement.contactMs < placement.troubleMs)
      return null;
    return placement.contactMs;
  }

  #liveWrongly(
    placement: Placement,
    books: WantedLock,
    { userId, code, owner }: { userId: number; code: string; owner: Wanted | null },
  ): void {
    const { nowMs } = this.#house.time;
    if (books.buried.has(code)) {
      books.buried.delete(code);
      this.#findings.add("revokedLiveAgain", `${placement.lock.id} slot ${userId}`);
    }
    const sinceMs = books.liveWronglyMs.get(code) ?? nowMs;
    books.liveWronglyMs.set(code, sinceMs);
    const freeMs = this.#freeSinceMs(placement);
    if (freeMs === null) return;
    const refusedMs = placement.refusedMs.get(userId);
    const fromMs = Math.max(
      sinceMs,
      freeMs,
      refusedMs === undefined ? 0 : refusedMs + refusalPauseMs,
    );
    const { slowestMs, capabilities } = placement.lock.kind;
    const limitMs = liveLimitMs + slowestMs * capabilities.pinUsers;
    if (nowMs - fromMs <= limitMs) return;
    const text = `${placement.lock.id} (${placement.lock.kind.name}) slot ${userId}, password ${books.owners.get(code)}`;
    this.#findings.add("liveOutsideWindow", `${text}: ${Math.round((nowMs - sinceMs) / 1000)} s`);
    this.#house.note(`${placement.lock.id} live wrongly ${code} ${JSON.stringify(owner)}`);
    // Told once, until it is gone.
    books.liveWronglyMs.set(code, Number.MAX_SAFE_INTEGER);
  }

  /** Code no longer live. If it was revoked for good it must never come back. */
  #gone(placement: Placement, books: WantedLock, code: string): void {
    if (placement.inFlight > 0) return;
    books.liveWronglyMs.delete(code);
    const claim = books.wantedBy(code);
    const owner = claim?.owner ?? null;
    const isForGood = owner === null || owner.isDeleted || owner.isConsumed || !claim?.isCurrent;
    if (isForGood) books.buried.add(code);
  }

  #maybeMissing(
    gateway: RunningGateway,
    placement: Placement,
    { wanted, live, isTimeKnown }: { wanted: Wanted; live: Set<string>; isTimeKnown: boolean },
  ): void {
    const { code, id } = wanted;
    // Digits that nobody knows nobody can put back.
    if (code === null || wanted.isHidden) return;
    const { nowMs } = this.#house.time;
    const books = this.#cloud.of(placement.lock.id);
    const freeMs = this.#freeSinceMs(placement);
    const isDue =
      isTimeKnown && freeMs !== null && isWantedOpen(wanted, gateway.clock.reading().nowMs);
    if (live.has(code) || !isDue || books.takenAway.has(code)) {
      books.missingMs.delete(code);
      return;
    }
    const sinceMs = books.missingMs.get(code) ?? nowMs;
    books.missingMs.set(code, sinceMs);
    const { slowestMs, capabilities } = placement.lock.kind;
    const limitMs = missingLimitMs + 2 * slowestMs * capabilities.pinUsers;
    if (nowMs - Math.max(sinceMs, freeMs) <= limitMs) return;
    const record = gateway.store.get("password", [placement.lock.id, id]);
    // Told as failed is told; still under way is not done.
    if (record === undefined || record.operationStage !== "done") return;
    const text = `${placement.lock.id} (${placement.lock.kind.name}) password ${id}`;
    this.#findings.add("missingInWindow", `${text}: ${Math.round((nowMs - sinceMs) / 1000)} s`);
    books.takenAway.add(code);
  }
}
