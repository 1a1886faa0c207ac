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

/** What a person did to a slot at the keypad, once it is taken for a fact: told by the lock, or proved by a read. */
export interface KeypadFact {
  readonly view: LockView;
  readonly nowMs: number;
  /** The code that is in there now, sealed for `sealedFor`; null = not known. */
  readonly code: SealedCode | null;
  readonly sealedFor: string;
  /** As told or shown; null = not. */
  readonly userStatus: UserStatus | null;
  readonly userType: UserType | null;
}

/** The effects of a fact, as the policy for keypad edits has them. */
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

/** A person gave the slot a code, or another one. */
export function changedAtKeypad(input: KeypadFact, userId: UserId): Effects {
  const { view, code, nowMs } = input;
  const slot = slotOf(view, userId);
  const holder = view.passwords.find((password) => password.id === slot.holder) ?? null;
  const isOurs = holder !== null && slot.content.kind !== "empty" && wasEverIn(slot);
  // A copy of an event that was taken in before, or the same digits typed again: no news.
  if (isOurs && code !== null && isInSlot(slot, code) && holder.code?.mark === code.mark) {
    return { lock: view.lock };
  }
  const mustRead = code === null && view.lock.capabilities.pinReadBack === "readable";
  const edited: SlotRecord = {
    ...slot,
    content: mustRead
      ? { kind: "unknown" }
      : {
          kind: "occupied",
          mark: code?.mark ?? null,
          userStatus: input.userStatus ?? "occupiedEnabled",
          userType: input.userType ?? "unrestricted",
        },
    // Nothing but the event says so on a lock that can show nothing.
    confidence: canRead(view) ? "confirmed" : "unconfirmed",
    localEdit: mustRead ? (isOurs ? "changed" : "added") : null,
    verifiedAtMs: mustRead ? slot.verifiedAtMs : nowMs,
  };
  if (isOurs) return updatedAtKeypad(input, holder, edited);
  return addedAtKeypad(input, holder, edited);
}

/** A password that only waits for its slot has no code in there. */
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

/** A new code; a password of ours that only waited for this slot has to look for another. */
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

/** A person cleared the slot, or all of them. */
export function deletedAtKeypad(view: LockView, userId: UserId | "all"): Effects {
  const gone = [...view.slots.values()].filter(
    (slot) => (userId === "all" || slot.userId === userId) && slot.content.kind !== "empty",
  );
  const confidence = canRead(view) ? "confirmed" : "unconfirmed";
  const removed: PasswordId[] = [];
  const putBack: PasswordRecord[] = [];
  const journal: JournalEntry[] = [];
  const slots: SlotRecord[] = [];
  for (const slot of gone) {
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
    // Nobody at the keypad can mean a code that never was on the lock. And the administrator's is
    // never given up: the planner puts it back.
    const wasThere = wasEverIn(slot);
    if (!wasThere || holder.id === administratorId) {
      const { appliedRevision } = slot;
      // A second event over one deletion may come when the code is back already: it is ours all the same.
      const attemptedRevision = wasThere ? Math.max(slot.attemptedRevision, appliedRevision) : 0;
      slots.push({ ...empty, holder: holder.id, appliedRevision, attemptedRevision });
      if (!wasThere) continue;
      putBack.push(asPending(holder, "add"));
      journal.push(withMark(keypadDeletionEvent(holder), "reverted"));
      continue;
    }
    slots.push({ ...empty, confidence });
    removed.push(holder.id);
    journal.push(...endedAtKeypad(holder));
  }
  return { slots, passwords: putBack, removedPasswords: removed, journal };
}

/** A command that was under way has come to its end with this; a deletion has got what it wanted. */
function endedAtKeypad(holder: PasswordRecord): EventEntry[] {
  if (holder.isDeleted) {
    const done = { ...holder, operationStage: "done", failure: null } as const;
    return [passwordOperationEvent(done, holder.operationStage)];
  }
  const gone = keypadDeletionEvent(holder);
  if (holder.operationStage !== "inProgress") return [gone];
  return [passwordOperationEvent({ ...holder, operationStage: "failed", failure: "lost" }), gone];
}
