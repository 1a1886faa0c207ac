import Type, { type Static } from "typebox";
import { copySuspensionSetting } from "../../../core/contact/suspended-grants.ts";
import { GatewayError } from "../../../core/model/errors.ts";
import type { JournalEntry } from "../../../core/model/journal.ts";
import type { LockRecord, LockView } from "../../../core/model/lock.ts";
import { administratorId, type PasswordRecord } from "../../../core/model/password.ts";
import { withoutCopied } from "../../../core/outcome/copied-slot.ts";
import { nextPasswordIdAfter } from "../../../core/plan/slot-allocation.ts";
import { hasEnded, validateWindow } from "../../../core/time/window.ts";
import { type Change, put, remove } from "../../../store/store.ts";
import type { CommandContext, Decision } from "../../command.ts";
import { findLock, lockView } from "../../locks/address.ts";
import { checkBrake, confirmation } from "../../removal-limit.ts";
import {
  code,
  flag,
  lockAddress,
  passwordId,
  seconds,
  text,
  weekly,
} from "../../schema/request-fields.ts";
import { checkClock, checkCode, checkUnused, decide, takeSlotFor } from "../desired-password.ts";
import { nextRevision, pinCodeOf, writeCommand } from "../password-change.ts";
import { LeavingCodes } from "./leaving-codes.ts";
import {
  checkListed,
  type SnapshotStatus,
  statusOf,
  type WantedPassword,
  windowOfWanted,
} from "./snapshot-status.ts";

/** As many as one message holds, and more than a lock has slots for. */
const maxPasswords = 250;

const wantedPassword = Type.Object(
  {
    password_id: passwordId,
    revision: Type.Integer({
      minimum: 1,
      maximum: 2 ** 31,
      description: "of the desired state; at the one that is held nothing may differ",
    }),
    password: Type.Optional(code),
    phonenumber: Type.Optional(text("whom the code is sent to", 32)),
    name: Type.Optional(text("name for the history")),
    description: Type.Optional(text("free text", 512)),
    permission_begin: Type.Optional(seconds("valid from, Unix seconds; 0 or absent = at once")),
    permission_end: Type.Optional(seconds("valid until, Unix seconds; 0 or absent = for ever")),
    weekly: Type.Optional(weekly),
    frozen: Type.Optional(flag("1 = on the lock, and opens nothing")),
    one_time: Type.Optional(flag("1 = ends with its first opening")),
    duress: Type.Optional(flag("1 = opens, and raises a silent alarm")),
  },
  { additionalProperties: false, description: "one password, whole: what is absent is not wanted" },
);

export const snapshotInput = Type.Object(
  {
    ...lockAddress,
    passwords: Type.Array(wantedPassword, {
      maxItems: maxPasswords,
      description: "all that the lock is to have; one that is not named is removed",
    }),
    confirm: confirmation,
  },
  { additionalProperties: false },
);

/** The desired state of one lock, whole, with revisions: what a cloud sends when digests differ. */
export const applySnapshot = writeCommand({
  name: "apply_snapshot",
  summary: "Makes a lock's passwords exactly these, in one batch; refused whole if one is stale.",
  input: snapshotInput,
  output: Type.Object({
    added: Type.Integer(),
    changed: Type.Integer(),
    removed: Type.Integer(),
    unchanged: Type.Integer(),
  }),
  run: apply,
});

/** The lock as it will be, while the snapshot is worked through. */
interface Draft {
  view: LockView;
  readonly changes: Map<string, Change>;
  /** Commands that the snapshot overtakes. */
  readonly journal: JournalEntry[];
  readonly leaving: LeavingCodes;
}

function apply(context: CommandContext, wanted: Static<typeof snapshotInput>): Decision {
  const lock = findLock(context.view, wanted);
  const held = lockView(context.view, lock);
  checkListed(wanted.passwords);
  const standings = wanted.passwords.map((password, index) =>
    named(index, () => statusOf(context, held, password)),
  );
  const removed = removedBy(held, wanted.passwords);
  const alive = held.passwords.filter(({ isDeleted }) => !isDeleted).length;
  checkBrake(removed.length, alive, wanted.confirm);
  const grants = wanted.passwords.filter(
    ({ frozen }, index) => standings[index] !== "same" && frozen !== 1,
  );
  if (grants.length > 0) checkClock(context);

  const listed = wanted.passwords.map((password, index) => {
    return { password, standing: standings[index] ?? "same" };
  });
  const leaving = new LeavingCodes(context, removed, listed);
  const draft: Draft = { view: held, changes: new Map(), journal: [], leaving };
  for (const before of removed) {
    take(draft, nextRevision(context, draft.view, { ...before, isDeleted: true }, "delete"));
  }
  const counts = { added: 0, changed: 0, removed: removed.length, unchanged: 0 };
  // The cloud has said all that is wanted: what a restored copy held back may go on.
  const isHeld = context.view.get("setting", copySuspensionSetting(lock.lock)) !== undefined;
  for (const [index, { password, standing: given }] of listed.entries()) {
    const standing = given === "same" && isHeld ? confirmed(draft, password) : given;
    if (standing === "same") {
      counts.unchanged += 1;
    } else if (standing === "new") {
      named(index, () => take(draft, added(context, draft, password)));
      counts.added += 1;
    } else {
      named(index, () => take(draft, updated(context, draft, standing, password)));
      counts.changed += 1;
    }
  }
  const next = nextIdAfter(lock, wanted.passwords);
  const counted = next === lock.nextPasswordId ? [] : [{ ...lock, nextPasswordId: next }];
  const lockChanges = counted.map((record) => put("lock", [lock.lock], record));
  const release = isHeld ? [remove("setting", copySuspensionSetting(lock.lock))] : [];
  return {
    changes: [...draft.changes.values(), ...lockChanges, ...release],
    journal: draft.journal,
    result: counts,
    wake: draft.changes.size === 0 && !isHeld ? [] : [lock.lock],
  };
}

/**
 * A password of a restored copy that the cloud has confirmed: wanted again if its slot did not hold it, and
 * put back if its slot turns out not to.
 */
function confirmed(draft: Draft, { password_id: id }: WantedPassword): SnapshotStatus {
  const known = draft.view.passwords.find((password) => password.id === id);
  if (known === undefined || known.consumedAtMs !== null) return "same";
  if (known.failure === "lost" && known.code !== null) return known;
  const slot = known.userId === null ? undefined : draft.view.slots.get(known.userId);
  if (slot?.copied !== undefined) {
    const key = [slot.lock, slot.userId];
    draft.changes.set(JSON.stringify(["slot", ...key]), put("slot", key, withoutCopied(slot)));
  }
  return "same";
}

/** What was made at the keypad stays as the person left it: the cloud deletes it by its id. */
function removedBy(held: LockView, wanted: readonly WantedPassword[]): readonly PasswordRecord[] {
  const listed = new Set(wanted.map(({ password_id }) => password_id));
  const removed = held.passwords.filter(
    ({ id, isDeleted, origin }) => !isDeleted && origin !== "keypad" && !listed.has(id),
  );
  if (removed.some(({ id }) => id === administratorId)) {
    const text = `passwords: ${administratorId}, the administrator's, cannot be removed`;
    throw new GatewayError("administratorProtected", text, { field: "passwords" });
  }
  return removed;
}

function added(context: CommandContext, draft: Draft, wanted: WantedPassword): PasswordRecord {
  const { view, leaving } = draft;
  const { lock, capabilities } = view.lock;
  if (wanted.password === undefined) {
    throw new GatewayError("badParameters", "password: is missing", { field: "password" });
  }
  const pinCode = pinCodeOf(wanted.password);
  checkCode(context, capabilities, pinCode);
  const { nowMs } = context.time;
  const words = wordsOf(wanted);
  // A snapshot may come late: what ended on its way is told as ended, and needs nothing of the lock.
  const isPast = wanted.password_id !== administratorId && hasEnded(words.window, nowMs);
  const mark = context.sealer.mark(lock, pinCode);
  if (!isPast) checkUnused(leaving.without(view), mark, { by: null, nowMs, mayAdopt: true });
  const sealedFor = `password/${lock}/${context.newId()}`;
  return {
    lock,
    id: wanted.password_id,
    code: context.sealer.seal(lock, pinCode, sealedFor),
    sealedFor,
    ...words,
    consumedAtMs: null,
    isDeleted: false,
    origin: context.caller.origin,
    revision: wanted.revision,
    createdAtMs: context.time.nowMs,
    changedAtMs: context.time.nowMs,
    operation: "add",
    operationStage: "inProgress",
    failure: null,
    userId: isPast ? null : takeSlotFor(view, wanted.password_id, mark),
  };
}

function updated(
  context: CommandContext,
  draft: Draft,
  before: PasswordRecord,
  wanted: WantedPassword,
): PasswordRecord {
  const next: PasswordRecord = {
    ...before,
    ...wordsOf(wanted),
    ...recoded(context, draft, before, wanted.password),
    isDeleted: false,
  };
  return {
    ...nextRevision(context, draft.leaving.without(draft.view), next, "update"),
    revision: wanted.revision,
  };
}

function recoded(
  context: CommandContext,
  { view, leaving }: Draft,
  before: PasswordRecord,
  digits: string | undefined,
): Partial<Pick<PasswordRecord, "code" | "sealedFor">> {
  if (digits === undefined) return {};
  const pinCode = pinCodeOf(digits);
  const mark = context.sealer.mark(before.lock, pinCode);
  if (mark === before.code?.mark) return {};
  checkCode(context, view.lock.capabilities, pinCode);
  leaving.recoded(before.id);
  const wish = { by: before.id, nowMs: context.time.nowMs };
  // A password whose slot is known keeps it; one that lost it after a recovery may find its code.
  const isLost = before.userId === null;
  checkUnused(leaving.without(view), mark, isLost ? { ...wish, mayAdopt: true } : wish);
  const sealedFor = `password/${before.lock}/${context.newId()}`;
  return { code: context.sealer.seal(before.lock, pinCode, sealedFor), sealedFor };
}

function wordsOf(wanted: WantedPassword) {
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

/** Takes a password into the draft: the next one sees its code, and its slot as taken. */
function take(draft: Draft, password: PasswordRecord): void {
  const slots = new Map(draft.view.slots);
  const { changes, journal } = decide(draft.view, password, {});
  draft.journal.push(...journal);
  for (const change of changes) {
    draft.changes.set(JSON.stringify([change.table, ...change.key]), change);
    if (change.table === "slot" && change.value !== null) {
      slots.set(change.value.userId, change.value);
    }
  }
  const others = draft.view.passwords.filter(({ id }) => id !== password.id);
  draft.view = { ...draft.view, passwords: [...others, password], slots };
}

function nextIdAfter(lock: LockRecord, wanted: readonly WantedPassword[]): number {
  const ids = wanted.map(({ password_id }) => password_id).filter((id) => id !== administratorId);
  return ids.reduce((next, id) => Math.max(next, nextPasswordIdAfter(id)), lock.nextPasswordId);
}

/** A fault inside the list says at which place of it. */
function named<R>(index: number, work: () => R): R {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof GatewayError)) throw cause;
    const place = `passwords.${index}`;
    const field = cause.field === undefined ? place : `${place}.${cause.field}`;
    throw new GatewayError(cause.code, `${place}.${cause.message}`, { field, cause });
  }
}
