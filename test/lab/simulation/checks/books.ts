import { isJsonObject, type Json, type JsonObject } from "../../../../daemon/base/json.ts";
import { dynamicLifeMs } from "../../../../daemon/commands/passwords/dynamic-code.ts";
import type { LockId } from "../../../../daemon/core/model/door-lock.ts";
import type { EventEntry } from "../../../../daemon/core/model/journal.ts";
import { administratorId } from "../../../../daemon/core/model/password.ts";
import type { House } from "../house.ts";
import { isWantedOpen, type Wanted, WantedLock } from "./desired-codes.ts";
import type { Findings } from "./findings.ts";
import { applyWish, newWanted, type PasswordWish } from "./password-wish.ts";

export interface KeypadCode {
  readonly code: string | null;
  readonly isHidden: boolean;
}

/** The completions of a password's commands: those that the gateway has reported, and those that it still owes. */
interface ReportedPassword {
  /** Of the newest command; null = not reported yet. */
  stage: Json;
  /** Accepted commands whose completion was not reported yet, the newest included. */
  due: number;
  renames: number;
  askedMs: number;
  kind: "grant" | "revocation" | null;
}

/** Keeps the desired state of every lock, from the answers and events in the journal alone. */
export class Books {
  readonly #locks = new Map<LockId, WantedLock>();
  readonly #reported = new Map<string, ReportedPassword>();
  readonly #house: House;
  readonly #findings: Findings;
  /** Times from acceptance to the lock's confirmation, ms, for commands that no fault delayed. */
  readonly confirmedMs: Record<"grant" | "revocation", number[]> = { grant: [], revocation: [] };
  openings = 0;
  #duress: { readonly lock: LockId; readonly id: Json } | null = null;

  constructor(house: House, findings: Findings) {
    this.#house = house;
    this.#findings = findings;
    for (const lock of house.placements.keys()) this.#locks.set(lock, new WantedLock());
  }

  of(lock: LockId): WantedLock {
    const wanted = this.#locks.get(lock);
    if (wanted === undefined) throw new Error(`no lock ${lock}`);
    return wanted;
  }

  /** A command was accepted. */
  wish(lock: LockId, wish: PasswordWish, id: number): void {
    const books = this.of(lock);
    const { nowMs } = this.#house.time;
    const reported = this.#reportOf(lock, id);
    if (wish.kind === "rename") {
      reported.renames += 1;
      const wanted = books.passwords.get(id);
      if (wanted !== undefined && wish.isDuress !== undefined) wanted.isDuress = wish.isDuress;
      return;
    }
    reported.stage = null;
    reported.due += 1;
    reported.askedMs = nowMs;
    if (wish.kind === "add") {
      const { code, window, isOneTime, isDuress } = wish;
      books.passwords.set(id, { ...newWanted(id, nowMs), code, window, isOneTime, isDuress });
      books.own(code, id);
    } else {
      const wanted = books.passwords.get(id);
      if (wanted === undefined) return;
      wanted.changedMs = nowMs;
      applyWish(books, wanted, wish);
    }
    reported.kind = this.#kindOf(books.passwords.get(id), wish);
  }

  /** The gateway gave out a code that lasts for minutes, from the time that it had: that may be set back later. */
  dynamic(lock: LockId, code: string, end: number): void {
    const books = this.of(lock);
    const before = books.passwords.get(0);
    if (before?.code === code && !before.isDeleted) return;
    const window = { begin: end - dynamicLifeMs / 1_000, end, week: null };
    this.wish(lock, { kind: "add", code, window, isOneTime: false, isDuress: false }, 0);
  }

  #kindOf(wanted: Wanted | undefined, { kind }: PasswordWish): ReportedPassword["kind"] {
    if (kind === "delete" || kind === "freeze") return "revocation";
    const isDue = wanted !== undefined && isWantedOpen(wanted, this.#house.time.nowMs);
    return isDue ? "grant" : null;
  }

  #reportOf(lock: LockId, id: number): ReportedPassword {
    const key = `${lock}/${id}`;
    let reported = this.#reported.get(key);
    if (reported === undefined) {
      reported = { stage: null, due: 0, renames: 0, askedMs: this.#house.time.nowMs, kind: null };
      this.#reported.set(key, reported);
    }
    return reported;
  }

  happened(lock: LockId, entry: EventEntry, code: KeypadCode): void {
    const detail = entry.detail ?? {};
    this.#house.note(`${lock} told ${entry.event} ${JSON.stringify(detail)}`);
    if (detail["reverted"] === 1) {
      this.#putBack(lock, idOf(detail["password"]));
      return;
    }
    switch (entry.event) {
      case "pwdOperation":
        this.#ended(lock, detail);
        return;
      case "pwdRestored":
        this.#restored(this.#reportOf(lock, Number(detail["password_id"])));
        return;
      case "pwdAddLocal":
      case "pwdUpdateLocal":
        this.#editedAtKeypad(lock, entry, code);
        return;
      case "pwdRetired":
        this.#deleted(lock, Number(detail["password_id"]));
        return;
      case "pwdDelLocal":
        this.#deleted(lock, idOf(detail["password"]));
        return;
      case "duressAlarm":
        this.#duress = { lock, id: detail["password_id"] ?? null };
        return;
      case "lockerOpenAlarm":
        this.#opened(lock, detail["sourceid"]);
        return;
      default:
        this.#lockChanged(lock, entry, code);
    }
  }

  #lockChanged(lock: LockId, { event, detail }: EventEntry, { code }: KeypadCode): void {
    switch (event) {
      case "pwdSync":
        this.#administratorTaken(lock, code);
        return;
      case "lockOfflineAlarm":
        if (detail?.["reason"] === "left") this.#left(lock, true);
        return;
      case "clearLockOfflineAlarm":
      case "lockPaired":
        this.#left(lock, false);
        return;
      case "lockRemoved":
        this.#removed(lock, detail?.["was_told"] === 1);
        return;
      default:
    }
  }

  /** A lock was paired again: a code that a person put into the administrator's slot meanwhile is the administrator's. */
  #administratorTaken(lock: LockId, code: string | null): void {
    const books = this.of(lock);
    const administrator = books.passwords.get(administratorId);
    if (code === null || administrator === undefined || administrator.code === code) return;
    Object.assign(administrator, { code, isHidden: false, changedMs: this.#house.time.nowMs });
    books.own(code, administratorId);
  }

  /**
   * The gateway undoes a person's edit: the desired password does not change, and the gateway reports the restoration.
   */
  #putBack(lock: LockId, id: number): void {
    const { passwords, takenAway } = this.of(lock);
    const code = passwords.get(id)?.code ?? null;
    if (code !== null) takenAway.delete(code);
    this.#reportOf(lock, id).stage = null;
  }

  #left(lock: LockId, isGone: boolean): void {
    const placement = this.#house.placement(lock);
    placement.isReportedGone = isGone;
    if (isGone) placement.leftMs = null;
  }

  #deleted(lock: LockId, id: number): void {
    const password = this.of(lock).passwords.get(id);
    if (password !== undefined) password.isDeleted = true;
  }

  /** It had expired by a time that was later rejected: it is desired again, and completed once more. */
  #restored(reported: ReportedPassword): void {
    reported.stage = null;
    reported.due += 1;
  }

  #opened(lock: LockId, id: Json | undefined): void {
    this.openings += 1;
    const duress = this.#duress;
    this.#duress = null;
    const holder = this.of(lock).passwords.get(Number(id));
    if (holder === undefined || id === undefined) return;
    const isReported = duress !== null && duress.lock === lock && duress.id === id;
    if (holder.isDuress !== isReported) {
      this.#findings.add(
        "duressUntold",
        `${lock} password ${id}: ${isReported ? "false" : "missing"}`,
      );
    }
    if (!holder.isOneTime || holder.isConsumed) return;
    holder.isConsumed = true;
    holder.changedMs = this.#house.time.nowMs;
  }

  #removed(lock: LockId, wasTold: boolean): void {
    const placement = this.#house.placement(lock);
    const books = this.of(lock);
    const quietMs = this.#house.time.nowMs - 120_000;
    const wasEasy =
      placement.loss === 0 && placement.troubleMs < quietMs && placement.refusesUntilMs < quietMs;
    for (const { userId, code } of placement.lock.live()) {
      const isOurs = books.wantedBy(code)?.isCurrent === true && !books.takenAway.has(code);
      if (wasTold && wasEasy && isOurs) {
        this.#findings.add("liveOutsideWindow", `${lock} slot ${userId}: left at the removal`);
      }
    }
    books.forget();
    for (const key of this.#reported.keys()) if (key.startsWith(lock)) this.#reported.delete(key);
    placement.written.clear();
    placement.isJoined = false;
    this.#left(lock, false);
    placement.leftMs = null;
    for (const [userId, stored] of placement.lock.slots) {
      placement.lock.slots.set(userId, { ...stored, madeBy: "person" });
    }
    this.onRemoved(lock);
  }

  /** Called when a lock was unpaired. */
  onRemoved: (lock: LockId) => void = () => {};

  #ended(lock: LockId, detail: JsonObject): void {
    const id = Number(detail["password_id"]);
    const stage = detail["operation_stage"] ?? null;
    const reported = this.#reported.get(`${lock}/${id}`);
    if (reported === undefined) return;
    if (detail["reason"] === "superseded") {
      reported.due -= 1;
      if (reported.due < 1)
        this.#findings.add("commandEnds", `${lock} password ${id}: none to supersede`);
      return;
    }
    if (reported.renames > 0) {
      reported.renames -= 1;
      return;
    }
    // A failure may still succeed, and a success may be lost again: both are reported too.
    if (reported.due === 0 && reported.stage === stage) {
      this.#findings.add("commandEnds", `${lock} password ${id} was reported as (${stage}) twice`);
    }
    if (reported.due > 1) {
      this.#findings.add(
        "commandEnds",
        `${lock} password ${id}: ${reported.due} commands, one completion`,
      );
    }
    reported.due = 0;
    reported.stage = stage;
    const wasFree = this.#house.placement(lock).troubleMs < reported.askedMs;
    if (reported.kind !== null && wasFree) {
      this.confirmedMs[reported.kind].push(this.#house.time.nowMs - reported.askedMs);
    }
    reported.kind = null;
  }

  /** Returns the number of commands on a password whose completion was not reported yet. */
  due(lock: LockId, id: number): number {
    return this.#reported.get(`${lock}/${id}`)?.due ?? 0;
  }

  #editedAtKeypad(
    lock: LockId,
    { event, detail }: EventEntry,
    { code, isHidden }: KeypadCode,
  ): void {
    const books = this.of(lock);
    const id = idOf(detail?.["password"]);
    const { nowMs } = this.#house.time;
    const before = books.passwords.get(id);
    if (before === undefined) {
      const isFromKeypad = event === "pwdAddLocal";
      books.passwords.set(id, { ...newWanted(id, nowMs), code, isHidden, isFromKeypad });
    } else {
      before.code = code;
      before.isHidden = isHidden;
      before.changedMs = nowMs;
    }
    if (code !== null) books.own(code, id, isHidden);
  }
}

export function idOf(password: Json | undefined): number {
  return isJsonObject(password) ? Number(password["id"]) : -1;
}
