import type { UserId } from "../../../core/model/door-lock.ts";
import { GatewayError } from "../../../core/model/errors.ts";
import type { LockView } from "../../../core/model/lock.ts";
import type { PasswordId, PasswordRecord } from "../../../core/model/password.ts";
import type { CodeMark } from "../../../core/model/sealed-code.ts";
import { allocateSlot, onlySlot } from "../../../core/plan/slot-allocation.ts";

/**
 * Returns the slot of ours that contains this very code without a password, as after a recovery, or null.
 * The password that brings the code takes the slot over.
 */
export function unmanagedSlot({ lock, slots }: LockView, mark: CodeMark): UserId | null {
  const { firstUserId, lastUserId, reservedUserIds } = lock.capabilities;
  for (const { userId, holder, content } of slots.values()) {
    if (holder !== null || content.kind !== "occupied" || content.mark !== mark) continue;
    const isOurs = userId >= firstUserId && userId <= lastUserId;
    if (isOurs && !reservedUserIds.includes(userId)) return userId;
  }
  return null;
}

/**
 * Returns the slot for a new password: the one that contains its code already, else a free one.
 * @throws GatewayError `lockFull`
 */
export function takeSlotFor(view: LockView, password: PasswordId, mark: CodeMark): UserId {
  return unmanagedSlot(view, mark) ?? takeSlot(view, password);
}

/** Returns a free slot. @throws GatewayError `lockFull` */
export function takeSlot(view: LockView, password: PasswordId): UserId {
  const userId = allocateSlot(view.lock.capabilities, view.slots, password);
  if (userId === null) {
    throw new GatewayError("lockFull", "uuid: the lock has no free slot", { field: "uuid" });
  }
  return userId;
}

/**
 * Returns the slot for a password that has none: the only one that it may have, else the one that contains its code
 * already, else a free one.
 * @throws GatewayError `lockFull`
 */
export function takeSlotOf(
  view: LockView,
  { id, code, onlyUserId }: Pick<PasswordRecord, "id" | "code" | "onlyUserId">,
): UserId {
  if (onlyUserId === undefined) {
    return code === null ? takeSlot(view, id) : takeSlotFor(view, id, code.mark);
  }
  const { lock, slots } = view;
  const hasItsCode = code !== null && unmanagedSlot(view, code.mark) === onlyUserId;
  const userId = hasItsCode ? onlyUserId : onlySlot(lock.capabilities, slots, onlyUserId);
  if (userId !== null) return userId;
  const text = `user: slot ${onlyUserId} is not free, or the lock has no such slot`;
  throw new GatewayError("lockFull", text, { field: "user" });
}

/** Returns the slot that `take` chooses, or null where the lock has no free slot. */
export function slotOrNull(take: () => UserId): UserId | null {
  try {
    return take();
  } catch (cause) {
    if (cause instanceof GatewayError && cause.code === "lockFull") return null;
    throw cause;
  }
}
