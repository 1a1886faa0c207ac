import type { Logger } from "pino";
import { timestampOf } from "../../daemon/core/model/clock.ts";
import type { JournalRecord } from "../../daemon/core/model/journal.ts";
import { isFoldable } from "../../daemon/journal/foldable-records.ts";
import { foldOf } from "../../daemon/journal/journal-fold.ts";
import type { Store } from "../../daemon/store/store.ts";
import type { SyncClock } from "../clock-port.ts";
import type { SyncCursor } from "./cursor.ts";

/** How much may wait for the cloud. At either limit the oldest records are folded. */
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
/** Fewer records than this are not measured. */
const smallRecords = 256;
/** Bytes of a record beside its entry: hash, ids, numbers. */
const frameBytes = 220;
/** A fold continues until the backlog is below this share of its limits. */
const relaxedShare = 0.75;
/** If nothing more can be folded, the backlog is full above this share. */
const fullShare = 0.9;
/** A full backlog is folded again when it has grown by this share of its limits. */
const growthShare = 0.1;

export interface BacklogPorts {
  readonly store: Store;
  readonly cursor: SyncCursor;
  readonly clock: SyncClock;
  readonly limits: BacklogLimits;
  /** Records up to `seq` must not be sent any more. */
  onFolded(seq: number): void;
  readonly logger: Logger;
}

interface Page {
  readonly through: number;
  readonly bytes: number;
  readonly foldable: number;
}

/**
 * Keeps the records that wait for the cloud below their limits. Openings, battery and presence are folded
 * into counted `journalGap`s. When nothing more may be folded the backlog is full, and commands are refused
 * until the cloud has received some records.
 */
export class Backlog {
  readonly #ports: BacklogPorts;
  /** Sizes of the records after the cursor, so that each record is read once. */
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

  /** Measures the backlog, and folds it if it is over its limits. One call at a time. */
  async limit(): Promise<void> {
    const share = await this.#measure();
    if (this.#isFull && share < relaxedShare) this.#relax();
    if (share < this.#foldAt) return;
    const rest = await this.#fold();
    if (rest < fullShare) return;
    this.#foldAt = rest + growthShare;
    if (!this.#isFull) await this.#fill();
  }

  /** Returns the share of the tighter limit that is used. */
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

  /** Folds what is there now, until it is below the limit. Returns the share that is left. */
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
      // The cloud may have received some of them during the read.
      const records = read.filter(({ seq }) => seq > cursor.seq);
      if (records.length > 0) await this.#write(records);
      share = await this.#measure();
    }
    return share;
  }

  /** The batch that writes the folded records also moves the cursor over the original ones. */
  async #write(records: readonly JournalRecord[]): Promise<void> {
    const { store, cursor, clock, logger } = this.#ports;
    const fold = foldOf(records, store, store.nextSeq());
    const changes = [...fold.changes, cursor.skipTo(fold.through)];
    await store.commit({ changes, journal: fold.journal }, timestampOf(clock.reading()));
    this.#ports.onFolded(fold.through);
    await store.pruneJournal(fold.through);
    logger.error(
      { through: fold.through, count: fold.folded },
      "the journal is over its limit; its oldest records were folded",
    );
  }

  async #fill(): Promise<void> {
    const { store, clock, logger } = this.#ports;
    const { head } = store.journalRange();
    this.#isFull = true;
    logger.error("the journal is full of records that may not be dropped; commands are refused");
    const detail = { from: head, to: head, count: 0, reason: "full" };
    const gap = { kind: "event", event: "journalGap", lock: null, detail } as const;
    await store.commit({ changes: [], journal: [gap] }, timestampOf(clock.reading()));
  }

  #relax(): void {
    this.#isFull = false;
    this.#foldAt = 1;
    this.#ports.logger.info("the journal has room again; commands are accepted");
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
