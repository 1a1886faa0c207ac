import type { LockId } from "../core/door-lock.ts";
import type { LockRecord } from "../core/lock.ts";
import { isLogLong, logEntryLimit, logRestMs, takeLog } from "../core/lock-log.ts";
import type { Outcome } from "../core/operation.ts";
import { transactionOf } from "./effects.ts";
import { commit, type LockPorts, viewOf } from "./lock-room.ts";
import { readLog } from "./log-reader.ts";

const usualPace = { entries: logEntryLimit, restMs: logRestMs } as const;

type Turn = <T>(lock: LockId, use: () => Promise<T>) => Promise<T>;

/**
 * Reads the locks' own logs from the entry that was seen last up to the newest, after every time that
 * the gateway may have missed something. What was read is recorded; a pull that is cut off goes on
 * with the next frame of the lock, one that has its limit after a rest.
 */
export class LogPull {
  readonly #ports: LockPorts;
  readonly #inTurn: Turn;
  readonly #wake: (lock: LockId) => void;
  readonly #due = new Set<LockId>();
  readonly #running = new Set<LockId>();
  /** Ends the rest of a lock whose log is long. */
  readonly #resting = new Map<LockId, () => void>();

  /**
   * @param inTurn takes the lock for one use of the radio
   * @param wake the lock is to be planned anew
   */
  constructor(ports: LockPorts, inTurn: Turn, wake: (lock: LockId) => void) {
    this.#ports = ports;
    this.#inTurn = inTurn;
    this.#wake = wake;
  }

  /** Something may have been missed: the log is read as soon as the lock answers. */
  missed(lock: LockId): void {
    const record = this.#ports.store.get("lock", [lock]);
    if (record === undefined || record.capabilities.logRecords === 0) return;
    this.#due.add(lock);
    this.#begin(lock);
  }

  /** A frame came from the lock. */
  heard(lock: LockId): void {
    if (this.#due.has(lock)) this.#begin(lock);
  }

  /** An event was taken in. */
  told(lock: LockId): void {
    const record = this.#ports.store.get("lock", [lock]);
    if (record !== undefined && isLogLong(record)) this.missed(lock);
  }

  stop(): void {
    for (const cancel of this.#resting.values()) cancel();
    this.#resting.clear();
    this.#due.clear();
  }

  #begin(lock: LockId): void {
    if (this.#running.has(lock) || this.#resting.has(lock)) return;
    if (this.#ports.driver.radioState().kind !== "online") return;
    this.#running.add(lock);
    this.#pull(lock)
      .catch((cause: unknown) => {
        this.#ports.log.warn({ lock, cause }, "a lock's log could not be taken in");
      })
      .finally(() => this.#running.delete(lock));
  }

  async #pull(id: LockId): Promise<void> {
    const record = this.#ports.store.get("lock", [id]);
    if (record === undefined) return;
    const { entries: limit, restMs } = this.#ports.logPace ?? usualPace;
    const { logCursor, capabilities } = record;
    const place = { cursor: logCursor.entryId, capacity: capabilities.logRecords, limit };
    const piece = await readLog((logIndex) => this.#readOne(record, logIndex), place);
    if (piece === null) return;
    // Cut off short of its limit: it goes on with the next frame of the lock.
    const isRestDue = !piece.isWhole && piece.newest.length >= limit;
    if (isRestDue) this.#rest(id, restMs);
    else if (piece.isWhole) this.#due.delete(id);
    const view = viewOf(this.#ports.store, id);
    if (view === null) return;
    const effects = takeLog(view, piece, this.#ports.reading(), this.#ports.timeZone);
    const transaction = transactionOf(id, effects);
    if (transaction === null) return;
    await commit(this.#ports, transaction);
    this.#wake(id);
  }

  #rest(lock: LockId, restMs: number): void {
    const cancel = this.#ports.timers.after(restMs, () => {
      this.#resting.delete(lock);
      this.#begin(lock);
    });
    this.#resting.set(lock, cancel);
  }

  #readOne(record: LockRecord, logIndex: number): Promise<Outcome<"getLogRecord">> {
    const { driver, deadlineMs } = this.#ports;
    const options = { deadlineMs, endpoint: record.capabilities.endpoint };
    return this.#inTurn(record.lock, () =>
      driver.perform(record.lock, { name: "getLogRecord", logIndex }, options),
    );
  }
}
