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

/** An edit of a PIN code that the lock reported. A `null` user id = the lock did not say which slot. */
interface ReportedEdit {
  readonly change: "deleted" | "changed";
  readonly userId: UserId | "all" | null;
}

/**
 * Returns the effects of a programming event. A write by radio (source rf) is judged by its own answer. An edit
 * at the keypad is a fact: it is recorded and published, and stays on the lock. If the event may be an echo of
 * latchd's own write, or a repetition, a read must prove it first.
 */
export function reduceProgrammingEvent(input: ProgrammingInput): Effects {
  const lock = withProvenEvents(input.view.lock);
  const view = { ...input.view, lock };
  const proven = lock === input.view.lock ? {} : { lock };
  if (input.event.source === "rf") return { ...proven, ...radioWriteEffects({ ...input, view }) };
  const edit = reportedEdit(input);
  if (edit === null) return proven;
  return keypadEffects({ ...input, view }, edit);
}

function reportedEdit({ event, view }: ProgrammingInput): ReportedEdit | null {
  const { code, userId } = event;
  // biome-ignore lint/nursery/useExhaustiveSwitchCases: the compiler checks that it is exhaustive; the linter does not understand Exclude and Extract.
  switch (code) {
    case "pinCodeAdded":
    case "pinCodeChanged":
      return { change: "changed", userId: typeof userId === "number" ? userId : null };
    case "pinCodeDeleted":
      // User 0 may mean all users or user 0.
      return { change: "deleted", userId: userId === 0 ? null : userId };
    case "masterCodeChanged": {
      // The lock's master code is the administrator password if both have the same slot.
      const administrator = view.passwords.find((password) => password.id === administratorId);
      if (administrator === undefined || administrator.userId !== userId) return null;
      return { change: "changed", userId: administrator.userId ?? 0 };
    }
    case "rfidCodeAdded":
    case "rfidCodeDeleted":
    case "unknown":
      return null;
  }
}

function keypadEffects(input: ProgrammingInput, edit: ReportedEdit): Effects {
  const { view, time, code } = input;
  const { userId, change } = edit;
  const concerned = concernedSlots(view, userId);
  const isRepeated = concerned.some((slot) => mayBeRepeated(slot, time.nowMs));
  const isEcho = concerned.some((slot) => mayBeEcho(slot, time.nowMs));
  if (!isEcho && !isRepeated && userId !== null) {
    return withEventStamp(view, concerned, factEffects(input, edit), time.nowMs);
  }
  if (canRead(view)) {
    const slots = concerned
      .filter((slot) => !isNoNews(slot, change, code?.mark ?? null))
      .map((slot) => doubted(slot, change, isEcho));
    return withEventStamp(view, concerned, { slots }, time.nowMs);
  }
  const news = concerned.filter((slot) => !isNoNews(slot, change, code?.mark ?? null));
  const isTakenForEcho = (slot: SlotRecord) =>
    slot.holder !== null &&
    (slot.echoes ?? 0) >= rewriteLimit &&
    slot.content.kind !== "empty" &&
    !isAgainstWrite(slot, change);
  const echoes = news.filter(isTakenForEcho);
  // An echo does not outdate an answer that is still to come: otherwise the code would be written without end.
  const toldAtMs = time.nowMs;
  const unconfirmed = echoes.map(
    (slot): SlotRecord => ({ ...slot, confidence: "unconfirmed", toldAtMs }),
  );
  const open = news.filter((slot) => !isTakenForEcho(slot));
  const slots = open.map((slot) => slotToRewrite(slot, isEcho));
  const { slots: stamped = [], ...rest } = withEventStamp(view, open, { slots }, time.nowMs);
  return { ...rest, slots: [...stamped, ...unconfirmed] };
}

/** Returns whether the event contradicts a write whose answer is still to come. */
function isAgainstWrite(
  { mayDiffer, lastWrite }: SlotRecord,
  change: ReportedEdit["change"],
): boolean {
  if (!mayDiffer) return false;
  return change === "deleted" ? lastWrite === "set" : lastWrite === "clear";
}

/**
 * Returns the slot so that the plan writes it once more, because this lock cannot be read. Further events count as
 * echoes.
 */
function slotToRewrite(slot: SlotRecord, isEcho: boolean): SlotRecord {
  const echoes = (slot.echoes ?? 0) + (isEcho && slot.holder !== null ? 1 : 0);
  return { ...slot, content: { kind: "unknown" }, echoes };
}

/** Returns the effects of an edit that certainly happened. */
function factEffects(input: ProgrammingInput, { change, userId }: ReportedEdit): Effects {
  const { view, event, time, code, sealedFor, keypadEdits = "keep" } = input;
  const { userStatus, userType } = event;
  const fact = { view, nowMs: time.nowMs, code, sealedFor, userStatus, userType };
  if (userId === null || (change === "changed" && userId === "all")) return {};
  const effects =
    change === "deleted" || userId === "all"
      ? deletedAtKeypad(view, userId)
      : changedAtKeypad(fact, userId);
  const under = underPolicy(view, effects, keypadEdits);
  // A fact resolves an earlier doubt.
  return { ...under, slots: (under.slots ?? []).map((slot) => ({ ...slot, unprovenEdit: null })) };
}

/** Returns the stored slots that the event may concern. */
function concernedSlots(
  { slots }: LockView,
  userId: ReportedEdit["userId"],
): readonly SlotRecord[] {
  if (typeof userId !== "number") return [...slots.values()];
  const slot = slots.get(userId);
  return slot === undefined ? [] : [slot];
}

/** Returns the effects of a write by radio: latchd's own confirms the slot, another one puts it in doubt. */
function radioWriteEffects({ view, event, code, time }: ProgrammingInput): Effects {
  if (typeof event.userId !== "number") return {};
  const mark = code?.mark ?? null;
  const slot = view.slots.get(event.userId);
  if (slot === undefined) return {};
  const confirmed = confirmedBy(event, { lock: view.lock, slot }, mark, time.nowMs);
  if (confirmed !== null) return { slots: [confirmed] };
  if (!canRead(view) || !contradicts(event, slot, mark)) return {};
  const change = event.code === "pinCodeDeleted" ? "deleted" : "changed";
  const doubt = doubted(slot, change, mayBeEcho(slot, time.nowMs));
  return withEventStamp(view, [slot], { slots: [doubt] }, time.nowMs);
}

function withProvenEvents(lock: LockRecord): LockRecord {
  if (lock.capabilities.programmingEvents === "yes") return lock;
  return { ...lock, capabilities: { ...lock.capabilities, programmingEvents: "yes" } };
}
