import type { PasswordRecord } from "../model/password.ts";
import type { CodeMark } from "../model/sealed-code.ts";
import type { SlotRecord, UnprovenEdit } from "../model/slot.ts";
import type { Shown } from "./shown-slot-content.ts";

/** Returns the slot after a reported edit that only a read can prove. */
export function doubted(slot: SlotRecord, told: UnprovenEdit["told"], isEcho: boolean): SlotRecord {
  const { content } = slot;
  const earlier = slot.unprovenEdit ?? null;
  const mark = content.kind === "occupied" ? content.mark : null;
  const unprovenEdit: UnprovenEdit = {
    // A lock that hides its codes shows a deletion, but not that another code followed it.
    told: earlier?.told === "changed" ? "changed" : told,
    isEcho: isEcho || earlier?.isEcho === true,
    before: earlier?.before ?? content.kind,
    marks: earlier?.marks ?? (mark === null ? [] : [mark]),
  };
  return { ...slot, content: { kind: "unknown" }, unprovenEdit };
}

/** Says whether the event reports what is known: an empty slot was cleared, or the slot's own code was set. */
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

/** Returns the edit after an accepted write that was sent before the event: its result may be there or be gone. */
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
 * What a read that was sent after the event says of an unproven edit. `none`: it was an echo, or has been undone.
 * `undecided`: the lock hides its codes, so the code in the slot may be ours or another.
 */
export type Verdict = "none" | "deleted" | "changed" | "undecided";

/**
 * Compares what the lock shows with what the slot may hold without an edit. In a slot of which nothing was known, a
 * code of an earlier write of ours must not count as a person's code: it may be a revoked one.
 */
export function verdictOn(
  edit: UnprovenEdit,
  shown: Shown,
  { holder, slot }: { readonly holder: PasswordRecord | null; readonly slot: SlotRecord },
): Verdict {
  const { told, isEcho, before } = edit;
  if (shown.kind === "empty") {
    const isReported = before === "unknown" && told === "deleted" && !isEcho;
    return before === "occupied" || isReported ? "deleted" : "none";
  }
  if (shown.mark === null) {
    if (told === "deleted") return "none";
    return isEcho ? "undecided" : "changed";
  }
  return mayBeOurs(edit, shown.mark, { holder, slot }) ? "none" : "changed";
}

/** Says whether a write of ours explains the code that the slot shows. */
function mayBeOurs(
  { isEcho, before, marks }: UnprovenEdit,
  shownMark: CodeMark,
  { holder, slot }: { readonly holder: PasswordRecord | null; readonly slot: SlotRecord },
): boolean {
  const ours = [...marks, slot.sentMark, holder?.code?.mark];
  if (ours.includes(shownMark)) return true;
  const wasWritten = slot.attemptedRevision > 0 || slot.appliedRevision > 0;
  if (before === "unknown") return isEcho || wasWritten;
  const hasCode = holder !== null && holder.code !== null;
  return before === "occupied" && marks.length === 0 && hasCode;
}
