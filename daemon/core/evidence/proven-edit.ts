import { changedAtKeypad, deletedAtKeypad, underPolicy } from "../keypad/keypad-fact.ts";
import type { Effects, LockView } from "../model/lock.ts";
import type { SlotContent, SlotRecord, UnprovenEdit } from "../model/slot.ts";
import type { OutcomeInput } from "../outcome/outcome-input.ts";
import { rewriteLimit } from "./event-sequence.ts";
import type { Shown } from "./shown-slot-content.ts";
import { verdictOn } from "./unproven-edit.ts";

/** Returns what the slot holds if nobody has edited it, as far as a lock that hides its codes shows it. */
export function expected({ marks, before }: UnprovenEdit): SlotContent {
  const mark = marks.at(-1) ?? null;
  if (before !== "occupied" || mark === null) return { kind: "unknown" };
  return { kind: "occupied", mark, userStatus: "occupiedEnabled", userType: "unrestricted" };
}

/**
 * Returns the effects of a read that proves an edit, or that shows that no read can decide it. Null = there was no
 * edit, and the read counts like any other.
 * @param read.base the slot as the lock showed it
 */
export function provenEdit(
  input: OutcomeInput,
  edit: UnprovenEdit,
  read: { readonly shown: Shown; readonly base: SlotRecord },
): Effects | null {
  const { lock, slot, holder, nowMs, outcome, view, keypadEdits = "keep" } = input;
  const { shown, base } = read;
  const verdict = verdictOn(edit, shown, { holder, slot });
  if (verdict === "none" || view === undefined) return null;
  if (verdict === "undecided") return { lock, slots: [undecided(slot, base)] };
  const before: LockView = { ...view, lock, slots: withSlot(view, contentBefore(slot, edit)) };
  const edited = outcome.kind === "read" ? outcome.edited : undefined;
  const effects =
    verdict === "deleted"
      ? deletedAtKeypad(before, slot.userId)
      : changedAtKeypad(
          {
            view: before,
            nowMs,
            code: edited?.code ?? null,
            sealedFor: edited?.sealedFor ?? "",
            userStatus: shown.kind === "occupied" ? shown.userStatus : null,
            userType: shown.kind === "occupied" ? shown.userType : null,
          },
          slot.userId,
        );
  const under = underPolicy(before, effects, keypadEdits);
  const slots = (under.slots ?? []).map(
    (one): SlotRecord => ({
      ...one,
      confidence: "confirmed",
      verifiedAtMs: nowMs,
      mayDiffer: false,
      unprovenEdit: null,
    }),
  );
  return { lock, ...under, slots };
}

/**
 * Marks a code of ours that may have been replaced to be set again, which leaves no doubt. If the lock then reports an
 * edit again, it echoes every write, and the code stays unconfirmed.
 */
function undecided(slot: SlotRecord, base: SlotRecord): SlotRecord {
  const echoes = (slot.echoes ?? 0) + 1;
  const { content } = base;
  const isRewritten = echoes <= rewriteLimit && content.kind === "occupied";
  return {
    ...base,
    content: isRewritten ? { ...content, mark: null } : content,
    confidence: "unconfirmed",
    echoes,
  };
}

function contentBefore(slot: SlotRecord, { before, marks }: UnprovenEdit): SlotRecord {
  switch (before) {
    case "empty":
    case "unknown":
      return { ...slot, content: { kind: before }, unprovenEdit: null };
    case "occupied": {
      const mark = marks.at(-1) ?? null;
      const user = { userStatus: "occupiedEnabled", userType: "unrestricted" } as const;
      return { ...slot, content: { kind: "occupied", mark, ...user }, unprovenEdit: null };
    }
  }
}

function withSlot({ slots }: LockView, slot: SlotRecord): LockView["slots"] {
  return new Map(slots).set(slot.userId, slot);
}
