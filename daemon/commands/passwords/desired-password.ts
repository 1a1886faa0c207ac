import { apiCodeDigits } from "../../core/input/six-digits.ts";
import { isTrivialCode } from "../../core/input/trivial-code.ts";
import type { Capabilities, UserId } from "../../core/model/door-lock.ts";
import { GatewayError } from "../../core/model/errors.ts";
import type { LockRecord, LockView } from "../../core/model/lock.ts";
import type { PasswordId, PasswordRecord } from "../../core/model/password.ts";
import type { CodeMark } from "../../core/model/sealed-code.ts";
import type { PinCode } from "../../core/model/secret.ts";
import type { SlotRecord } from "../../core/model/slot.ts";
import type { Window } from "../../core/model/window.ts";
import { withoutCopied } from "../../core/outcome/copied-slot.ts";
import { supersededEvent } from "../../core/outcome/password-event.ts";
import { allocateSlot } from "../../core/plan/slot-allocation.ts";
import { slotOf } from "../../core/plan/slot-of.ts";
import { isOver } from "../../core/plan/target.ts";
import { hasEnded, validateWindow } from "../../core/time/window.ts";
import { type Change, put } from "../../store/store.ts";
import type { CommandContext, Decision } from "../command.ts";

/** Steps that the password commands share: checks before the radio, and the one batch they write. */

/**
 * Checks a new code before the radio sees it.
 * @throws GatewayError `unsupported` or `badParameters` when this lock cannot take this code, or when
 * anybody would try it first and `passwords.refuse_trivial` is set.
 */
export function checkCode(
  { site }: Pick<CommandContext, "site">,
  capabilities: Capabilities,
  code: PinCode,
): void {
  if (site.refusesTrivialCodes === true && isTrivialCode(code)) {
    throw new GatewayError(
      "badParameters",
      "password: is too easy to guess: no repeated digits, runs such as 123456 or repeated parts such as 121212",
      { field: "password" },
    );
  }
  checkFits(capabilities, code);
}

/** @throws GatewayError `unsupported` when this lock cannot take a code of this length. */
export function checkFits(capabilities: Capabilities, code: PinCode): void {
  if (capabilities.pinUsers === 0 || capabilities.setsPinCodes === "no") {
    throw new GatewayError("unsupported", "uuid: this lock takes no codes over the air", {
      field: "uuid",
    });
  }
  const { minPinLength, maxPinLength } = capabilities;
  if (code.length < minPinLength || code.length > maxPinLength) {
    const range = `${minPinLength} to ${maxPinLength} digits`;
    throw new GatewayError("unsupported", `password: this lock takes codes of ${range}`, {
      field: "password",
    });
  }
}

/**
 * Checks that a call of V1.6 carries six digits. Lock actions, and whoever works at the gateway itself, may
 * set what the lock takes.
 * @throws GatewayError `badParameters`
 */
export function checkLength(
  { caller, codeLength }: Pick<CommandContext, "caller" | "codeLength">,
  code: PinCode,
): void {
  if (caller.transport === "socket" || codeLength === "lock") return;
  if (code.length === apiCodeDigits) return;
  throw new GatewayError("badParameters", `password: must be ${apiCodeDigits} digits`, {
    field: "password",
  });
}

/** Equal codes on one lock cannot be told apart at the door. @throws GatewayError `duplicate`. */
export function checkUnused(view: LockView, mark: CodeMark, wish: CodeWish): void {
  if (!isUsed(view, mark, wish)) return;
  throw new GatewayError("duplicate", "password: the lock already has this code", {
    field: "password",
  });
}

/** Who wants a code: the password that may have it already, and when. */
export interface CodeWish {
  /** Null = a password that is not there yet. */
  readonly by: number | null;
  readonly nowMs: number;
  /** A slot in which the very code is nobody's is taken over; absent = it counts as used. */
  readonly mayAdopt?: true;
}

/**
 * Whether a code is wanted or held on the lock by anyone else. A password that is over and out of the
 * lock keeps nobody from its code.
 */
export function isUsed(view: LockView, mark: CodeMark, wish: CodeWish): boolean {
  const { by: except, nowMs, mayAdopt } = wish;
  const adopted = mayAdopt === true ? unmanagedSlot(view, mark) : null;
  for (const password of view.passwords) {
    if (password.id === except || password.code?.mark !== mark) continue;
    if (password.userId !== null || !isOver(password, nowMs)) return true;
  }
  for (const slot of view.slots.values()) {
    const isOther = slot.holder === null ? slot.userId !== adopted : slot.holder !== except;
    if (isOther && slot.content.kind === "occupied" && slot.content.mark === mark) return true;
  }
  return false;
}

/** @throws GatewayError `badParameters` for a window that can never open, naming the field. */
export function checkWindow(window: Window, nowMs: number): void {
  const fault = validateWindow(window);
  if (fault !== null) {
    const field = windowFields[fault.field] ?? "permission_end";
    throw new GatewayError("badParameters", `${field}: ${fault.text}`, { field });
  }
  if (hasEnded(window, nowMs)) {
    throw new GatewayError("badParameters", "permission_end: it is in the past", {
      field: "permission_end",
    });
  }
}

const windowFields: Readonly<Record<string, string>> = {
  beginMs: "permission_begin",
  endMs: "permission_end",
  weekly: "weekly",
  "weekly.daysMask": "weekly.days",
  "weekly.startMinute": "weekly.start_minute",
  "weekly.endMinute": "weekly.end_minute",
  "weekly.timeZone": "weekly.time_zone",
};

/** While the time is not known nothing new is granted. @throws GatewayError `clockLost`. */
export function checkClock(context: CommandContext): void {
  if (context.time.state === "lost") {
    throw new GatewayError("clockLost", "the time is not known; nothing new is granted");
  }
}

/**
 * The slot of ours in which the lock holds this very code and nobody knows whose it is, as after a recovery:
 * the password that brings the code takes the slot over. Null = there is none.
 */
function unmanagedSlot({ lock, slots }: LockView, mark: CodeMark): UserId | null {
  const { firstUserId, lastUserId, reservedUserIds } = lock.capabilities;
  for (const { userId, holder, content } of slots.values()) {
    if (holder !== null || content.kind !== "occupied" || content.mark !== mark) continue;
    const isGiven = userId >= firstUserId && userId <= lastUserId;
    if (isGiven && !reservedUserIds.includes(userId)) return userId;
  }
  return null;
}

/**
 * The slot for a new password: the one that holds its code already, else a free one.
 * @throws GatewayError `lockFull`.
 */
export function takeSlotFor(view: LockView, password: PasswordId, mark: CodeMark): UserId {
  return unmanagedSlot(view, mark) ?? takeSlot(view, password);
}

/** @throws GatewayError `lockFull`. */
export function takeSlot(view: LockView, password: PasswordId): UserId {
  const userId = allocateSlot(view.lock.capabilities, view.slots, password);
  if (userId === null) {
    throw new GatewayError("lockFull", "uuid: the lock has no free slot", { field: "uuid" });
  }
  return userId;
}

/** The code in the slot is the password's from now on, so that its next code takes the place of this one. */
function isAdopted({ content }: SlotRecord, { code }: PasswordRecord): boolean {
  return content.kind === "occupied" && code !== null && content.mark === code.mark;
}

/**
 * One batch: the password, its slot marked as about to differ (so that a crash after the first
 * frame is seen), and the lock to plan anew. A command before it that the lock has not confirmed yet
 * ends with it.
 */
export function decide(
  view: LockView,
  password: PasswordRecord,
  result: Decision["result"],
  lock?: LockRecord,
): Decision {
  const key = [password.lock, password.id];
  const changes: Change[] = [put("password", key, password)];
  if (lock !== undefined) changes.push(put("lock", [lock.lock], lock));
  if (password.userId !== null) {
    const slot = slotOf(view, password.userId);
    const isNew = slot.holder !== password.id;
    const touched = {
      // What is wanted now is newer than a restored copy.
      ...withoutCopied(slot),
      holder: password.id,
      ...(isNew ? { heldSinceMs: password.changedAtMs } : {}),
      ...(isNew && isAdopted(slot, password) ? { attemptedRevision: password.revision } : {}),
      mayDiffer: true,
      retryAtMs: null,
      refusals: 0,
    };
    changes.push(put("slot", [password.lock, password.userId], touched));
  }
  const before = view.passwords.find(({ id }) => id === password.id);
  const overtaken = before === undefined ? null : supersededEvent(before, "superseded");
  const journal = overtaken === null ? [] : [overtaken];
  return { changes, journal, result, wake: [password.lock] };
}
