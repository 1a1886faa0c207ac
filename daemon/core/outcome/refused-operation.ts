import type { RefusalStatus } from "../model/door-lock.ts";
import type { Effects } from "../model/lock.ts";
import type { SlotRecord } from "../model/slot.ts";
import { acceptedWrite } from "./accepted-write.ts";
import {
  withAnswer,
  withoutFailedSetUserStatus,
  withoutSetPinCode,
  withoutSetUserStatus,
} from "./capability-evidence.ts";
import {
  clearFirstEffects,
  isDuplicateLeaving,
  mayHaveHadManagedCode,
  mayHoldDuplicateItself,
} from "./duplicate-code.ts";
import type { OutcomeInput } from "./outcome-input.ts";
import { rangeEnd } from "./range-end.ts";
import { failedOverwriteEffects, parkEffects, refusalEffects } from "./refusal.ts";

type Status = RefusalStatus | "unsupported";

/** Returns the effects of a refused operation. What the refusal means depends on the operation. */
export function refusedOperationEffects(input: OutcomeInput, status: Status): Effects {
  const { operation } = input;
  switch (operation.name) {
    case "getPinCode":
    case "getUserStatus":
      return refusedReadEffects(input, operation.name, status);
    case "setUserStatus":
      return refusedStatusEffects(input);
    case "clearPinCode":
      return refusedClearEffects(input, status);
    case "setPinCode":
      return operation.isJunk === true
        ? failedOverwriteEffects(input)
        : refusedSetEffects(input, status);
  }
}

function refusedReadEffects(
  input: OutcomeInput,
  name: "getPinCode" | "getUserStatus",
  status: Status,
): Effects {
  const { lock } = input;
  const { capabilities } = lock;
  if (status !== "unsupported") return unshownSlotEffects(input);
  if (name === "getPinCode") {
    return { lock: withAnswer(lock, { ...capabilities, pinReadBack: "silent" }) };
  }
  return { lock: withAnswer(lock, { ...capabilities, userStatus: "no", showsUserStatus: false }) };
}

/** The lock does not show the slot: it may have no such slot. */
function unshownSlotEffects(input: OutcomeInput): Effects {
  const end = rangeEnd(input);
  if (end === null) return refusalEffects(input, unreadSlot(input), "unsupported");
  const others = end.slots.slice(0, -1);
  const own = end.slots.at(-1) ?? unreadSlot(input);
  const effects = parkEffects({ ...input, lock: end.lock }, own, "full");
  return { ...effects, slots: [...others, ...(effects.slots ?? [])] };
}

function refusedStatusEffects(input: OutcomeInput): Effects {
  const { lock, slot } = input;
  // One bad answer does not disprove what was proved.
  if (lock.capabilities.userStatus === "yes") {
    return refusalEffects(withoutFailedSetUserStatus(input), unreadSlot(input), "refused");
  }
  return { lock: withAnswer(lock, withoutSetUserStatus(lock.capabilities)), slots: [slot] };
}

function refusedClearEffects(input: OutcomeInput, status: Status): Effects {
  const { lock, slot } = input;
  // There is nothing to clear: the answer to an earlier clear was lost.
  if (status === "notFound") {
    return { lock: withAnswer(lock, lock.capabilities), slots: [acceptedWrite(input)] };
  }
  // A refused clear enables nothing: a code that was seen disabled stays disabled.
  return refusalEffects(
    input,
    isSeenDisabled(slot) ? slot : unreadSlot(input),
    status === "unsupported" ? "unsupported" : "refused",
  );
}

function refusedSetEffects(input: OutcomeInput, status: Status): Effects {
  const { slot } = input;
  switch (status) {
    case "duplicateCode":
      return duplicateEffects(input);
    case "memoryFull":
      return mayHaveHadManagedCode(input)
        ? clearFirstEffects(input)
        : parkEffects(input, slot, "full");
    case "unsupported":
      return parkEffects(withoutSetPinCode(input), slot, "unsupported");
    default:
      return refusalEffects(input, slotAfterRefusedSet(input), "refused");
  }
}

function duplicateEffects(input: OutcomeInput): Effects {
  const { lock, slot, sent } = input;
  const isInSlot = slot.content.kind === "occupied" && slot.content.mark === sent.mark;
  if (isInSlot) {
    return { lock: withAnswer(lock, lock.capabilities), slots: [acceptedWrite(input)] };
  }
  if (mayHoldDuplicateItself(input)) return clearFirstEffects(input);
  if (isDuplicateLeaving(input)) return refusalEffects(input, slot, "duplicate");
  return parkEffects(input, slot, "duplicate");
}

function slotAfterRefusedSet(input: OutcomeInput): SlotRecord {
  const { content, confidence } = input.slot;
  // An event or an answer alone is no proof: the slot may still have latchd's code.
  const isSeenEmpty = content.kind === "empty" && confidence === "confirmed";
  const unread = unreadSlot(input);
  return isSeenEmpty ? { ...unread, attemptedRevision: 0 } : unread;
}

function unreadSlot({ slot }: OutcomeInput): SlotRecord {
  return { ...slot, content: { kind: "unknown" } };
}

function isSeenDisabled({ content, confidence }: SlotRecord): boolean {
  const isDisabled = content.kind === "occupied" && content.userStatus === "occupiedDisabled";
  return isDisabled && confidence === "confirmed";
}
