import type { EventEntry } from "../model/journal.ts";
import type { PasswordRecord } from "../model/password.ts";
import type { SlotContent, SlotRecord } from "../model/slot.ts";

/**
 * Returns `slotDrift` if a slot with confirmed content holds something else without an event, or if a slot of which
 * nothing was known, and that no password has, holds a code.
 * @param shown the slot as the lock shows it now
 */
export function driftOf(
  known: SlotRecord,
  shown: SlotRecord,
  holder: PasswordRecord | null,
): readonly EventEntry[] {
  if (!isFirstSight(known, shown) && !isChange(known, shown)) return [];
  const detail = {
    user_id: known.userId,
    password_id: holder?.id ?? null,
    expected: contentName(known.content),
    found: isOtherCode(known.content, shown.content) ? "otherCode" : contentName(shown.content),
  };
  return [{ kind: "event", event: "slotDrift", lock: known.lock, detail }];
}

function isFirstSight({ holder, content, localEdit }: SlotRecord, shown: SlotRecord): boolean {
  const isUnassigned = holder === null && localEdit === null && content.kind === "unknown";
  return isUnassigned && shown.content.kind === "occupied";
}

function isChange(known: SlotRecord, shown: SlotRecord): boolean {
  const isSure = known.confidence === "confirmed" && !known.mayDiffer && known.localEdit === null;
  return isSure && known.content.kind !== "unknown" && !isAlike(known.content, shown.content);
}

function isAlike(known: SlotContent, shown: SlotContent): boolean {
  if (known.kind !== "occupied" || shown.kind !== "occupied") return known.kind === shown.kind;
  return known.userStatus === shown.userStatus && !isOtherCode(known, shown);
}

/** Says whether both marks are known and differ. */
function isOtherCode(known: SlotContent, shown: SlotContent): boolean {
  if (known.kind !== "occupied" || shown.kind !== "occupied") return false;
  return known.mark !== null && shown.mark !== null && known.mark !== shown.mark;
}

function contentName(content: SlotContent): string {
  if (content.kind !== "occupied") return content.kind;
  return content.userStatus === "occupiedEnabled" ? "enabled" : "disabled";
}
