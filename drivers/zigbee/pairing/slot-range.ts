/** Which user ids of a lock latchd may give to passwords, and which it only reads. */
import type { Basis, Capabilities, Proven, UserId } from "../../../daemon/core/model/door-lock.ts";
import type { PinReading } from "../../lock-driver.ts";
import type { LockLink } from "../operations/lock-link.ts";
import type { Quirks } from "../quirks/quirk-model.ts";
import { type ScanResult, scanSlots } from "./slot-scan.ts";

/**
 * Slots of a lock that does not report their number (0x0012 is optional) but shows their content,
 * or answers nothing about them. The ZCL's default is 0, with which a lock that takes codes would
 * get none.
 */
const assumedPinUsers = 10;

type SlotIds = Pick<Capabilities, "pinUsers" | "firstUserId" | "lastUserId" | "peoplesFirstUserId">;

export interface FoundSlots extends Pick<ScanResult, "pinReadBack"> {
  readonly basis: Basis;
  /** `no`: the lock answers nothing about its slots. */
  readonly userStatus: Extract<Proven, "unknown" | "no">;
  readonly range: SlotIds;
  readonly slots: ReadonlyMap<UserId, PinReading>;
}

/**
 * Reads the slots and derives the range from the answers. If the lock does not have the first id of
 * the model's table, its own numbering counts. Ids below the first one are the codes of people at
 * the door: the gateway reads them and never assigns them.
 * @param told numOfPinUsersSupported (0x0012); null = not reported
 */
export async function findSlots(
  link: LockLink,
  reported: number | null,
  quirks: Quirks,
): Promise<FoundSlots> {
  const manner = { spacingMs: quirks.spacingMs, answersGetPinCode: quirks.answersGetPinCode };
  const range = rangeOf(reported ?? quirks.pinUsersAtMost ?? assumedPinUsers, quirks);
  const { peoplesFirstUserId } = range;
  const own = await scanSlots(link, { ...range, ...manner });
  const basis = reported !== null ? "lock" : quirks.pinUsersAtMost !== null ? "model" : "assumed";
  if (peoplesFirstUserId === undefined) {
    const isUnseen = basis === "assumed" && own.slots.size === 0;
    // Silence is not a refusal. The first code that is set will show whether the lock takes codes.
    if (isUnseen && own.isSilent) return { ...own, range, basis, userStatus: "no" };
    return { ...own, range: isUnseen ? rangeOf(0, quirks) : range, basis, userStatus: "unknown" };
  }
  const below = { firstUserId: peoplesFirstUserId, lastUserId: range.firstUserId - 1 };
  const peoples = await scanSlots(link, { ...below, ...manner });
  const slots = new Map([...peoples.slots, ...own.slots]);
  const pinReadBack = own.pinReadBack === "unknown" ? peoples.pinReadBack : own.pinReadBack;
  // The lock answers only for the low ids, so it has no others.
  if (own.slots.size === 0 && peoples.slots.size > 0) {
    const low = lowRange(range, peoplesFirstUserId);
    const { pinReadBack } = peoples;
    return { slots, pinReadBack, range: low, basis, userStatus: "unknown" };
  }
  return { slots, pinReadBack, range, basis, userStatus: "unknown" };
}

/**
 * Returns the number of slots and the ids that may be used. Slot 0 is left to the vendors' master
 * codes.
 */
export function rangeOf(reported: number, quirks: Quirks): SlotIds {
  const pinUsers = Math.min(reported, quirks.pinUsersAtMost ?? reported);
  const peoplesFirst = quirks.peoplesFirstUserId;
  // Ids start at 1 if the lock has fewer slots than the model's first id.
  const isBeyond = quirks.firstUserId > Math.max(pinUsers, 1);
  const firstUserId = isBeyond ? 1 : quirks.firstUserId;
  if (pinUsers === 0) return { pinUsers, firstUserId, lastUserId: firstUserId - 1 };
  const lastUserId = Math.max(
    firstUserId,
    Math.min(quirks.lastUserId ?? pinUsers - 1, pinUsers - 1),
  );
  const isSplit = peoplesFirst !== null && peoplesFirst < firstUserId;
  return isSplit
    ? { pinUsers, firstUserId, lastUserId, peoplesFirstUserId: peoplesFirst }
    : { pinUsers, firstUserId, lastUserId };
}

function lowRange({ pinUsers, firstUserId }: SlotIds, peoplesFirst: UserId): SlotIds {
  return { pinUsers, firstUserId: peoplesFirst, lastUserId: firstUserId - 1 };
}
