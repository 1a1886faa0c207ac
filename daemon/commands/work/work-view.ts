import type { JournalRange, Key, TableName, Tables } from "../../store/store.ts";
import type { CommandView } from "../ports.ts";
import { mayEnter, mayTouch, type Worker } from "./may-touch.ts";

/** What the records of each table belong to. A new table does not compile until it has an entry. */
const owners: Readonly<Record<TableName, "lock" | "home" | "gateway">> = {
  lock: "lock",
  password: "lock",
  slot: "lock",
  binding: "lock",
  opmode: "lock",
  gesture: "lock",
  message: "lock",
  lockKey: "lock",
  erasure: "lock",
  home: "home",
  room: "home",
  removal: "home",
  order: "home",
  inbox: "gateway",
  client: "gateway",
  token: "gateway",
  attempt: "gateway",
  setting: "gateway",
  callback: "gateway",
  member: "gateway",
  verification: "gateway",
  commandStamp: "gateway",
  account: "gateway",
  pass: "gateway",
  session: "gateway",
  grant: "gateway",
  usedCode: "lock",
};

/**
 * The store as a caller sees it whose work is limited to homes: without the records of other homes and of their locks.
 * It is made for one call. A lock that the call may touch at its begin stays in it to its end, so that a call that
 * waits for the lock writes all of the lock's records.
 */
export class WorkView implements CommandView {
  readonly whole: CommandView;
  readonly #caller: Worker;
  readonly #locks = new Map<string, boolean>();

  constructor(whole: CommandView, caller: Worker) {
    this.whole = whole;
    this.#caller = caller;
  }

  get<T extends TableName>(table: T, key: Key): Tables[T] | undefined {
    const record = this.whole.get(table, key);
    return record !== undefined && this.#shows(table, record) ? record : undefined;
  }

  *list<T extends TableName>(table: T, prefix?: Key): IterableIterator<Tables[T]> {
    for (const record of this.whole.list(table, prefix)) {
      if (this.#shows(table, record)) yield record;
    }
  }

  /** Journal and logs are whole: a page relies on the numbers that it reads. Readers ask `mayReadEntry`. */
  readJournal(fromSeq: number, limit: number): ReturnType<CommandView["readJournal"]> {
    return this.whole.readJournal(fromSeq, limit);
  }

  journalRange(): JournalRange {
    return this.whole.journalRange();
  }

  readActivities(fromSeq: number, limit: number): ReturnType<CommandView["readActivities"]> {
    return this.whole.readActivities(fromSeq, limit);
  }

  activityRange(): ReturnType<CommandView["activityRange"]> {
    return this.whole.activityRange();
  }

  readRadio(fromSeq: number, limit: number): ReturnType<CommandView["readRadio"]> {
    return this.whole.readRadio(fromSeq, limit);
  }

  radioRange(): ReturnType<CommandView["radioRange"]> {
    return this.whole.radioRange();
  }

  #shows(table: TableName, record: Tables[TableName]): boolean {
    switch (owners[table]) {
      case "lock":
        return "lock" in record && this.#mayTouch(record.lock);
      case "home":
        return "homeId" in record && mayEnter(this.#caller, record.homeId);
      case "gateway":
        return true;
    }
  }

  #mayTouch(lock: string): boolean {
    const known = this.#locks.get(lock);
    if (known !== undefined) return known;
    const may = mayTouch(this.#caller, this.whole, lock);
    this.#locks.set(lock, may);
    return may;
  }
}

/** Returns the view with every record, for work that is the same for all callers. */
export function wholeOf(view: CommandView): CommandView {
  return view instanceof WorkView ? view.whole : view;
}
