import type { OperationArgs, Outcome } from "../../drivers/lock-driver.ts";
import type { LockId } from "../core/door-lock.ts";
import type { Asked } from "../core/radio-log.ts";
import { type LockPorts, viewOf } from "./lock-room.ts";
import type { RadioTrail } from "./radio-trail.ts";
import type { Reconciler } from "./reconciler.ts";
import type { RemoteFollowUp } from "./remote-follow-up.ts";

interface Parts {
  readonly trail: RadioTrail;
  readonly reconciler: (lock: LockId) => Reconciler;
  /** Writes what waits in the trail for a batch of the lock. */
  readonly keepTrail: (lock: LockId) => void;
  readonly remote: RemoteFollowUp;
}

/** What somebody asks a lock to do now, beside the plan: in the lock's turn, and written down as asked for. */
export class HandWork {
  readonly #ports: LockPorts;
  readonly #parts: Parts;

  constructor(ports: LockPorts, parts: Parts) {
    this.#ports = ports;
    this.#parts = parts;
  }

  /** One operation on a slot. */
  async perform<K extends "getPinCode" | "clearPinCode">(
    lock: LockId,
    operation: { readonly name: K } & OperationArgs[K],
    asked?: Asked,
  ): Promise<Outcome<K>> {
    const view = viewOf(this.#ports.store, lock);
    if (view === null) return { kind: "unreachable", cause: "aborted", wasSent: false };
    const { deadlineMs, driver } = this.#ports;
    const options = { deadlineMs, endpoint: view.lock.capabilities.endpoint };
    return this.#inTurn(lock, asked, () => driver.perform(lock, operation, options));
  }

  /** One try at locking or unlocking; the caller has marked it as attempted. */
  async operate(
    lock: LockId,
    action: "lock" | "unlock",
    deadlineMs: number,
    asked?: Asked,
  ): Promise<Outcome> {
    const view = viewOf(this.#ports.store, lock);
    if (view === null) return { kind: "unreachable", cause: "aborted", wasSent: false };
    const endpoint = view.lock.capabilities.endpoint;
    const giveUpMs = this.#ports.monotonicMs() + deadlineMs;
    return this.#inTurn(lock, asked, async () => {
      const restMs = giveUpMs - this.#ports.monotonicMs();
      if (restMs <= 0) return { kind: "unreachable", cause: "timeout", wasSent: false };
      const name = action === "lock" ? "lockDoor" : "unlockDoor";
      const options = { deadlineMs: restMs, endpoint };
      const { remote } = this.#parts;
      remote.note(lock, action);
      const outcome = await this.#ports.driver.perform(lock, { name, pinCode: null }, options);
      const mayHaveActed =
        outcome.kind === "done" || (outcome.kind === "unreachable" && outcome.wasSent);
      if (mayHaveActed) remote.follow(lock);
      else remote.drop(lock);
      return outcome;
    });
  }

  /** Clears our slots while the lock can be reached, then tells it to leave. Its reconciler is stopped. */
  async remove(
    reconciler: Reconciler,
    lock: LockId,
    asked?: Asked,
  ): Promise<{ readonly wasTold: boolean }> {
    const { driver, deadlineMs, store } = this.#ports;
    const { trail, keepTrail } = this.#parts;
    const view = viewOf(store, lock);
    const ours = [...(view?.slots.values() ?? [])].filter(
      // An operation that is under way may fill a slot that was empty.
      (slot) => slot.holder !== null && (slot.mayDiffer || slot.content.kind !== "empty"),
    );
    const options = { deadlineMs, endpoint: view?.lock.capabilities.endpoint ?? 1 };
    trail.ask(lock, asked);
    try {
      for (const { userId } of ours) {
        const operation = { name: "clearPinCode", userId } as const;
        const outcome = await reconciler.inTurn(() => driver.perform(lock, operation, options));
        if (outcome.kind === "unreachable") break;
      }
      return await reconciler.inTurn(() => driver.remove(lock));
    } finally {
      trail.close(lock);
      keepTrail(lock);
    }
  }

  /** The batch that follows in this turn takes the entry along. */
  #inTurn<T>(lock: LockId, asked: Asked | undefined, use: () => Promise<T>): Promise<T> {
    const { trail, reconciler, keepTrail } = this.#parts;
    return reconciler(lock).inTurn(async () => {
      trail.ask(lock, asked);
      try {
        return await use();
      } finally {
        trail.close(lock);
        keepTrail(lock);
      }
    });
  }
}
