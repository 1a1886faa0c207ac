import type { LockId, UserId } from "../../../../daemon/core/model/door-lock.ts";
import type { StoredCode } from "../field/field-lock.ts";
import type { SentOperation } from "../field/sent-operation.ts";
import type { RunningGateway } from "../gateway.ts";
import type { House, Placement } from "../house.ts";
import type { Cloud } from "../life/cloud.ts";
import type { Findings } from "./findings.ts";
import type { ServedTime } from "./served-time.ts";

/** A signed command that acts at once is valid for 60 s by the gateway's clock, which may be a minute off. */
const oneShotLimitMs = 180_000;
/** Right after a person's edit the gateway cannot know of it. */
const editUnheardMs = 30_000;

interface Parts {
  readonly house: House;
  readonly cloud: Cloud;
  readonly findings: Findings;
  readonly servedTime: ServedTime;
}

/** Checks each operation at the moment when it leaves the gateway. */
export class SentOperations {
  readonly #parts: Parts;
  /** Writes that left for a lock. */
  writes = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  sent(gateway: RunningGateway, placement: Placement, operation: SentOperation): void {
    if (operation.name === "unlockDoor") {
      this.#unlocked(placement);
      return;
    }
    const { userId } = operation;
    if (userId === undefined) return;
    this.writes += 1;
    const { lock } = placement;
    const { findings } = this.#parts;
    const hasLeft = (gateway.store.get("lock", [lock.id])?.leftAtMs ?? null) !== null;
    if (hasLeft) findings.add("leaveUntold", `${lock.id} ${operation.name} after it has left`);
    const slot = `${lock.id} (${lock.kind.name}) slot ${userId}: ${operation.name}`;
    const isLost = gateway.clock.reading().state === "lost";
    if (isLost && isGrant(operation) && !isOverwrite(gateway, lock.id, userId)) {
      findings.add("grantedWhileLost", slot);
    }
    const stored = lock.slots.get(userId);
    if (stored !== undefined && this.#isStrangers(placement, userId, stored)) {
      findings.add("strangersWritten", slot);
    }
    if (isLockPending(gateway, placement)) findings.add("sentBeforeDisk", slot);
    if (operation.name === "setPinCode") placement.written.add(userId);
  }

  #unlocked(placement: Placement): void {
    const { house, cloud, findings, servedTime } = this.#parts;
    const { id } = placement.lock;
    placement.remoteTries += 1;
    if (placement.remoteTries > (cloud.remotes.get(id) ?? 0)) {
      findings.add("repeatedOneShot", `${id} unlockDoor`);
    }
    const ageMs = house.time.nowMs - (cloud.remoteMs.get(id) ?? 0);
    if (cloud.hostileLine !== null && ageMs > oneShotLimitMs + servedTime.behindMs) {
      findings.add("withoutLeave", `${id} unlocked ${ageMs / 1000} s after the command`);
    }
  }

  #isStrangers(placement: Placement, userId: number, stored: StoredCode): boolean {
    const { house, cloud } = this.#parts;
    // A lock that shows neither codes nor states cannot prove that a slot is empty; the gateway writes to it anyway.
    const { readBack, userStatus } = placement.lock.kind;
    if (readBack === "silent" && userStatus === "unsupported") return false;
    if (stored.madeBy === "gateway" || placement.written.has(userId)) return false;
    if (cloud.of(placement.lock.id).owners.has(stored.code)) return false;
    const editedMs = placement.editedMs.get(userId) ?? 0;
    return house.time.nowMs - editedMs > editUnheardMs;
  }
}

function isGrant({ name, userStatus }: SentOperation): boolean {
  return name !== "clearPinCode" && userStatus === "occupiedEnabled";
}

/**
 * Returns whether the gateway overwrites a code that the lock does not clear with random digits, which grants no
 * access.
 */
function isOverwrite({ store }: RunningGateway, lock: LockId, userId: UserId): boolean {
  const slot = store.get("slot", [lock, userId]);
  const junkMark = slot?.junkMark ?? null;
  return junkMark !== null && slot?.sentMark === junkMark;
}

/** Returns whether the store has a change of the lock's slots or passwords that is not on disk yet. */
function isLockPending({ store }: RunningGateway, { lock }: Placement): boolean {
  return [...store.pending].some(({ changes }) =>
    changes.some(
      ({ table, key }) => (table === "slot" || table === "password") && key[0] === lock.id,
    ),
  );
}
