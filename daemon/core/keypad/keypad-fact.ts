import { scheduleKnowledge } from "../enforcement/slot-enforcement.ts";
import { slotHistory } from "../evidence/event-sequence.ts";
import type { UserId, UserStatus, UserType } from "../model/door-lock.ts";
import type { EventEntry, JournalEntry } from "../model/journal.ts";
import type { Effects, LockView } from "../model/lock.ts";
import { administratorId, type PasswordId, type PasswordRecord } from "../model/password.ts";
import type { SealedCode } from "../model/sealed-code.ts";
import { type SlotRecord, unknownSlot } from "../model/slot.ts";
import { passwordOperationEvent } from "../outcome/password-event.ts";
import { canRead } from "../plan/plan-work.ts";
import { nextPasswordIdAfter } from "../plan/slot-allocation.ts";
import { slotOf } from "../plan/slot-of.ts";
import { asPending, type KeypadEdits, reverted, shutUntilAgreed } from "./keypad-edits.ts";
import { keypadDeletionEvent, keypadEvent, withMark } from "./keypad-event.ts";
import { keypadPassword } from "./keypad-password.ts";

/** What a person did to a slot at the keypad, as an event or a read proved it. */
export interface KeypadFact {
  readonly view: LockView;
  readonly nowMs: number;
  /** The code that the slot holds now, sealed for `sealedFor`; null = not known. */
  readonly code: SealedCode | null;
  readonly sealedFor: string;
  /** As the event or the read showed it; null = it did not. */
  readonly userStatus: UserStatus | null;
  readonly userType: UserType | null;
}

/** Returns the effects of a keypad edit under the configured policy. */
export function underPolicy(view: LockView, effects: Effects, keypadEdits: KeypadEdits): Effects {
  switch (keypadEdits) {
    case "keep":
      return effects;
    case "revert":
      return reverted(view, effects);
    case "ask":
      return shutUntilAgreed(view, effects);
  }
}

/** Returns the effects of a code that a person set in the slot, new or in place of another one. */
export function changedAtKeypad(input: KeypadFact, userId: UserId): Effects {
  const { view, code } = input;
  const slot = slotOf(view, userId);
  const holder = view.passwords.find((password) => password.id === slot.holder) ?? null;
  const isOurs = holder !== null && slot.content.kind !== "empty" && wasEverIn(slot);
  // The event is a copy of an earlier one, or a person typed the same digits again.
  if (isOurs && code !== null && isInSlot(slot, code) && holder.code?.mark === code.mark) {
    return { lock: view.lock };
  }
  if (isOurs) return updatedAtKeypad(input, holder, editedSlot(input, slot, "changed"));
  return addedAtKeypad(input, holder, editedSlot(input, slot, "added"));
}

/** Returns the slot after the edit: unknown if the lock can show the digits that it did not report. */
function editedSlot(
  input: KeypadFact,
  slot: SlotRecord,
  edit: Exclude<SlotRecord["localEdit"], null>,
): SlotRecord {
  const { view, code, nowMs } = input;
  // Only the event proves an edit on a lock that cannot show its slots.
  const confidence = canRead(view) ? "confirmed" : "unconfirmed";
  if (code === null && view.lock.capabilities.pinReadBack === "readable") {
    return { ...slot, content: { kind: "unknown" }, confidence, localEdit: edit };
  }
  const { userStatus, userType } = input;
  return {
    ...slot,
    content: {
      kind: "occupied",
      mark: code?.mark ?? null,
      userStatus: userStatus ?? "occupiedEnabled",
      userType: userType ?? "unrestricted",
    },
    confidence,
    localEdit: null,
    verifiedAtMs: nowMs,
  };
}

/** Says whether a code of the password may ever have been in the slot. */
function wasEverIn({ appliedRevision, attemptedRevision }: SlotRecord): boolean {
  return appliedRevision > 0 || attemptedRevision > 0;
}

function isInSlot({ content }: SlotRecord, code: SealedCode): boolean {
  return (
    content.kind === "occupied" &&
    content.mark === code.mark &&
    content.userStatus === "occupiedEnabled"
  );
}

function updatedAtKeypad(input: KeypadFact, holder: PasswordRecord, slot: SlotRecord): Effects {
  const revision = holder.revision + 1;
  const password: PasswordRecord = {
    ...holder,
    code: input.code,
    sealedFor: input.sealedFor,
    revision,
    changedAtMs: input.nowMs,
  };
  const journal = slot.localEdit === null ? [keypadEvent("pwdUpdateLocal", password)] : [];
  return {
    lock: input.view.lock,
    passwords: [password],
    slots: [{ ...slot, appliedRevision: revision, attemptedRevision: revision }],
    journal,
  };
}

/** Records a new code. A password of ours that only waited for this slot needs another one. */
function addedAtKeypad(
  input: KeypadFact,
  displaced: PasswordRecord | null,
  slot: SlotRecord,
): Effects {
  const { view, nowMs } = input;
  const id = view.lock.nextPasswordId;
  const password = keypadPassword(
    {
      lock: view.lock.lock,
      id,
      name: `keypad ${slot.userId}`,
      code: input.code,
      sealedFor: input.sealedFor,
      isFrozen: false,
      userId: slot.userId,
    },
    nowMs,
  );
  const moved = displaced === null ? [] : [{ ...displaced, userId: null }];
  return {
    lock: { ...view.lock, nextPasswordId: nextPasswordIdAfter(id) },
    passwords: [...moved, password],
    slots: [
      {
        ...unknownSlot(slot.lock, slot.userId),
        content: slot.content,
        confidence: slot.confidence,
        localEdit: slot.localEdit,
        verifiedAtMs: slot.verifiedAtMs,
        holder: id,
        appliedRevision: 1,
        attemptedRevision: 1,
        ...scheduleKnowledge(slot),
        ...slotHistory(slot),
      },
    ],
    journal: slot.localEdit === null ? [keypadEvent("pwdAddLocal", password)] : [],
  };
}

/** Returns the effects of a slot, or of all slots, that a person cleared. */
export function deletedAtKeypad(view: LockView, userId: UserId | "all"): Effects {
  const cleared = [...view.slots.values()].filter(
    (slot) => (userId === "all" || slot.userId === userId) && slot.content.kind !== "empty",
  );
  const confidence = canRead(view) ? "confirmed" : "unconfirmed";
  const removed: PasswordId[] = [];
  const putBack: PasswordRecord[] = [];
  const journal: JournalEntry[] = [];
  const slots: SlotRecord[] = [];
  for (const slot of cleared) {
    const empty: SlotRecord = {
      ...unknownSlot(slot.lock, slot.userId),
      content: { kind: "empty" },
      ...scheduleKnowledge(slot),
      ...slotHistory(slot),
    };
    const holder = view.passwords.find((password) => password.id === slot.holder);
    if (holder === undefined) {
      slots.push({ ...empty, confidence });
      continue;
    }
    // A person cannot mean a code that was never on the lock. The administrator's code is never deleted: the
    // planner puts it back.
    const wasThere = wasEverIn(slot);
    if (!wasThere || holder.id === administratorId) {
      const { appliedRevision } = slot;
      // A second event of one deletion may come when the code is back: that code is ours too.
      const attemptedRevision = wasThere ? Math.max(slot.attemptedRevision, appliedRevision) : 0;
      slots.push({ ...empty, holder: holder.id, appliedRevision, attemptedRevision });
      if (!wasThere) continue;
      putBack.push(asPending(holder, "add"));
      journal.push(withMark(keypadDeletionEvent(holder), "reverted"));
      continue;
    }
    slots.push({ ...empty, confidence });
    removed.push(holder.id);
    journal.push(...completedAtKeypad(holder));
  }
  return { slots, passwords: putBack, removedPasswords: removed, journal };
}

/** Completes an activity in progress: a deletion as done, any other one as failed. */
function completedAtKeypad(holder: PasswordRecord): EventEntry[] {
  if (holder.isDeleted) {
    const done = { ...holder, operationStage: "done", failure: null } as const;
    return [passwordOperationEvent(done, holder.operationStage)];
  }
  const gone = keypadDeletionEvent(holder);
  if (holder.operationStage !== "inProgress") return [gone];
  return [passwordOperationEvent({ ...holder, operationStage: "failed", failure: "lost" }), gone];
}
