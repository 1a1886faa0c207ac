import type { Logger } from "pino";
import type { JournalRecord } from "../core/model/journal.ts";
import type { Store } from "../store/store.ts";
import { doorLine } from "./door-log-lines.ts";

/** Journal records read at a time. */
const pageLength = 64;

/**
 * Writes what happened at the doors into the log, from the journal: the same events that the cloud gets, without codes
 * and names of people. Events of before the start are in the log of that time.
 */
export class DoorLog {
  readonly #store: Store;
  readonly #log: Logger;
  readonly #end: () => void;
  #seq: number;
  #isReading = false;
  #reading: Promise<void> = Promise.resolve();

  constructor(store: Store, log: Logger) {
    this.#store = store;
    this.#log = log;
    this.#seq = store.journalRange().head;
    this.#end = store.onJournal(() => this.#catchUp());
  }

  /** Ends it, after the line about the last event was written. */
  async stop(): Promise<void> {
    this.#end();
    this.#catchUp();
    await this.#reading;
  }

  #catchUp(): void {
    if (!this.#log.isLevelEnabled("info")) {
      this.#seq = this.#store.journalRange().head;
      return;
    }
    if (this.#isReading) return;
    this.#isReading = true;
    this.#reading = this.#read();
  }

  async #read(): Promise<void> {
    try {
      while (this.#seq < this.#store.journalRange().head) {
        const records = await this.#store.readJournal(this.#seq + 1, pageLength);
        const last = records.at(-1);
        if (last === undefined) return;
        this.#seq = last.seq;
        for (const record of records) this.#write(record);
      }
    } catch (err) {
      this.#log.warn({ err }, "failed to read the journal for the log");
    } finally {
      // In the same turn as the last comparison, so that no record is missed.
      this.#isReading = false;
    }
  }

  #write({ entry }: JournalRecord): void {
    if (entry.kind !== "event") return;
    const line = doorLine(entry.event, entry.detail ?? {});
    if (line === null) return;
    const { lock } = entry;
    const name = lock === null ? undefined : this.#store.get("lock", [lock])?.name;
    const about = lock === null ? {} : { lock, ...(name === undefined ? {} : { name }) };
    // Whoever shows the line elsewhere must know who may read it.
    this.#log.info({ event: entry.event, ...about, ...line.fields }, line.text);
  }
}
