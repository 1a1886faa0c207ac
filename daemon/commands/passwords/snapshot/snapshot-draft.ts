import { GatewayError } from "../../../core/model/errors.ts";
import type { JournalEntry } from "../../../core/model/journal.ts";
import type { LockView } from "../../../core/model/lock.ts";
import { administratorId, type PasswordRecord } from "../../../core/model/password.ts";
import { withoutCopied } from "../../../core/outcome/copied-slot.ts";
import { hasEnded, validateWindow } from "../../../core/time/window.ts";
import { type Change, put } from "../../../store/store.ts";
import type { CommandContext } from "../../command.ts";
import { checkCode, checkUnused, pinCodeOf } from "../desired/code-check.ts";
import { desire } from "../desired/desired-password.ts";
import { nextRevision } from "../desired/next-revision.ts";
import { takeSlotFor } from "../desired/slot-choice.ts";
import type { LeavingCodes } from "./leaving-codes.ts";
import type { SnapshotStatus } from "./snapshot-status.ts";
import { type WantedPassword, windowOfWanted } from "./wanted-password.ts";

/** The lock as it will be, while a snapshot is applied to it password by password. */
export class SnapshotDraft {
  readonly #context: CommandContext;
  readonly #leaving: LeavingCodes;
  readonly #changes = new Map<string, Change>();
  readonly #journal: JournalEntry[] = [];
  #view: LockView;

  constructor(context: CommandContext, lock: LockView, leaving: LeavingCodes) {
    this.#context = context;
    this.#view = lock;
    this.#leaving = leaving;
  }

  get changes(): readonly Change[] {
    return [...this.#changes.values()];
  }

  /** Events of commands that the snapshot overtakes. */
  get journal(): readonly JournalEntry[] {
    return this.#journal;
  }

  remove(before: PasswordRecord): void {
    const deleted = { ...before, isDeleted: true };
    this.#take(nextRevision(this.#context, this.#view, deleted, "delete"));
  }

  /** @throws GatewayError `badParameters`, `duplicate`, `lockFull`, `unsupported` */
  add(wanted: WantedPassword): void {
    const { sealer, time, caller } = this.#context;
    const { lock, capabilities } = this.#view.lock;
    if (wanted.password === undefined) {
      throw new GatewayError("badParameters", "password: is missing", { field: "password" });
    }
    const pinCode = pinCodeOf(wanted.password);
    checkCode(this.#context, capabilities, pinCode);
    const fields = recordFieldsOf(wanted);
    // A snapshot may come late: a password that ended on its way needs nothing of the lock.
    const isPast = wanted.password_id !== administratorId && hasEnded(fields.window, time.nowMs);
    const mark = sealer.mark(lock, pinCode);
    if (!isPast) {
      const wish = { by: null, nowMs: time.nowMs, mayAdopt: true } as const;
      checkUnused(this.#leaving.without(this.#view), mark, wish);
    }
    const sealedFor = `password/${lock}/${this.#context.newId()}`;
    this.#take({
      lock,
      id: wanted.password_id,
      code: sealer.seal(lock, pinCode, sealedFor),
      sealedFor,
      ...fields,
      consumedAtMs: null,
      isDeleted: false,
      origin: caller.origin,
      revision: wanted.revision,
      createdAtMs: time.nowMs,
      changedAtMs: time.nowMs,
      operation: "add",
      operationStage: "inProgress",
      failure: null,
      userId: isPast ? null : takeSlotFor(this.#view, wanted.password_id, mark),
    });
  }

  /** @throws GatewayError `badParameters`, `duplicate`, `lockFull`, `unsupported` */
  update(before: PasswordRecord, wanted: WantedPassword): void {
    const next: PasswordRecord = {
      ...before,
      ...recordFieldsOf(wanted),
      ...this.#recoded(before, wanted.password),
      isDeleted: false,
    };
    const view = this.#leaving.without(this.#view);
    const revised = nextRevision(this.#context, view, next, "update");
    this.#take({ ...revised, revision: wanted.revision });
  }

  /**
   * Confirms a password of a restored copy, which the snapshot has the same.
   * @returns the record to write again when its slot did not contain its code, or "same"; then the plan
   * writes the code again if the slot turns out not to contain it
   */
  confirm({ password_id: id }: WantedPassword): SnapshotStatus {
    const { passwords, slots } = this.#view;
    const known = passwords.find((password) => password.id === id);
    if (known === undefined || known.consumedAtMs !== null) return "same";
    if (known.failure === "lost" && known.code !== null) return known;
    const slot = known.userId === null ? undefined : slots.get(known.userId);
    if (slot?.copied !== undefined)
      this.#put(put("slot", [slot.lock, slot.userId], withoutCopied(slot)));
    return "same";
  }

  #recoded(
    before: PasswordRecord,
    digits: string | undefined,
  ): Partial<Pick<PasswordRecord, "code" | "sealedFor">> {
    if (digits === undefined) return {};
    const { sealer, time } = this.#context;
    const pinCode = pinCodeOf(digits);
    const mark = sealer.mark(before.lock, pinCode);
    if (mark === before.code?.mark) return {};
    checkCode(this.#context, this.#view.lock.capabilities, pinCode);
    this.#leaving.recoded(before.id);
    const wish = { by: before.id, nowMs: time.nowMs };
    // A password with a slot keeps it; one that lost its slot after a recovery may find its code again.
    const isLost = before.userId === null;
    const others = this.#leaving.without(this.#view);
    checkUnused(others, mark, isLost ? { ...wish, mayAdopt: true } : wish);
    const sealedFor = `password/${before.lock}/${this.#context.newId()}`;
    return { code: sealer.seal(before.lock, pinCode, sealedFor), sealedFor };
  }

  /** Takes a password into the draft: the next one sees its code, and its slot as taken. */
  #take(password: PasswordRecord): void {
    const slots = new Map(this.#view.slots);
    const { changes, journal } = desire(this.#view, password, {});
    this.#journal.push(...journal);
    for (const change of changes) {
      this.#put(change);
      if (change.table === "slot" && change.value !== null) {
        slots.set(change.value.userId, change.value);
      }
    }
    const others = this.#view.passwords.filter(({ id }) => id !== password.id);
    this.#view = { ...this.#view, passwords: [...others, password], slots };
  }

  #put(change: Change): void {
    this.#changes.set(JSON.stringify([change.table, ...change.key]), change);
  }
}

/** @throws GatewayError `badParameters` for a window that can never open */
function recordFieldsOf(wanted: WantedPassword) {
  const window = windowOfWanted(wanted);
  const fault = validateWindow(window);
  if (fault !== null) {
    const text = `permission_end: ${fault.text}`;
    throw new GatewayError("badParameters", text, { field: "permission_end" });
  }
  return {
    name: wanted.name ?? "",
    description: wanted.description ?? "",
    sendTo: wanted.phonenumber ?? "",
    window,
    isFrozen: wanted.frozen === 1,
    isOneTime: wanted.one_time === 1,
    isDuress: wanted.duress === 1,
  };
}
