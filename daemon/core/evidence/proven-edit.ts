import { changedAtKeypad, deletedAtKeypad, underPolicy } from "../keypad/keypad-fact.ts";
import type { Effects, LockView } from "../model/lock.ts";
import type { SlotContent, SlotRecord, UnprovenEdit } from "../model/slot.ts";
import type { OutcomeInput } from "../outcome/outcome-input.ts";
import { rewriteLimit } from "./event-sequence.ts";
import type { Shown } from "./slot-content-shown.ts";
import { verdictOn } from "./unproven-edit.ts";

/** What the slot holds if nobody has edited it, as far as a lock that hides its codes lets it be known. */
export function expected({ marks, before }: UnprovenEdit): SlotContent {
  const mark = marks.at(-1) ?? null;
  if (before !== "occupied" || mark === null) return { kind: "unknown" };
  return { kind: "occupied", mark, userStatus: "occupiedEnabled", userType: "unrestricted" };
}

/**
 * The effects of a read that proves an edit, or shows that no read can decide it; null = there was none, and
 * what was read counts like any other read.
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
 * A code of ours may have been replaced: it is set once more, which leaves no doubt. If the lock tells an edit
 * again, it is taken to echo every write: the code stays unconfirmed.
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
