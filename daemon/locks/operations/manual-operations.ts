import type { OperationArgs, OperationName, Outcome } from "../../../drivers/lock-driver.ts";
import type { LockId } from "../../core/model/door-lock.ts";
import type { Requester } from "../../core/model/requester.ts";
import { type LockPorts, viewOf } from "../lock-ports.ts";
import { maxWaitingManual, TurnRefused, turnRank } from "../lock-turns.ts";
import type { RadioLogBuffer } from "../radio/radio-log-buffer.ts";
import type { Reconciler, TurnOptions } from "../reconciler.ts";
import { maxManualAtOnce, WorkLimit } from "../work-limit.ts";
import type { RemoteFollowUp } from "./remote-follow-up.ts";

/** Whose work it is, and when it has no caller any more. */
export interface ManualOptions {
  readonly requester?: Requester;
  /** Aborted when the caller went away: nothing more is sent for it. */
  readonly signal?: AbortSignal;
}

const aborted = { kind: "unreachable", cause: "aborted", wasSent: false } as const;

interface Parts {
  readonly radioLog: RadioLogBuffer;
  readonly reconciler: (lock: LockId) => Reconciler;
  /** Writes what waits in the radioLog for a batch of the lock. */
  readonly writeRadioLog: (lock: LockId) => void;
  readonly remote: RemoteFollowUp;
}

/** What somebody asks a lock to do now, beside the plan: in the lock's turn, and written down as asked for. */
export class ManualOperations {
  readonly #ports: LockPorts;
  readonly #parts: Parts;
  readonly #limit = new WorkLimit(maxManualAtOnce);
  /** Work by hand at each lock, under way or waiting; beyond {@link maxWaitingManual} it is refused. */
  readonly #perLock = new Map<LockId, number>();

  constructor(ports: LockPorts, parts: Parts) {
    this.#ports = ports;
    this.#parts = parts;
  }

  /** One operation on a slot. */
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
    const turn = { rank: () => turnRank.hand, isByHand: true, ...ended };
    const count = this.#perLock.get(lock) ?? 0;
    if (count > maxWaitingManual) return aborted;
    this.#perLock.set(lock, count + 1);
    const work = () =>
      this.#inTurn(lock, { requester, turn }, () => driver.perform(lock, operation, options));
    try {
      return (await this.#limit.run(work, signal)) ?? aborted;
    } finally {
      const left = (this.#perLock.get(lock) ?? 1) - 1;
      if (left > 0) this.#perLock.set(lock, left);
      else this.#perLock.delete(lock);
    }
  }

  /** One try at locking or unlocking; the caller has marked it as attempted. */
  async moveBolt(
    lock: LockId,
    action: "lock" | "unlock",
    deadlineMs: number,
    { requester, signal: caller }: ManualOptions = {},
  ): Promise<Outcome> {
    const view = viewOf(this.#ports.store, lock);
    if (view === null) return aborted;
    const endpoint = view.lock.capabilities.endpoint;
    const giveUpMs = this.#ports.monotonicMs() + deadlineMs;
    // Revocations may keep the lock for longer than the person waits.
    const late = this.#after(deadlineMs);
    const ended = caller === undefined ? {} : { signal: caller };
    const signal = caller === undefined ? late : AbortSignal.any([late, caller]);
    const turn = { rank: () => turnRank.remote, signal };
    return this.#inTurn(lock, { requester, turn }, async () => {
      const restMs = giveUpMs - this.#ports.monotonicMs();
      if (restMs <= 0) return { kind: "unreachable", cause: "timeout", wasSent: false };
      if (caller?.aborted === true) return aborted;
      const name = action === "lock" ? "lockDoor" : "unlockDoor";
      const options = { deadlineMs: restMs, endpoint, ...ended };
      const { remote } = this.#parts;
      remote.note(lock, action);
      const outcome = await this.#ports.driver.perform(lock, { name, pinCode: null }, options);
      const mayHaveActed =
        outcome.kind === "done" || (outcome.kind === "unreachable" && outcome.wasSent);
      if (outcome.kind === "done") remote.accept(lock);
      if (mayHaveActed) remote.follow(lock);
      else remote.drop(lock);
      return outcome;
    });
  }

  /** Clears our slots while the lock can be reached, then tells it to leave. Its reconciler is stopped. */
  async removeLock(
    reconciler: Reconciler,
    lock: LockId,
    asked?: Requester,
  ): Promise<{ readonly wasTold: boolean }> {
    const { driver, deadlineMs, store } = this.#ports;
    const { radioLog, writeRadioLog } = this.#parts;
    const view = viewOf(store, lock);
    const ours = [...(view?.slots.values() ?? [])].filter(
      // An operation that is under way may fill a slot that was empty.
      (slot) => slot.holder !== null && (slot.mayDiffer || slot.content.kind !== "empty"),
    );
    const options = { deadlineMs, endpoint: view?.lock.capabilities.endpoint ?? 1 };
    radioLog.ask(lock, asked);
    try {
      for (const { userId } of ours) {
        const operation = { name: "clearPinCode", userId } as const;
        const outcome = await reconciler.inTurn(() => driver.perform(lock, operation, options));
        if (outcome.kind === "unreachable") break;
      }
      return await reconciler.inTurn(() => driver.remove(lock));
    } finally {
      radioLog.close(lock);
      writeRadioLog(lock);
    }
  }

  /** The batch that follows in this turn takes the entry along. */
  async #inTurn<K extends OperationName>(
    lock: LockId,
    { requester, turn }: { readonly requester: Requester | undefined; readonly turn: TurnOptions },
    use: () => Promise<Outcome<K>>,
  ): Promise<Outcome<K>> {
    const { radioLog, reconciler, writeRadioLog } = this.#parts;
    try {
      return await reconciler(lock).inTurn(async () => {
        radioLog.ask(lock, requester);
        try {
          return await use();
        } finally {
          radioLog.close(lock);
          writeRadioLog(lock);
        }
      }, turn);
    } catch (cause) {
      if (!(cause instanceof TurnRefused)) throw cause;
      return turn.rank?.() === turnRank.remote
        ? { kind: "unreachable", cause: "timeout", wasSent: false }
        : aborted;
    }
  }

  /** Aborted when the time is over. */
  #after(delayMs: number): AbortSignal {
    const over = new AbortController();
    this.#ports.timers.after(delayMs, () => over.abort());
    return over.signal;
  }
}
