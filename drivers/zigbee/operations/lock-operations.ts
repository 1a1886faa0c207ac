import type { Controller, Models } from "zigbee-herdsman";
import { delay } from "../../../daemon/base/delay.ts";
import type { LockId } from "../../../daemon/core/model/door-lock.ts";
import type { LockDriver, OperationArgs, OperationName, Outcome } from "../../lock-driver.ts";
import { hasNoAddress } from "../herdsman/device-database.ts";
import type { Presence } from "../presence/presence.ts";
import type { Quirks } from "../quirks/quirk-model.ts";
import type { Exchanger } from "./exchange.ts";
import { type PerformerTarget, performOn } from "./performers.ts";

const noRoute = { kind: "unreachable", cause: "noRoute", wasSent: false } as const;

type Unreachable = Extract<Outcome, { kind: "unreachable" }>;
type OperationOptions = Parameters<LockDriver["perform"]>[2];

/**
 * Performs operations on locks that are where their address is proven, and knows which locks have work left.
 */
export class LockOperations {
  readonly #exchanger: Exchanger;
  readonly #presence: Presence;
  readonly #quirksOf: (lock: LockId, device: Models.Device) => Quirks;
  /** Locks whose last operation was unreachable: at their next check-in they are kept awake. */
  readonly #missed = new Set<LockId>();
  /** Operations in flight, by lock. */
  readonly #inFlight = new Map<LockId, number>();

  constructor(
    exchanger: Exchanger,
    presence: Presence,
    quirksOf: (lock: LockId, device: Models.Device) => Quirks,
  ) {
    this.#exchanger = exchanger;
    this.#presence = presence;
    this.#quirksOf = quirksOf;
  }

  /** Whether there is something to send to this lock when it is awake. */
  isWaiting(lock: LockId): boolean {
    return this.#missed.has(lock) || this.#inFlight.has(lock);
  }

  forget(lock: LockId): void {
    this.#missed.delete(lock);
  }

  /** @param controller null while the stick is offline */
  async perform<K extends OperationName>(
    controller: Controller | null,
    lock: LockId,
    operation: { readonly name: K } & OperationArgs[K],
    options: OperationOptions,
  ): Promise<Outcome<K>> {
    if (controller === null) {
      return { kind: "unreachable", cause: "stickOffline", wasSent: false };
    }
    const target = this.#targetOf(controller, lock, options.endpoint);
    if (target === null) return noRoute;
    let { deadlineMs } = options;
    // Only a code waits: whoever claims that the lock is elsewhere must not delay what takes access away.
    if (hasCode(operation)) {
      const checked = await this.#addressChecked(target.device, deadlineMs);
      if (checked.kind === "unreachable") return checked;
      deadlineMs = checked.leftMs;
    }
    if (this.#presence.departures.isGone(lock)) return noRoute;
    this.#inFlight.set(lock, (this.#inFlight.get(lock) ?? 0) + 1);
    try {
      const outcome = await performOn(target, operation, { ...options, deadlineMs });
      if (outcome.kind === "unreachable") this.#missed.add(lock);
      else this.#missed.delete(lock);
      return outcome;
    } finally {
      const count = (this.#inFlight.get(lock) ?? 1) - 1;
      if (count === 0) this.#inFlight.delete(lock);
      else this.#inFlight.set(lock, count);
    }
  }

  /** @returns null for a lock that is not on the network, or has no such endpoint */
  #targetOf(controller: Controller, lock: LockId, endpointId: number): PerformerTarget | null {
    const device = controller.getDeviceByIeeeAddr(lock);
    const endpoint = device?.getEndpoint(endpointId);
    if (device === undefined || endpoint === undefined || hasNoAddress(device)) return null;
    const quirks = this.#quirksOf(lock, device);
    return { device, endpoint, exchanger: this.#exchanger, quirks };
  }

  /** Waits until it is proven where the lock is. @returns what is left of the deadline, or why it is over */
  async #addressChecked(
    device: Models.Device,
    deadlineMs: number,
  ): Promise<{ readonly kind: "left"; readonly leftMs: number } | Unreachable> {
    const beganMs = performance.now();
    const endBefore = this.#exchanger.lastEnd;
    await withinTime(this.#presence.addressChecked(device), deadlineMs);
    const { lastEnd } = this.#exchanger;
    if (lastEnd !== null && lastEnd !== endBefore) {
      return { kind: "unreachable", cause: lastEnd.cause, wasSent: false };
    }
    const leftMs = deadlineMs - Math.floor(performance.now() - beganMs);
    if (leftMs > 0) return { kind: "left", leftMs };
    return { kind: "unreachable", cause: "timeout", wasSent: false };
  }
}

function hasCode(operation: object): boolean {
  return "pinCode" in operation && operation.pinCode !== null;
}

async function withinTime(task: Promise<void>, limitMs: number): Promise<void> {
  const over = new AbortController();
  await Promise.race([task, delay(limitMs, over.signal)]);
  over.abort();
}
