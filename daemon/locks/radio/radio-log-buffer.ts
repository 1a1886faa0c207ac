import type { RadioJudgement } from "../../core/logs/radio-log.ts";
import type { LockId } from "../../core/model/door-lock.ts";
import type { RadioEntry } from "../../core/model/radio-log.ts";
import type { Requester } from "../../core/model/requester.ts";
import type { StoreView } from "../../store/store.ts";
import { RadioFigures } from "./radio-figures.ts";

/** What an operation shows of itself; the password and who wanted it are found in the store. */
type OperationFacts = Omit<RadioEntry, "passwordId" | "asked">;

/** Limit of the entries of one lock that wait for a batch; at the limit they get a batch of their own. */
const maxWaiting = 32;

/**
 * Keeps entries of the radio log between an operation's outcome and the batch of its effects. A read without
 * news waits for the next batch of its lock, and a crash before that loses it; a write to a lock always
 * has a batch.
 */
export class RadioLogBuffer {
  readonly #view: Pick<StoreView, "get">;
  readonly #onFull: (lock: LockId) => void;
  readonly #waiting = new Map<LockId, RadioEntry[]>();
  /** The last entry of each lock, until {@link RadioLogBuffer.judge} says what its outcome meant. */
  readonly #open = new Map<LockId, RadioEntry>();
  readonly #requesters = new Map<LockId, Requester>();

  readonly #nowMs: () => number;
  readonly figures: RadioFigures;

  constructor(
    view: Pick<StoreView, "get">,
    ports: { readonly onFull: (lock: LockId) => void; readonly nowMs: () => number },
  ) {
    this.#view = view;
    this.#onFull = ports.onFull;
    this.#nowMs = ports.nowMs;
    this.figures = new RadioFigures(ports.nowMs());
  }

  /** The next operations on the lock, until {@link RadioLogBuffer.endManual}, are manual ones of this requester. */
  beginManual(lock: LockId, requester: Requester | undefined): void {
    if (requester !== undefined) this.#requesters.set(lock, requester);
  }

  /** An operation has its outcome. */
  note(facts: OperationFacts): void {
    const { lock, userId } = facts;
    this.#end(lock);
    const slot = userId === undefined ? undefined : this.#view.get("slot", [lock, userId]);
    const holder = slot?.holder ?? null;
    const password = holder === null ? undefined : this.#view.get("password", [lock, holder]);
    const asked = this.#requesters.get(lock) ?? password?.asked;
    this.#open.set(lock, {
      ...facts,
      ...(holder === null ? {} : { passwordId: holder }),
      ...(asked === undefined ? {} : { asked }),
    });
  }

  /** Adds what the outcome of the last operation on the lock meant. */
  judge(lock: LockId, judged: RadioJudgement): void {
    const entry = this.#open.get(lock);
    if (entry === undefined) return;
    this.#open.set(lock, { ...entry, ...judged });
    this.#end(lock);
    if (judged.read !== undefined) this.figures.shown(lock, judged.read);
    if (judged.isConfirmed !== true || entry.passwordId === undefined) return;
    const password = this.#view.get("password", [lock, entry.passwordId]);
    if (password !== undefined) this.figures.confirm(password, this.#nowMs());
  }

  /** The manual operation is complete: its entry will not change any more. */
  endManual(lock: LockId): void {
    this.#requesters.delete(lock);
    this.#end(lock);
  }

  /** Returns and forgets the entries that the lock's next batch takes along. */
  take(lock: LockId): readonly RadioEntry[] {
    const entries = this.#waiting.get(lock) ?? [];
    this.#waiting.delete(lock);
    return entries;
  }

  #end(lock: LockId): void {
    const entry = this.#open.get(lock);
    if (entry === undefined) return;
    this.#open.delete(lock);
    const entries = this.#waiting.get(lock) ?? [];
    entries.push(entry);
    this.#waiting.set(lock, entries);
    if (entries.length >= maxWaiting) this.#onFull(lock);
  }
}
