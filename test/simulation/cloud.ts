import type { LockId } from "../../daemon/core/door-lock.ts";
import type {
  EventEntry,
  JournalRecord,
  Json,
  JsonObject,
  ReplyEntry,
} from "../../daemon/core/journal.ts";
import type { Findings } from "./findings.ts";
import type { RunningGateway } from "./gateway.ts";
import type { House } from "./house.ts";
import { permanent, type Wanted, WantedLock, type WantedWindow } from "./wanted.ts";

/** A password command with what it means, for the cloud's own books. */
export type Wish =
  | {
      readonly kind: "add";
      readonly code: string;
      readonly window: WantedWindow;
      readonly isOneTime: boolean;
    }
  | { readonly kind: "recode"; readonly id: number; readonly code: string }
  | { readonly kind: "rewindow"; readonly id: number; readonly window: WantedWindow }
  | { readonly kind: "delete" | "freeze" | "unfreeze" | "rename"; readonly id: number }
  | { readonly kind: "remote" };

interface Sent {
  readonly id: string;
  readonly lock: LockId;
  readonly command: string;
  readonly params: object;
  readonly wish: Wish;
}

interface KeypadCode {
  readonly code: string | null;
  readonly isHidden: boolean;
}

/** Hashes of so many journal records are remembered, to see that they stay as they are. */
const rememberedRecords = 400;
const keptRecords = 2_000;

/** The cloud: it sends commands at least once, reads the journal, and keeps its own books by it. */
export class Cloud {
  readonly wanted = new Map<LockId, WantedLock>();
  readonly #house: House;
  readonly #findings: Findings;
  readonly #unanswered = new Map<string, Sent>();
  readonly #replySeq = new Map<string, number>();
  readonly #hashes = new Map<number, string>();
  /** Per password: how its last command was told to have ended. */
  readonly #told = new Map<string, { stage: Json; renames: number }>();
  #cursor = 0;
  #count = 0;
  accepted = 0;
  refused = 0;
  openings = 0;
  /** Distinct remote commands by lock. */
  readonly remotes = new Map<LockId, number>();

  constructor(house: House, findings: Findings) {
    this.#house = house;
    this.#findings = findings;
    for (const lock of house.placements.keys()) this.wanted.set(lock, new WantedLock());
  }

  get commands(): number {
    return this.#count;
  }

  of(lock: LockId): WantedLock {
    const wanted = this.wanted.get(lock);
    if (wanted === undefined) throw new Error(`no lock ${lock}`);
    return wanted;
  }

  /** One command per lock at a time: the order of two that are under way is nobody's to say. */
  isBusy(lock: LockId): boolean {
    for (const sent of this.#unanswered.values()) if (sent.lock === lock) return true;
    return false;
  }

  send(gateway: RunningGateway, command: Omit<Sent, "id">): void {
    this.#count += 1;
    const sent: Sent = { ...command, id: `command ${this.#count}` };
    if (sent.wish.kind === "remote") {
      this.remotes.set(sent.lock, (this.remotes.get(sent.lock) ?? 0) + 1);
    }
    this.#unanswered.set(sent.id, sent);
    this.#deliver(gateway, sent);
  }

  /** What was not answered is sent again, as a broker does after a reconnect. */
  redeliver(gateway: RunningGateway): void {
    for (const sent of this.#unanswered.values()) this.#deliver(gateway, sent);
  }

  /** A broker repeats itself. */
  repeat(gateway: RunningGateway, command: Omit<Sent, "id">): void {
    this.#deliver(gateway, { ...command, id: `command ${this.#count}` });
  }

  #deliver(gateway: RunningGateway, { id, command, params, lock }: Sent): void {
    gateway.door
      .executeFromCloud({ id, command, params: { uuid: lock, ...params } })
      .then(({ seq }) => {
        const known = this.#replySeq.get(id) ?? seq;
        if (known !== seq) this.#findings.add("commandEnds", `${id} was answered by two records`);
        this.#replySeq.set(id, known);
      })
      .catch((cause: unknown) => this.#findings.add("faults", `${command}: ${String(cause)}`));
  }

  /** At the end every command has to have been answered. */
  close(): void {
    for (const { id, command } of this.#unanswered.values()) {
      this.#findings.add("commandEnds", `${id} (${command}) was never answered`);
    }
  }

  /** Reads what is new in the journal, checking that what was read before has stayed. */
  async read({ store, vault }: RunningGateway): Promise<void> {
    for (;;) {
      const { head } = store.journalRange();
      if (head <= this.#cursor) break;
      for (const record of await store.readJournal(this.#cursor + 1, 500)) {
        this.#take(record, (entry) => {
          const code = openedCode(entry, vault);
          const isHidden = code === null;
          return { code: isHidden ? this.#codeAtLock(entry, store) : code, isHidden };
        });
      }
    }
    const { tail } = store.journalRange();
    if (this.#cursor - tail > keptRecords) await store.pruneJournal(this.#cursor - keptRecords / 2);
  }

  /** A keypad code that was not told: whose it is the cloud knows all the same. */
  #codeAtLock({ lock, detail }: EventEntry, store: RunningGateway["store"]): string | null {
    if (lock === null) return null;
    const userId = store.get("password", [lock, idOf(detail?.["password"])])?.userId ?? null;
    const held = userId === null ? undefined : this.#house.placement(lock).lock.slots.get(userId);
    return held?.madeBy === "person" ? held.code : null;
  }

  /** After a start: nothing that was read may be gone or different. */
  async compare({ store }: RunningGateway): Promise<void> {
    const { head } = store.journalRange();
    if (head < this.#cursor) {
      this.#findings.add("journalBroken", `record ${this.#cursor} was read, ${head} is the last`);
    }
    const first = Math.max(1, this.#cursor - rememberedRecords / 2);
    for (const { seq, hash } of await store.readJournal(first, rememberedRecords)) {
      const known = this.#hashes.get(seq);
      if (known !== undefined && known !== hash) {
        this.#findings.add("journalBroken", `record ${seq} has changed`);
      }
    }
  }

  #take(record: JournalRecord, open: (entry: EventEntry) => KeypadCode): void {
    const { seq, entry } = record;
    if (seq !== this.#cursor + 1) {
      this.#findings.add("journalBroken", `record ${seq} follows ${this.#cursor}`);
    }
    this.#cursor = seq;
    this.#hashes.set(seq, record.hash);
    this.#hashes.delete(seq - rememberedRecords);
    if (entry.kind === "reply") this.#replied(entry, seq);
    else if (entry.lock !== null) this.#happened(entry.lock, entry, open(entry));
  }

  #replied(entry: ReplyEntry, seq: number): void {
    const sent = this.#unanswered.get(entry.commandId);
    if (sent === undefined) {
      this.#findings.add("commandEnds", `${entry.commandId} was answered again by ${seq}`);
      return;
    }
    this.#unanswered.delete(sent.id);
    this.#replySeq.set(sent.id, seq);
    if (entry.errNo !== 0) {
      this.refused += 1;
      return;
    }
    this.accepted += 1;
    this.#wish(sent, entry);
  }

  #wish({ lock, wish }: Sent, entry: ReplyEntry): void {
    const id = "id" in wish ? wish.id : entry.result["id"];
    const window = "window" in wish ? JSON.stringify(wish.window) : "";
    this.#house.note(`${lock} wanted ${wish.kind} ${id} ${window}`);
    const changedMs = this.#house.time.nowMs;
    const books = this.of(lock);
    if (wish.kind === "remote") return;
    if (wish.kind === "add") {
      const id = Number(entry.result["id"]);
      const { code, window, isOneTime } = wish;
      const state = { isFrozen: false, isDeleted: false, isConsumed: false, changedMs };
      books.passwords.set(id, { id, code, isHidden: false, window, isOneTime, ...state });
      books.own(code, id);
      this.#told.set(`${lock}/${id}`, { stage: 1, renames: 0 });
      return;
    }
    const wanted = books.passwords.get(wish.id);
    if (wanted === undefined) return;
    const told = this.#told.get(`${lock}/${wish.id}`) ?? { stage: 1, renames: 0 };
    this.#told.set(`${lock}/${wish.id}`, told);
    if (wish.kind === "rename") {
      told.renames += 1;
      return;
    }
    told.stage = 1;
    wanted.changedMs = changedMs;
    change(books, wanted, wish);
  }

  #happened(lock: LockId, entry: EventEntry, code: KeypadCode): void {
    const detail = entry.detail ?? {};
    if (entry.event.startsWith("pwd")) {
      this.#house.note(`${lock} told ${entry.event} ${JSON.stringify(detail)}`);
    }
    const books = this.of(lock);
    switch (entry.event) {
      case "pwdOperation":
        this.#ended(lock, Number(detail["password_id"]), detail["operation_stage"] ?? null);
        return;
      case "pwdAddLocal":
      case "pwdUpdateLocal":
        this.#editedAtKeypad(lock, idOf(detail["password"]), code);
        return;
      case "pwdDelLocal": {
        const gone = books.passwords.get(idOf(detail["password"]));
        if (gone !== undefined) gone.isDeleted = true;
        return;
      }
      case "lockerOpenAlarm": {
        this.openings += 1;
        const holder = books.passwords.get(Number(detail["sourceid"]));
        if (holder?.isOneTime === true && !holder.isConsumed) {
          holder.isConsumed = true;
          holder.changedMs = this.#house.time.nowMs;
        }
        return;
      }
      default:
    }
  }

  #ended(lock: LockId, id: number, stage: Json): void {
    const told = this.#told.get(`${lock}/${id}`);
    if (told === undefined) return;
    if (told.renames > 0) {
      told.renames -= 1;
      return;
    }
    if (told.stage === stage) {
      this.#findings.add("commandEnds", `${lock} password ${id} was told as (${stage}) twice`);
    }
    told.stage = stage;
  }

  #editedAtKeypad(lock: LockId, id: number, { code, isHidden }: KeypadCode): void {
    const books = this.of(lock);
    const changedMs = this.#house.time.nowMs;
    const before = books.passwords.get(id);
    if (before === undefined) {
      const state = { isFrozen: false, isDeleted: false, isConsumed: false, changedMs };
      books.passwords.set(id, {
        id,
        code,
        isHidden,
        window: permanent,
        isOneTime: false,
        ...state,
      });
    } else {
      before.code = code;
      before.isHidden = isHidden;
      before.changedMs = changedMs;
    }
    if (code !== null) books.own(code, id);
  }
}

function change(books: WantedLock, wanted: Wanted, wish: Exclude<Wish, { kind: "add" }>): void {
  // biome-ignore lint/nursery/useExhaustiveSwitchCases: the compiler holds it exhaustive; the linter does not see through Exclude and Extract.
  switch (wish.kind) {
    case "recode":
      wanted.code = wish.code;
      wanted.isHidden = false;
      books.own(wish.code, wanted.id);
      return;
    case "rewindow":
      wanted.window = wish.window;
      if (wanted.code !== null) books.own(wanted.code, wanted.id);
      return;
    case "delete":
      wanted.isDeleted = true;
      return;
    case "freeze":
      wanted.isFrozen = true;
      return;
    case "unfreeze":
      wanted.isFrozen = false;
      return;
    case "rename":
    case "remote":
  }
}

function openedCode(entry: EventEntry, vault: RunningGateway["vault"]): string | null {
  const [sealed] = entry.sealed ?? [];
  return sealed === undefined ? null : vault.open(sealed.code, sealed.boundTo).reveal();
}

function idOf(password: Json | undefined): number {
  return isObject(password) ? Number(password["id"]) : -1;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
