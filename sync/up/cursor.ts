import { timestampOf } from "../../daemon/core/model/clock.ts";
import { type Change, put, type Store } from "../../daemon/store/store.ts";
import type { SyncClock } from "../clock-port.ts";

const settingName = "sync.cursor";
/** Most records by which the stored cursor may lag. */
const maxLagRecords = 64;
/** Longest time by which it may lag. Records in between are sent again after a crash. */
const maxLagMs = 1_000;

/**
 * How far the other side has the journal. It is kept in memory and written later: a record that is sent
 * twice does no harm, but a synced write for each record would.
 */
export class SyncCursor {
  readonly #store: Store;
  readonly #clock: SyncClock;
  readonly #onFailure: (error: unknown) => void;
  #seq: number;
  #storedSeq: number;
  #timer: NodeJS.Timeout | undefined;

  /** @param onFailure called when the store did not write the cursor; then the store has failed. */
  constructor(store: Store, clock: SyncClock, onFailure: (error: unknown) => void) {
    this.#store = store;
    this.#clock = clock;
    this.#onFailure = onFailure;
    this.#seq = storedCursor(store);
    this.#storedSeq = this.#seq;
  }

  /** The last record that the other side has; everything up to it has arrived. */
  get seq(): number {
    return this.#seq;
  }

  /** Moves forward to `seq`; never back. */
  advance(seq: number): void {
    if (seq <= this.#seq) return;
    this.#seq = seq;
    if (this.#seq - this.#storedSeq >= maxLagRecords) {
      void this.flush();
    } else {
      this.#timer ??= setTimeout(() => void this.flush(), maxLagMs);
    }
  }

  /**
   * Moves over records that must not be sent any more.
   * @returns the change that stores it; commit it at once, together with the records that replace them
   */
  skipTo(seq: number): Change {
    this.#seq = Math.max(this.#seq, seq);
    this.#storedSeq = this.#seq;
    return this.#change();
  }

  /** Writes the cursor now if it has moved. Never rejects. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#seq === this.#storedSeq || this.#store.failed.aborted) return;
    this.#storedSeq = this.#seq;
    const stamp = timestampOf(this.#clock.reading());
    try {
      await this.#store.commit({ changes: [this.#change()], journal: [] }, stamp);
    } catch (error) {
      this.#onFailure(error);
    }
  }

  #change(): Change {
    const { epoch } = this.#store.journalRange();
    return put("setting", [settingName], { value: `${epoch} ${this.#seq}` });
  }
}

/** Returns the last record that the cloud is known to have. A cursor of another epoch does not count. */
export function storedCursor(store: Store): number {
  const { epoch, head } = store.journalRange();
  const value = store.get("setting", [settingName])?.value;
  if (typeof value !== "string") return 0;
  const [storedEpoch, storedSeq] = value.split(" ");
  const seq = Number(storedSeq);
  if (storedEpoch !== epoch || !Number.isSafeInteger(seq) || seq < 0) return 0;
  return Math.min(seq, head);
}
