import type { TimeReading } from "./clock.ts";
import type { UserId } from "./door-lock.ts";
import type { EventEntry, JournalEntry } from "./journal.ts";
import { again, type KeypadEdits, reverted, shutUntilAgreed } from "./keypad-edits.ts";
import { keypadDeletionEvent, keypadEvent, withMark } from "./keypad-event.ts";
import { keypadPassword } from "./keypad-password.ts";
import type { Effects, LockRecord, LockView } from "./lock.ts";
import type { LockEvent } from "./lock-event.ts";
import { administratorId, type PasswordId, type PasswordRecord } from "./password.ts";
import { passwordOperationEvent } from "./password-event.ts";
import type { SealedCode } from "./sealed.ts";
import { type SlotRecord, unknownSlot } from "./slot.ts";
import { schedulesOf } from "./slot-guard.ts";
import { slotOf } from "./slot-of.ts";
import { nextPasswordIdAfter } from "./slots.ts";
import { confirmedBy } from "./witness.ts";

export interface ProgrammingInput {
  readonly view: LockView;
  readonly event: Extract<LockEvent, { kind: "programmingEvent" }>;
  readonly time: TimeReading;
  readonly code: SealedCode | null;
  readonly sealedFor: string;
  /** `keep` when it is absent. */
  readonly keypadEdits?: KeypadEdits;
}

/**
 * A user was programmed. Our own writes come back this way too (source rf): they are told by their
 * outcome. What a person did at the keypad is a fact: it is recorded, told, and left as it is.
 */
export function reduceProgrammingEvent(input: ProgrammingInput): Effects {
  const effects = asItIs(input);
  if (input.event.source === "rf") return effects;
  switch (input.keypadEdits ?? "keep") {
    case "keep":
      return effects;
    case "revert":
      return reverted(input.view, effects);
    case "ask":
      return shutUntilAgreed(input.view, effects);
  }
}

function asItIs(input: ProgrammingInput): Effects {
  const { event, view } = input;
  const lock = withProvenEvents(view.lock);
  const proven = lock === view.lock ? {} : { lock };
  if (event.source === "rf") return { ...proven, ...witnessed(input) };
  // biome-ignore lint/nursery/useExhaustiveSwitchCases: the compiler holds it exhaustive; the linter does not see through Exclude and Extract.
  switch (event.code) {
    case "pinCodeAdded":
    case "pinCodeChanged":
      if (typeof event.userId !== "number") return { ...proven, slots: doubted(view) };
      return changedAtKeypad({ ...input, view: { ...view, lock } }, event.userId);
    case "pinCodeDeleted":
      return { ...proven, ...deletedAtKeypad(view, event.userId) };
    case "masterCodeChanged":
      return { ...proven, ...masterChanged(input) };
    case "rfidCodeAdded":
    case "rfidCodeDeleted":
    case "unknown":
      return proven;
  }
}

/** Our own write, told by the lock: what it accepted is confirmed. */
function witnessed({ view, event, code, time }: ProgrammingInput): Effects {
  if (typeof event.userId !== "number") return {};
  const mark = code?.mark ?? null;
  const told = { lock: view.lock, slot: view.slots.get(event.userId) };
  const slot = confirmedBy(event, told, mark, time.nowMs);
  return slot === null ? {} : { slots: [slot] };
}

function withProvenEvents(lock: LockRecord): LockRecord {
  if (lock.capabilities.programmingEvents === "yes") return lock;
  return { ...lock, capabilities: { ...lock.capabilities, programmingEvents: "yes" } };
}

/** Which slot is meant is not clear: everything has to be looked at again. */
function doubted(view: LockView): readonly SlotRecord[] {
  return [...view.slots.values()].map((slot) => ({ ...slot, content: { kind: "unknown" } }));
}

function changedAtKeypad(input: ProgrammingInput, userId: UserId): Effects {
  const { view, code, time } = input;
  const slot = slotOf(view, userId);
  const holder = view.passwords.find((password) => password.id === slot.holder) ?? null;
  const isOurs = holder !== null && slot.content.kind !== "empty";
  // A copy of an event that was taken in before, or the same digits typed again: no news.
  if (isOurs && code !== null && isHeld(slot, code) && holder.code?.mark === code.mark) {
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
          userStatus: input.event.userStatus ?? "occupiedEnabled",
          userType: input.event.userType ?? "unrestricted",
        },
    confidence: "confirmed",
    localEdit: mustRead ? (isOurs ? "changed" : "added") : null,
    verifiedAtMs: mustRead ? slot.verifiedAtMs : time.nowMs,
  };
  if (isOurs) return updatedAtKeypad(input, holder, edited);
  return addedAtKeypad(input, holder, edited);
}

function isHeld({ content }: SlotRecord, code: SealedCode): boolean {
  return (
    content.kind === "occupied" &&
    content.mark === code.mark &&
    content.userStatus === "occupiedEnabled"
  );
}

function updatedAtKeypad(
  input: ProgrammingInput,
  holder: PasswordRecord,
  slot: SlotRecord,
): Effects {
  const revision = holder.revision + 1;
  const password: PasswordRecord = {
    ...holder,
    code: input.code,
    sealedFor: input.sealedFor,
    revision,
    changedAtMs: input.time.nowMs,
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
  input: ProgrammingInput,
  displaced: PasswordRecord | null,
  slot: SlotRecord,
): Effects {
  const { view, time } = input;
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
    time.nowMs,
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
        ...schedulesOf(slot),
      },
    ],
    journal: slot.localEdit === null ? [keypadEvent("pwdAddLocal", password)] : [],
  };
}

function deletedAtKeypad(view: LockView, userId: UserId | "all" | null): Effects {
  if (userId === null || userId === 0) return { slots: doubted(view) };
  const gone = [...view.slots.values()].filter(
    (slot) => (userId === "all" || slot.userId === userId) && slot.content.kind !== "empty",
  );
  const removed: PasswordId[] = [];
  const putBack: PasswordRecord[] = [];
  const journal: JournalEntry[] = [];
  const slots: SlotRecord[] = [];
  for (const slot of gone) {
    const empty: SlotRecord = {
      ...unknownSlot(slot.lock, slot.userId),
      content: { kind: "empty" },
      ...schedulesOf(slot),
    };
    const holder = view.passwords.find((password) => password.id === slot.holder);
    if (holder === undefined) {
      slots.push({ ...empty, confidence: "confirmed" });
      continue;
    }
    // Nobody at the keypad can mean a code that never was on the lock. And the administrator's is
    // never given up: the planner puts it back.
    const wasThere = slot.appliedRevision > 0 || slot.attemptedRevision > 0;
    if (!wasThere || holder.id === administratorId) {
      const { appliedRevision } = slot;
      // A second event over one deletion may come when the code is back already: it is ours all the same.
      const attemptedRevision = wasThere ? Math.max(slot.attemptedRevision, appliedRevision) : 0;
      slots.push({ ...empty, holder: holder.id, appliedRevision, attemptedRevision });
      if (!wasThere) continue;
      putBack.push(again(holder, "add"));
      journal.push(withMark(keypadDeletionEvent(holder), "reverted"));
      continue;
    }
    slots.push({ ...empty, confidence: "confirmed" });
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

/** The master code of the lock is the administrator password, where they share a slot. */
function masterChanged(input: ProgrammingInput): Effects {
  const { view, event } = input;
  const administrator = view.passwords.find((password) => password.id === administratorId);
  if (administrator === undefined || administrator.userId !== event.userId) return {};
  return changedAtKeypad(input, administrator.userId ?? 0);
}
