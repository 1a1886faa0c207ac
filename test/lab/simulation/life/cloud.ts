import type { CloudCommand } from "../../../../daemon/commands/execution.ts";
import type { LockId } from "../../../../daemon/core/model/door-lock.ts";
import type {
  EventEntry,
  JournalRecord,
  ReplyEntry,
} from "../../../../daemon/core/model/journal.ts";
import { forgedPrefix } from "../adversary/broker-adversary.ts";
import { Books, idOf } from "../checks/books.ts";
import type { WantedLock } from "../checks/desired-codes.ts";
import type { Findings } from "../checks/findings.ts";
import type { PlainCodes } from "../checks/plain-codes.ts";
import type { RunningGateway } from "../gateway.ts";
import { GrantBooks } from "../grants/grant-books.ts";
import type { House } from "../house.ts";
import type { HostileLine, Request, SentRequest, Wish } from "./cloud-request.ts";

/** The hashes of this many journal records are remembered, to see that the records do not change. */
const rememberedRecords = 400;
const keptRecords = 2_000;

/** The cloud: it sends commands at least once, reads the journal, and keeps its own records from it. */
export class Cloud {
  readonly books: Books;
  readonly grants: GrantBooks;
  readonly #house: House;
  readonly #findings: Findings;
  readonly #plainCodes: PlainCodes;
  readonly #unanswered = new Map<string, SentRequest>();
  readonly #replySeq = new Map<string, number>();
  readonly #hashes = new Map<number, string>();
  /** By lock and password: when the newest command that was taken had been issued, Unix seconds. */
  readonly #newestSecond = new Map<string, number>();
  #cursor = 0;
  #count = 0;
  accepted = 0;
  /** Commands of each name that were accepted. */
  readonly done = new Map<string, number>();
  refused = 0;
  /** The line between cloud and gateway if an adversary controls the broker; null = the line is safe. */
  hostileLine: HostileLine | null = null;
  /** Distinct remote commands by lock. */
  readonly remotes = new Map<LockId, number>();
  /** When the newest of them was issued. */
  readonly remoteMs = new Map<LockId, number>();

  constructor(house: House, findings: Findings, plainCodes: PlainCodes) {
    this.#house = house;
    this.#findings = findings;
    this.#plainCodes = plainCodes;
    this.books = new Books(house, findings);
    this.grants = new GrantBooks(this.books, findings);
  }

  get commands(): number {
    return this.#count;
  }

  of(lock: LockId): WantedLock {
    return this.books.of(lock);
  }

  /** Returns whether the lock has an unanswered command. Two at a time could arrive in any order. */
  isBusy(lock: LockId | null): boolean {
    // An adversary that holds back a command must not stop the cloud from sending the next one.
    if (this.hostileLine !== null) return false;
    return [...this.#unanswered.values()].some(
      (sent) => sent.lock === lock || (lock !== null && sent.locks?.includes(lock) === true),
    );
  }

  send(gateway: RunningGateway, request: Request): void {
    this.#count += 1;
    const { nowMs: issuedMs } = this.#house.time;
    const { lock, wish } = request;
    const times = this.#timesOf(wish);
    const sent: SentRequest = { ...request, id: `command ${this.#count}`, issuedMs, ...times };
    if (wish.kind === "remote" && lock !== null) {
      this.remotes.set(lock, (this.remotes.get(lock) ?? 0) + 1);
      this.remoteMs.set(lock, issuedMs);
    }
    this.#unanswered.set(sent.id, sent);
    if (this.hostileLine !== null) this.hostileLine.send(sent);
    else this.#deliver(gateway, sent);
  }

  /** Sends unanswered commands again, as a broker does after a reconnect. */
  redeliver(gateway: RunningGateway): void {
    for (const sent of this.#unanswered.values()) {
      if (this.hostileLine !== null) this.hostileLine.send(sent);
      else this.#deliver(gateway, sent);
    }
  }

  /** A broker repeats itself. */
  repeat(gateway: RunningGateway, request: Request): void {
    if (this.hostileLine !== null) return;
    const { nowMs: issuedMs } = this.#house.time;
    const times = this.#timesOf(request.wish);
    this.#deliver(gateway, { ...request, id: `command ${this.#count}`, issuedMs, ...times });
  }

  /** A command that opens a door is valid for a minute. */
  #timesOf(wish: Wish): Pick<CloudCommand, "iat" | "exp"> {
    if (wish.kind !== "remote") return {};
    const iat = Math.floor(this.#house.time.nowMs / 1000);
    return { iat, exp: iat + 60 };
  }

  #deliver(gateway: RunningGateway, { id, command, params, iat, exp }: SentRequest): void {
    const times = iat === undefined || exp === undefined ? {} : { iat, exp };
    this.execute(gateway, { id, command, params, ...times });
  }

  /** The gateway takes a command in. */
  execute(gateway: RunningGateway, command: CloudCommand): void {
    const { id } = command;
    gateway.executor
      .executeFromCloud(command)
      .then(({ seq }) => {
        const known = this.#replySeq.get(id) ?? seq;
        if (known !== seq) this.#findings.add("commandEnds", `${id} was answered by two records`);
        this.#replySeq.set(id, known);
      })
      .catch((cause: unknown) =>
        this.#findings.add("faults", `${command.command}: ${String(cause)}`),
      );
  }

  /** Checks that every command has been answered at the end. */
  close(): void {
    if (this.hostileLine !== null) return;
    for (const { id, command } of this.#unanswered.values()) {
      this.#findings.add("commandEnds", `${id} (${command}) was never answered`);
    }
  }

  /** Reads what is new in the journal, checking that what was read before has stayed. */
  async read(gateway: RunningGateway): Promise<void> {
    const { store } = gateway;
    for (;;) {
      const { head } = store.journalRange();
      if (head <= this.#cursor) break;
      for (const record of await store.readJournal(this.#cursor + 1, 500)) {
        this.#take(gateway, record);
      }
    }
    const { tail } = store.journalRange();
    if (this.#cursor - tail > keptRecords) await store.pruneJournal(this.#cursor - keptRecords / 2);
  }

  /** Checks after a start that no record that was read before is missing or different. */
  async compare({ store }: RunningGateway): Promise<void> {
    const { head } = store.journalRange();
    if (head < this.#cursor) {
      this.#findings.add("journalBroken", `record ${this.#cursor} was read, ${head} is the last`);
      this.#cursor = head;
    }
    const first = Math.max(1, this.#cursor - rememberedRecords / 2);
    for (const { seq, hash } of await store.readJournal(first, rememberedRecords)) {
      const known = this.#hashes.get(seq);
      if (known !== undefined && known !== hash) {
        this.#findings.add("journalBroken", `record ${seq} has changed`);
      }
    }
  }

  #take(gateway: RunningGateway, record: JournalRecord): void {
    const { entry } = record;
    const isRepeated = this.#house.mutation === "reusesNumber" && record.seq % 20 === 0;
    const seq = isRepeated ? this.#cursor : record.seq;
    if (seq !== this.#cursor + 1) {
      this.#findings.add("journalBroken", `record ${seq} follows ${this.#cursor}`);
    }
    this.#cursor = record.seq;
    this.#hashes.set(seq, record.hash);
    this.#hashes.delete(seq - rememberedRecords);
    this.#plainCodes.look(JSON.stringify(entry), `journal record ${seq}`);
    if (entry.kind === "reply") this.#replied(gateway, entry, seq);
    else if (entry.lock !== null) this.#happened(gateway, entry.lock, entry);
    else if (entry.event === "clockAlarm" && entry.detail?.["change"] === "back") this.onSetBack();
  }

  /** Called when the gateway reports that the time was set back. */
  onSetBack: () => void = () => {};

  #happened(gateway: RunningGateway, lock: LockId, entry: EventEntry): void {
    const code = openedCode(entry, gateway);
    const reported =
      code === null
        ? { code: this.#codeAtLock(lock, entry, gateway), isHidden: true }
        : { code, isHidden: false };
    this.books.happened(lock, entry, reported);
    if (entry.event === "lockRemoved") this.grants.removed(lock);
    const isMutated = this.#house.mutation === "endsTwice" && entry.event === "pwdOperation";
    if (isMutated && this.#cursor % 7 === 0) this.books.happened(lock, entry, reported);
  }

  /** Finds the digits of a keypad code that was not reported. */
  #codeAtLock(lock: LockId, { detail }: EventEntry, { store }: RunningGateway): string | null {
    const userId = store.get("password", [lock, idOf(detail?.["password"])])?.userId ?? null;
    const stored = userId === null ? undefined : this.#house.placement(lock).lock.slots.get(userId);
    return stored?.madeBy === "person" ? stored.code : null;
  }

  #replied(gateway: RunningGateway, entry: ReplyEntry, seq: number): void {
    const sent = this.#unanswered.get(entry.commandId);
    if (entry.commandId.startsWith(forgedPrefix)) {
      if (entry.errNo === 0)
        this.#findings.add("withoutLeave", `${entry.command} that nobody sent`);
      return;
    }
    if (sent === undefined) {
      this.#findings.add("commandEnds", `${entry.commandId} was answered again by ${seq}`);
      return;
    }
    this.#unanswered.delete(sent.id);
    this.#replySeq.set(sent.id, seq);
    const { lock, command, wish } = sent;
    this.#house.note(`${lock} ${command} answered ${entry.errNo} ${entry.errMsg}`);
    if (entry.errNo !== 0) {
      this.refused += 1;
      return;
    }
    this.accepted += 1;
    this.done.set(command, (this.done.get(command) ?? 0) + 1);
    if (wish.kind === "grantAct") {
      const code = openedCode(entry, gateway);
      this.grants.answered(gateway, { act: wish.act, id: sent.id }, { entry, code });
    }
    if (lock === null) return;
    this.#order(sent, lock, entry);
    this.#wish(gateway, lock, wish, entry);
  }

  /** Checks that the gateway never accepts a grant after something newer about the same password. */
  #order({ wish, issuedMs, command }: SentRequest, lock: LockId, entry: ReplyEntry): void {
    switch (wish.kind) {
      case "remote":
      case "estate":
      case "grantAct":
      case "dynamic":
      case "snapshot":
        return;
      default: {
        const key = `${lock}/${wish.id ?? Number(entry.result["id"])}`;
        // The envelope has whole seconds: within one, the order of arrival holds.
        const second = Math.floor(issuedMs / 1000);
        const newest = this.#newestSecond.get(key) ?? 0;
        const isGrant = wish.kind !== "delete" && wish.kind !== "freeze";
        if (isGrant && second < newest) {
          this.#findings.add("withoutLeave", `${lock} ${command}: ${newest - second} s late`);
        }
        this.#newestSecond.set(key, Math.max(newest, second));
      }
    }
  }

  #wish(gateway: RunningGateway, lock: LockId, wish: Wish, entry: ReplyEntry): void {
    switch (wish.kind) {
      case "remote":
      case "estate":
      case "grantAct":
        return;
      case "dynamic": {
        const code = openedCode(entry, gateway);
        const end = Number(entry.result["invalid_time"]);
        if (code !== null) this.books.dynamic(lock, code, end);
        return;
      }
      case "snapshot":
        for (const one of wish.wishes) this.#wish(gateway, lock, one, entry);
        for (const id of this.#unnamed(lock, wish.named)) {
          this.#wish(gateway, lock, { kind: "delete", id }, entry);
        }
        return;
      default: {
        const id = wish.id ?? Number(entry.result["id"]);
        const window = "window" in wish ? JSON.stringify(wish.window) : "";
        this.#house.note(`${lock} wanted ${wish.kind} ${id} ${window}`);
        this.books.wish(lock, wish, id);
      }
    }
  }

  /**
   * What an older command added that was delayed until after the snapshot was written: the snapshot is newer.
   * The gateway may have removed its record by now, so that only the cloud's own books still know it.
   */
  #unnamed(lock: LockId, named: ReadonlySet<number>): readonly number[] {
    return [...this.of(lock).passwords.values()]
      .filter(({ id, isDeleted, isFromKeypad }) => !isDeleted && !isFromKeypad && !named.has(id))
      .map(({ id }) => id);
  }
}

function openedCode({ sealed }: EventEntry | ReplyEntry, { vault }: RunningGateway): string | null {
  const [first] = sealed ?? [];
  return first === undefined ? null : vault.open(first.code, first.boundTo).reveal();
}
