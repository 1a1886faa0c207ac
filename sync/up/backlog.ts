import type { Logger } from "pino";
import { timestampOf } from "../../daemon/core/model/clock.ts";
import type { JournalRecord } from "../../daemon/core/model/journal.ts";
import { foldOf } from "../../daemon/journal/fold.ts";
import { isFoldable } from "../../daemon/journal/foldable-records.ts";
import type { Store } from "../../daemon/store/store.ts";
import type { SyncClock } from "../clock-port.ts";
import type { SyncCursor } from "./cursor.ts";

/** What may wait for the cloud. At either limit the oldest records are folded. */
export interface BacklogLimits {
  readonly maxRecords: number;
  readonly maxBytes: number;
}

export const defaultBacklogLimits: BacklogLimits = {
  maxRecords: 100_000,
  maxBytes: 64 * 1024 * 1024,
};

/** Records read, and folded, at one time. */
const pageLength = 1_000;
/** Fewer records than this are not worth being measured. */
const smallRecords = 256;
/** What a record is beside its entry: hash, ids, numbers. */
const frameBytes = 220;
/** A fold goes on until the backlog is below this share of its limits … */
const relaxedShare = 0.75;
/** … and when that cannot be had, the backlog counts as full above this one. */
const fullShare = 0.9;
/** A full backlog is looked through again when it has grown by this share of its limits. */
const growthShare = 0.1;

export interface BacklogPorts {
  readonly store: Store;
  readonly cursor: SyncCursor;
  readonly clock: SyncClock;
  readonly limits: BacklogLimits;
  /** Records up to `seq` are not to be sent any more. */
  onFolded(seq: number): void;
  readonly logger: Logger;
}

interface Page {
  readonly through: number;
  readonly bytes: number;
  readonly foldable: number;
}

/**
 * Records that wait for the cloud, held below their limits. Openings, battery and presence are
 * folded into counted `journalGap`s; when nothing is left that may be folded the backlog is full,
 * and whoever asks for more work is refused until the cloud has taken some.
 */
export class Backlog {
  readonly #ports: BacklogPorts;
  /** What was read of the records after the cursor, so that each is read once. */
  #pages: Page[] = [];
  #isFull = false;
  /** Share of the limits at which the backlog is folded. */
  #foldAt = 1;

  constructor(ports: BacklogPorts) {
    this.#ports = ports;
  }

  get isFull(): boolean {
    return this.#isFull;
  }

  /** Looks at the backlog, and folds it where it has to be. One call at a time. */
  async limit(): Promise<void> {
    const share = await this.#measure();
    if (this.#isFull && share < relaxedShare) this.#relax();
    if (share < this.#foldAt) return;
    const rest = await this.#fold();
    if (rest < fullShare) return;
    this.#foldAt = rest + growthShare;
    if (!this.#isFull) await this.#fill();
  }

  /** @returns how much of the limits is used, the tighter one. */
  async #measure(): Promise<number> {
    const { store, cursor, limits } = this.#ports;
    const { tail, head } = store.journalRange();
    const records = head - Math.max(cursor.seq, tail - 1);
    if (records < Math.min(smallRecords, limits.maxRecords)) {
      this.#pages = [];
      return 0;
    }
    this.#pages = this.#pages.filter(({ through }) => through > cursor.seq);
    let from = Math.max((this.#pages.at(-1)?.through ?? cursor.seq) + 1, tail);
    while (from <= head) {
      const page = pageOf(await store.readJournal(from, Math.min(pageLength, head - from + 1)));
      if (page === null) break;
      this.#pages.push(page);
      from = page.through + 1;
    }
    const bytes = this.#pages.reduce((sum, page) => sum + page.bytes, 0);
    return Math.max(records / limits.maxRecords, bytes / limits.maxBytes);
  }

  /** Once through what is there now, until enough is gone. @returns the share that is left. */
  async #fold(): Promise<number> {
    const { store, cursor } = this.#ports;
    const { head } = store.journalRange();
    let share = await this.#measure();
    while (share >= relaxedShare && cursor.seq < head) {
      const isWorthIt = this.#pages.some(
        ({ through, foldable }) => foldable > 0 && through <= head,
      );
      if (!isWorthIt) break;
      const from = Math.max(cursor.seq + 1, store.journalRange().tail);
      const read = await store.readJournal(from, Math.min(pageLength, head - from + 1));
      // The cloud may have taken some of them meanwhile.
      const records = read.filter(({ seq }) => seq > cursor.seq);
      if (records.length > 0) await this.#write(records);
      share = await this.#measure();
    }
    return share;
  }

  /** The cursor goes over the records in the same batch that writes what is kept of them. */
  async #write(records: readonly JournalRecord[]): Promise<void> {
    const { store, cursor, clock, logger } = this.#ports;
    const fold = foldOf(records, store, store.nextSeq());
    const changes = [...fold.changes, cursor.skipTo(fold.through)];
    await store.commit({ changes, journal: fold.journal }, timestampOf(clock.reading()));
    this.#ports.onFolded(fold.through);
    await store.pruneJournal(fold.through);
    logger.error(
      { through: fold.through, count: fold.folded },
      "the journal is over its limit: folded",
    );
  }

  async #fill(): Promise<void> {
    const { store, clock, logger } = this.#ports;
    const { head } = store.journalRange();
    this.#isFull = true;
    logger.error("the journal is full of what may not be dropped: commands are refused");
    const detail = { from: head, to: head, count: 0, reason: "full" };
    const gap = { kind: "event", event: "journalGap", lock: null, detail } as const;
    await store.commit({ changes: [], journal: [gap] }, timestampOf(clock.reading()));
  }

  #relax(): void {
    this.#isFull = false;
    this.#foldAt = 1;
    this.#ports.logger.info("the journal has room again: commands are taken");
  }
}

function pageOf(records: readonly JournalRecord[]): Page | null {
  const last = records.at(-1);
  if (last === undefined) return null;
  let bytes = records.length * frameBytes;
  let foldable = 0;
  for (const { entry } of records) {
    bytes += JSON.stringify(entry).length;
    if (isFoldable(entry)) foldable += 1;
  }
  return { through: last.seq, bytes, foldable };
}
