import type { LockId } from "../core/door-lock.ts";
import type { LockRecord } from "../core/lock.ts";
import { isLogLong, logEntryLimit, takeLog } from "../core/lock-log.ts";
import type { LogReading, Outcome } from "../core/operation.ts";
import { transactionOf } from "./effects.ts";
import { commit, type LockPorts, viewOf } from "./lock-room.ts";

type Turn = <T>(lock: LockId, use: () => Promise<T>) => Promise<T>;

/**
 * Reads the locks' own logs from the newest entry back to the one that was seen last, after every
 * time that the gateway may have missed something. A pull that is cut off is begun again with the
 * next frame of the lock; nothing of it was recorded.
 */
export class LogPull {
  readonly #ports: LockPorts;
  readonly #inTurn: Turn;
  readonly #wake: (lock: LockId) => void;
  readonly #due = new Set<LockId>();
  readonly #running = new Set<LockId>();

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

  #begin(lock: LockId): void {
    if (this.#running.has(lock) || this.#ports.driver.radioState().kind !== "online") return;
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
    const newest = await this.#read(record);
    if (newest === null) return;
    this.#due.delete(id);
    const view = viewOf(this.#ports.store, id);
    if (view === null) return;
    const effects = takeLog(view, newest, this.#ports.reading(), this.#ports.timeZone);
    const transaction = transactionOf(id, effects);
    if (transaction === null) return;
    await commit(this.#ports, transaction);
    this.#wake(id);
  }

  /** @returns entries from the newest back to the cursor; null = the lock did not answer. */
  async #read(record: LockRecord): Promise<LogReading[] | null> {
    const { entryId } = record.logCursor;
    const limit = Math.min(record.capabilities.logRecords, logEntryLimit);
    const entries: LogReading[] = [];
    for (let logIndex = 0; logIndex < limit; logIndex += 1) {
      const outcome = await this.#readOne(record, logIndex);
      if (outcome.kind === "unreachable") return null;
      // The end of the log, or a lock that does not show it.
      if (outcome.kind !== "done") return entries;
      const entry = outcome.reply;
      const [head] = entries;
      // New entries move the older ones on by one while the log is read.
      if (entries.some((one) => one.logEntryId === entry.logEntryId)) continue;
      if (entryId !== null && isKnown(entry, head ?? entry, entryId)) return entries;
      entries.push(entry);
      if (entryId === null) return entries;
    }
    this.#ports.log.warn(
      { lock: record.lock, entries: entries.length },
      "older entries of the lock's log were left",
    );
    return entries;
  }

  #readOne(record: LockRecord, logIndex: number): Promise<Outcome<"getLogRecord">> {
    const { driver, deadlineMs } = this.#ports;
    const options = { deadlineMs, endpoint: record.capabilities.endpoint };
    return this.#inTurn(record.lock, () =>
      driver.perform(record.lock, { name: "getLogRecord", logIndex }, options),
    );
  }
}

/** Entries count up; a lock that was reset, or has counted to the end, begins anew below the cursor. */
function isKnown(entry: LogReading, head: LogReading, cursor: number): boolean {
  const isBehind = entry.logEntryId <= cursor;
  return head.logEntryId >= cursor ? isBehind : isBehind && entry.logEntryId > head.logEntryId;
}
