import { mayBeEcho, mayBeRepeated, rewriteLimit } from "../evidence/event-sequence.ts";
import { withEventStamp } from "../evidence/event-stamp.ts";
import { confirmedBy, contradicts } from "../evidence/programming-evidence.ts";
import { doubted, isNoNews } from "../evidence/unproven-edit.ts";
import type { KeypadEdits } from "../keypad/keypad-edits.ts";
import { changedAtKeypad, deletedAtKeypad, underPolicy } from "../keypad/keypad-fact.ts";
import type { TimeReading } from "../model/clock.ts";
import type { UserId } from "../model/door-lock.ts";
import type { Effects, LockRecord, LockView } from "../model/lock.ts";
import type { LockEvent } from "../model/lock-event.ts";
import { administratorId } from "../model/password.ts";
import type { SealedCode } from "../model/sealed-code.ts";
import type { SlotRecord } from "../model/slot.ts";
import { canRead } from "../plan/plan-work.ts";

export interface ProgrammingInput {
  readonly view: LockView;
  readonly event: Extract<LockEvent, { kind: "programmingEvent" }>;
  readonly time: TimeReading;
  readonly code: SealedCode | null;
  readonly sealedFor: string;
  /** `keep` when it is absent. */
  readonly keypadEdits?: KeypadEdits;
}

/** An event about PIN codes: what it tells, and of which slot; null = it does not say. */
interface ToldEdit {
  readonly told: "deleted" | "changed";
  readonly userId: UserId | "all" | null;
}

/**
 * A user was programmed. Our own writes come back this way too (source rf): they are told by their
 * outcome. What a person did at the keypad is a fact: it is recorded, told, and left as it is. What may
 * be an echo of a write of ours, or a repeated event, is proved by a read first.
 */
export function reduceProgrammingEvent(input: ProgrammingInput): Effects {
  const lock = withProvenEvents(input.view.lock);
  const view = { ...input.view, lock };
  const proven = lock === input.view.lock ? {} : { lock };
  if (input.event.source === "rf") return { ...proven, ...overTheAir({ ...input, view }) };
  const edit = toldEdit(input);
  if (edit === null) return proven;
  return atKeypad({ ...input, view }, edit);
}

function toldEdit({ event, view }: ProgrammingInput): ToldEdit | null {
  const { code, userId } = event;
  // biome-ignore lint/nursery/useExhaustiveSwitchCases: the compiler holds it exhaustive; the linter does not see through Exclude and Extract.
  switch (code) {
    case "pinCodeAdded":
    case "pinCodeChanged":
      return { told: "changed", userId: typeof userId === "number" ? userId : null };
    case "pinCodeDeleted":
      // User 0 may mean all users or one.
      return { told: "deleted", userId: userId === 0 ? null : userId };
    case "masterCodeChanged": {
      // The master code of the lock is the administrator password, where they share a slot.
      const administrator = view.passwords.find((password) => password.id === administratorId);
      if (administrator === undefined || administrator.userId !== userId) return null;
      return { told: "changed", userId: administrator.userId ?? 0 };
    }
    case "rfidCodeAdded":
    case "rfidCodeDeleted":
    case "unknown":
      return null;
  }
}

function atKeypad(input: ProgrammingInput, edit: ToldEdit): Effects {
  const { view, time, code } = input;
  const { userId, told } = edit;
  const concerned = concernedSlots(view, userId);
  const isRepeated = concerned.some((slot) => mayBeRepeated(slot, time.nowMs));
  const isEcho = concerned.some((slot) => mayBeEcho(slot, time.nowMs));
  if (!isEcho && !isRepeated && userId !== null) {
    return withEventStamp(view, concerned, taken(input, edit), time.nowMs);
  }
  if (canRead(view)) {
    const slots = concerned
      .filter((slot) => !isNoNews(slot, told, code?.mark ?? null))
      .map((slot) => doubted(slot, told, isEcho));
    return withEventStamp(view, concerned, { slots }, time.nowMs);
  }
  const news = concerned.filter((slot) => !isNoNews(slot, told, code?.mark ?? null));
  const isTakenForEcho = (slot: SlotRecord) =>
    slot.holder !== null &&
    (slot.echoes ?? 0) >= rewriteLimit &&
    slot.content.kind !== "empty" &&
    !isAgainstWrite(slot, told);
  const echoes = news.filter(isTakenForEcho);
  // An answer under way is not outdated by what is taken for an echo: it would be written again without end.
  const toldAtMs = time.nowMs;
  const unconfirmed = echoes.map(
    (slot): SlotRecord => ({ ...slot, confidence: "unconfirmed", toldAtMs }),
  );
  const open = news.filter((slot) => !isTakenForEcho(slot));
  const slots = open.map((slot) => rewritten(slot, isEcho));
  const { slots: stamped = [], ...rest } = withEventStamp(view, open, { slots }, time.nowMs);
  return { ...rest, slots: [...stamped, ...unconfirmed] };
}

/** A write is under way, and the event does not look like one of it: its answer is not the last word. */
function isAgainstWrite({ mayDiffer, lastWrite }: SlotRecord, told: ToldEdit["told"]): boolean {
  if (!mayDiffer) return false;
  return told === "deleted" ? lastWrite === "set" : lastWrite === "clear";
}

/** Nothing can be read: what is wanted of the slot is written once more, and further events are taken for echoes. */
function rewritten(slot: SlotRecord, isEcho: boolean): SlotRecord {
  const echoes = (slot.echoes ?? 0) + (isEcho && slot.holder !== null ? 1 : 0);
  return { ...slot, content: { kind: "unknown" }, echoes };
}

/** What the lock tells is taken for a fact. */
function taken(input: ProgrammingInput, { told, userId }: ToldEdit): Effects {
  const { view, event, time, code, sealedFor, keypadEdits = "keep" } = input;
  const { userStatus, userType } = event;
  const fact = { view, nowMs: time.nowMs, code, sealedFor, userStatus, userType };
  if (userId === null || (told === "changed" && userId === "all")) return {};
  const effects =
    told === "deleted" || userId === "all"
      ? deletedAtKeypad(view, userId)
      : changedAtKeypad(fact, userId);
  const under = underPolicy(view, effects, keypadEdits);
  // A doubt from before is settled by it.
  return { ...under, slots: (under.slots ?? []).map((slot) => ({ ...slot, unprovenEdit: null })) };
}

/** The slots with a record that the event may be about. */
function concernedSlots({ slots }: LockView, userId: ToldEdit["userId"]): readonly SlotRecord[] {
  if (typeof userId !== "number") return [...slots.values()];
  const slot = slots.get(userId);
  return slot === undefined ? [] : [slot];
}

/** A write over the air, told by the lock: ours confirms what it accepted, another one puts the slot in doubt. */
function overTheAir({ view, event, code, time }: ProgrammingInput): Effects {
  if (typeof event.userId !== "number") return {};
  const mark = code?.mark ?? null;
  const slot = view.slots.get(event.userId);
  if (slot === undefined) return {};
  const confirmed = confirmedBy(event, { lock: view.lock, slot }, mark, time.nowMs);
  if (confirmed !== null) return { slots: [confirmed] };
  if (!canRead(view) || !contradicts(event, slot, mark)) return {};
  const told = event.code === "pinCodeDeleted" ? "deleted" : "changed";
  const doubt = doubted(slot, told, mayBeEcho(slot, time.nowMs));
  return withEventStamp(view, [slot], { slots: [doubt] }, time.nowMs);
}

function withProvenEvents(lock: LockRecord): LockRecord {
  if (lock.capabilities.programmingEvents === "yes") return lock;
  return { ...lock, capabilities: { ...lock.capabilities, programmingEvents: "yes" } };
}
