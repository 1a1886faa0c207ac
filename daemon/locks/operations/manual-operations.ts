import type { OperationArgs, OperationName, Outcome } from "../../../drivers/lock-driver.ts";
import type { LockId } from "../../core/model/door-lock.ts";
import type { Requester } from "../../core/model/requester.ts";
import { type LockPorts, storeRadioLog, viewOf } from "../lock-ports.ts";
import type { TurnOptions } from "../lock-radio.ts";
import { maxWaitingManual, TurnRefused, turnRank } from "../lock-turns.ts";
import type { Reconcilers } from "../reconcilers.ts";
import { maxManualAtOnce, WorkLimit } from "../work-limit.ts";
import type { RemoteFollowUp } from "./remote-follow-up.ts";

export interface ManualOptions {
  /** Who wants it, for the radio log. */
  readonly requester?: Requester;
  /** Aborted when the caller went away: nothing more is sent for it. */
  readonly signal?: AbortSignal;
}

const aborted = { kind: "unreachable", cause: "aborted", wasSent: false } as const;
const timedOut = { kind: "unreachable", cause: "timeout", wasSent: false } as const;

/**
 * Operations that a person asks for, outside the plan. Each takes a turn of the lock's radio and is written
 * into the radio log with the person's name.
 */
export class ManualOperations {
  readonly #ports: LockPorts;
  readonly #reconcilers: Reconcilers;
  readonly #remote: RemoteFollowUp;
  readonly #limit = new WorkLimit(maxManualAtOnce);
  /** Operations that run or wait at each lock; one more than {@link maxWaitingManual} is refused. */
  readonly #perLock = new Map<LockId, number>();

  constructor(ports: LockPorts, reconcilers: Reconcilers, remote: RemoteFollowUp) {
    this.#ports = ports;
    this.#reconcilers = reconcilers;
    this.#remote = remote;
  }

  /** Reads or clears one slot. */
  async operateSlot<K extends "getPinCode" | "clearPinCode">(
    lock: LockId,
    operation: { readonly name: K } & OperationArgs[K],
    { requester, signal }: ManualOptions = {},
  ): Promise<Outcome<K>> {
    const view = viewOf(this.#ports.store, lock);
    if (view === null) return aborted;
    const { deadlineMs, driver } = this.#ports;
    const ended = signal === undefined ? {} : { signal };
    const options = { deadlineMs, endpoint: view.lock.capabilities.endpoint, ...ended };
    const turn = { rank: () => turnRank.manual, isManual: true, ...ended };
    const count = this.#perLock.get(lock) ?? 0;
    if (count > maxWaitingManual) return aborted;
    this.#perLock.set(lock, count + 1);
    const work = () =>
      this.#useRadio(lock, { requester, turn }, () => driver.perform(lock, operation, options));
    try {
      return (await this.#limit.run(work, signal)) ?? aborted;
    } finally {
      const left = (this.#perLock.get(lock) ?? 1) - 1;
      if (left > 0) this.#perLock.set(lock, left);
      else this.#perLock.delete(lock);
    }
  }

  /** Tries once to lock or unlock. The caller has written down that the command was attempted. */
  async moveBolt(
    lock: LockId,
    action: "lock" | "unlock",
    deadlineMs: number,
    { requester, signal: caller }: ManualOptions = {},
  ): Promise<Outcome> {
    const view = viewOf(this.#ports.store, lock);
    if (view === null) return aborted;
    const endpoint = view.lock.capabilities.endpoint;
    const untilMs = this.#ports.monotonicMs() + deadlineMs;
    // Revocations may keep the radio for longer than the person waits.
    const late = this.#abortAfter(deadlineMs);
    const ended = caller === undefined ? {} : { signal: caller };
    const signal = caller === undefined ? late : AbortSignal.any([late, caller]);
    const turn = { rank: () => turnRank.remote, signal };
    return this.#useRadio(lock, { requester, turn }, async () => {
      const restMs = untilMs - this.#ports.monotonicMs();
      if (restMs <= 0) return timedOut;
      if (caller?.aborted === true) return aborted;
      const name = action === "lock" ? "lockDoor" : "unlockDoor";
      const options = { deadlineMs: restMs, endpoint, ...ended };
      this.#remote.note(lock, action);
      const outcome = await this.#ports.driver.perform(lock, { name, pinCode: null }, options);
      const mayHaveActed =
        outcome.kind === "done" || (outcome.kind === "unreachable" && outcome.wasSent);
      if (outcome.kind === "done") this.#remote.accept(lock);
      if (mayHaveActed) this.#remote.follow(lock);
      else this.#remote.drop(lock);
      return outcome;
    });
  }

  /**
   * Clears our slots while the lock can be reached, then tells it to leave the network. The caller has
   * stopped the plan of this lock.
   */
  async removeLock(lock: LockId, requester?: Requester): Promise<{ readonly wasTold: boolean }> {
    const { driver, deadlineMs, store, radioLog } = this.#ports;
    const view = viewOf(store, lock);
    const ours = [...(view?.slots.values() ?? [])].filter(
      // An operation that is under way may fill a slot that was empty.
      (slot) => slot.holder !== null && (slot.mayDiffer || slot.content.kind !== "empty"),
    );
    const options = { deadlineMs, endpoint: view?.lock.capabilities.endpoint ?? 1 };
    radioLog?.beginManual(lock, requester);
    try {
      for (const { userId } of ours) {
        const clear = { name: "clearPinCode", userId } as const;
        const outcome = await this.#reconcilers.useRadio(lock, () =>
          driver.perform(lock, clear, options),
        );
        if (outcome.kind === "unreachable") break;
      }
      return await this.#reconcilers.useRadio(lock, () => driver.remove(lock));
    } finally {
      this.#endManual(lock);
    }
  }

  /** The radio log's entry is complete before the turn ends: the next batch of the lock takes it along. */
  async #useRadio<K extends OperationName>(
    lock: LockId,
    { requester, turn }: { readonly requester: Requester | undefined; readonly turn: TurnOptions },
    work: () => Promise<Outcome<K>>,
  ): Promise<Outcome<K>> {
    try {
      return await this.#reconcilers.of(lock).radio.use(async () => {
        this.#ports.radioLog?.beginManual(lock, requester);
        try {
          return await work();
        } finally {
          this.#endManual(lock);
        }
      }, turn);
    } catch (cause) {
      if (!(cause instanceof TurnRefused)) throw cause;
      return turn.rank?.() === turnRank.remote ? timedOut : aborted;
    }
  }

  #endManual(lock: LockId): void {
    this.#ports.radioLog?.endManual(lock);
    storeRadioLog(this.#ports, lock);
  }

  #abortAfter(delayMs: number): AbortSignal {
    const over = new AbortController();
    this.#ports.timers.after(delayMs, () => over.abort());
    return over.signal;
  }
}
