import { delay } from "../../../daemon/base/delay.ts";
import type { PinReadBack, UserId } from "../../../daemon/core/model/door-lock.ts";
import type { Outcome, PinReading } from "../../lock-driver.ts";
import type { LockLink } from "../operations/lock-link.ts";
import { requestTimeoutMs, twice } from "./provisioning.ts";

/** The scan ends after this many empty slots in a row: a lock of 250 would take minutes. */
const maxEmptyInRow = 5;
/** The scan ends after this many slots in all. */
const maxSlots = 250;
/** The scan ends after this many unanswered reads in a row. */
const maxFailuresInRow = 2;

export interface SlotRange {
  readonly firstUserId: UserId;
  readonly lastUserId: UserId;
  readonly spacingMs: number;
  readonly answersGetPinCode: boolean;
}

export interface ScanResult {
  readonly slots: ReadonlyMap<UserId, PinReading>;
  readonly pinReadBack: PinReadBack;
  /** Whether Get User Status works; false also if it was not needed. */
  readonly answersGetUserStatus: boolean;
  /** Whether the lock never answered Get PIN Code, not even with "unsupported command". */
  readonly isSilent: boolean;
}

/**
 * Reads the slots in order, starting with the first. If a lock does not answer Get PIN Code, the
 * gateway reads the status of its users instead; an occupied slot then has unknown digits.
 */
export async function scanSlots(link: LockLink, range: SlotRange): Promise<ScanResult> {
  let isSilent = false;
  if (range.answersGetPinCode) {
    const slots = new Map<UserId, PinReading>();
    const heard = await walk(range, slots, (userId) => readPin(link, userId));
    if (heard === "reading") {
      const pinReadBack = readBackOf(slots);
      return { slots, pinReadBack, answersGetUserStatus: false, isSilent: false };
    }
    isSilent = heard === "nothing";
  }
  const slots = new Map<UserId, PinReading>();
  const heard = await walk(range, slots, (userId) => readStatus(link, userId));
  return { slots, pinReadBack: "silent", answersGetUserStatus: heard === "reading", isSilent };
}

type SlotOutcome = Outcome<"getPinCode">;

/** The result of a read: a reading, only a refusal, or no answer. */
type Heard = "reading" | "refusal" | "nothing";

async function walk(
  range: SlotRange,
  slots: Map<UserId, PinReading>,
  read: (userId: UserId) => Promise<SlotOutcome>,
): Promise<Heard> {
  let isRefused = false;
  let emptyInRow = 0;
  let failuresInRow = 0;
  const last = Math.min(range.lastUserId, range.firstUserId + maxSlots - 1);
  for (let userId = range.firstUserId; userId <= last; userId++) {
    if (userId > range.firstUserId) await delay(range.spacingMs);
    const outcome = await read(userId);
    if (outcome.kind === "done") {
      slots.set(userId, outcome.reply);
      failuresInRow = 0;
      emptyInRow = outcome.reply.kind === "empty" ? emptyInRow + 1 : 0;
      if (emptyInRow === maxEmptyInRow) break;
      continue;
    }
    if (outcome.kind !== "unreachable") isRefused = true;
    // A lock that does not support the command will not support it for the next slot either.
    if (outcome.kind === "unsupported") break;
    failuresInRow++;
    if (failuresInRow === maxFailuresInRow) break;
  }
  if (slots.size > 0) return "reading";
  return isRefused ? "refusal" : "nothing";
}

function readPin(link: LockLink, userId: UserId): Promise<SlotOutcome> {
  const options = { deadlineMs: requestTimeoutMs };
  return twice(() => link.command({ name: "getPinCode", userId }, options));
}

async function readStatus(link: LockLink, userId: UserId): Promise<SlotOutcome> {
  const options = { deadlineMs: requestTimeoutMs };
  const outcome = await twice(() => link.command({ name: "getUserStatus", userId }, options));
  if (outcome.kind !== "done") return outcome;
  const userStatus = outcome.reply;
  const reading: PinReading =
    userStatus === "available"
      ? { kind: "empty" }
      : { kind: "occupied", pinCode: "masked", userStatus, userType: "unrestricted" };
  return { kind: "done", reply: reading };
}

/** Empty slots do not show how the lock would return a code. */
function readBackOf(slots: ReadonlyMap<UserId, PinReading>): PinReadBack {
  let isMasked = false;
  for (const reading of slots.values()) {
    if (reading.kind === "empty") continue;
    if (reading.pinCode !== "masked") return "readable";
    isMasked = true;
  }
  return isMasked ? "masked" : "unknown";
}
