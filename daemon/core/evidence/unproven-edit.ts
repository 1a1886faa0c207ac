import type { PasswordRecord } from "../model/password.ts";
import type { CodeMark } from "../model/sealed-code.ts";
import type { SlotRecord, UnprovenEdit } from "../model/slot.ts";
import type { Shown } from "./slot-content-shown.ts";

/** The slot once an edit of it was told that only a read can prove. */
export function doubted(slot: SlotRecord, told: UnprovenEdit["told"], isEcho: boolean): SlotRecord {
  const { content } = slot;
  const earlier = slot.unprovenEdit ?? null;
  const mark = content.kind === "occupied" ? content.mark : null;
  const unprovenEdit: UnprovenEdit = {
    // A lock that hides its codes shows a deletion, but not that another code came after it.
    told: earlier?.told === "changed" ? "changed" : told,
    isEcho: isEcho || earlier?.isEcho === true,
    before: earlier?.before ?? content.kind,
    marks: earlier?.marks ?? (mark === null ? [] : [mark]),
  };
  return { ...slot, content: { kind: "unknown" }, unprovenEdit };
}

/** Says whether the event tells what is known: an empty slot emptied, or the code that is in there. */
export function isNoNews(
  { content, mayDiffer }: SlotRecord,
  told: UnprovenEdit["told"],
  mark: CodeMark | null,
): boolean {
  if (mayDiffer) return false;
  if (told === "deleted") return content.kind === "empty";
  if (content.kind !== "occupied" || mark === null) return false;
  return content.mark === mark && content.userStatus === "occupiedEnabled";
}

/** A write was accepted that was asked before the event: what it made of the slot may be there, or be gone again. */
export function afterOlderWrite(
  edit: UnprovenEdit,
  made: { readonly kind: "empty" } | { readonly kind: "occupied"; readonly mark: CodeMark | null },
): UnprovenEdit {
  if (made.kind === "empty") return { ...edit, before: "empty" };
  const marks = edit.marks.filter((mark) => mark !== made.mark);
  return {
    ...edit,
    before: "occupied",
    marks: made.mark === null ? edit.marks : [...marks.slice(-1), made.mark],
  };
}

/**
 * What a read, asked after the event, says of an unproven edit. `none`: it was an echo, or has been undone.
 * `undecided`: the lock hides its codes, so that the code in the slot may be ours or another.
 */
export type Verdict = "none" | "deleted" | "changed" | "undecided";

/**
 * Judges what the lock shows by what the slot may have held without an edit. In a slot of which nothing was
 * known, a code of an earlier write of ours must not be taken for a person's: it may be a revoked one.
 */
export function verdictOn(
  edit: UnprovenEdit,
  shown: Shown,
  { holder, slot }: { readonly holder: PasswordRecord | null; readonly slot: SlotRecord },
): Verdict {
  const { told, isEcho, before, marks } = edit;
  if (shown.kind === "empty") {
    const isTold = before === "unknown" && told === "deleted" && !isEcho;
    return before === "occupied" || isTold ? "deleted" : "none";
  }
  if (shown.mark === null) {
    if (told === "deleted") return "none";
    return isEcho ? "undecided" : "changed";
  }
  const ours = [...marks, slot.sentMark, holder?.code?.mark];
  if (ours.includes(shown.mark)) return "none";
  const mayBeOurs = slot.attemptedRevision > 0 || slot.appliedRevision > 0;
  const isUnsure = before === "unknown" && (isEcho || mayBeOurs);
  const isWanted = holder !== null && holder.code !== null;
  const isFirstSight = before === "occupied" && marks.length === 0 && isWanted;
  return isUnsure || isFirstSight ? "none" : "changed";
}
