import type { PairingStep } from "../../../drivers/lock-driver.ts";
import type { LockId, UserId } from "../../core/model/door-lock.ts";
import type { LockEvent } from "../../core/model/lock-event.ts";

/**
 * Collects the slots that were edited at the keypad while their lock was interviewed. What the interview read
 * of them may be older than the edit, so they stay unknown and are read again. There is one set per lock
 * that is being paired.
 */
export class EditsDuringPairing {
  readonly #edited = new Map<LockId, Set<UserId | "all">>();

  stepReceived({ step, device }: PairingStep): void {
    if (step === "joined" || step === "interviewing") {
      if (!this.#edited.has(device)) this.#edited.set(device, new Set());
      return;
    }
    if (step === "refused" || step === "failed") this.#edited.delete(device);
  }

  eventReceived(lock: LockId, event: LockEvent): void {
    if (event.kind !== "programmingEvent" || event.source === "rf") return;
    this.#edited.get(lock)?.add(typeof event.userId === "number" ? event.userId : "all");
  }

  /** Returns the readings without those that may be outdated, and forgets the pairing. */
  withoutEdited<T>(lock: LockId, readings: ReadonlyMap<UserId, T>): ReadonlyMap<UserId, T> {
    const edited = this.#edited.get(lock);
    this.#edited.delete(lock);
    if (edited === undefined || edited.size === 0) return readings;
    // User 0 may stand for all of them.
    if (edited.has("all") || edited.has(0)) return new Map();
    return new Map([...readings].filter(([userId]) => !edited.has(userId)));
  }
}
