import fc from "fast-check";
import { wantedSchedules } from "../../../daemon/core/enforcement/slot-enforcement.ts";
import type { LockSchedules, SlotEnforcement } from "../../../daemon/core/model/enforcement.ts";
import type { LockView } from "../../../daemon/core/model/lock.ts";
import { administratorId, type PasswordRecord } from "../../../daemon/core/model/password.ts";
import type { SlotRecord } from "../../../daemon/core/model/slot.ts";
import type { Window } from "../../../daemon/core/model/window.ts";
import type { PlanInput } from "../../../daemon/core/plan/plan-work.ts";
import { aCode, aPassword, aSlot, aView, someCapabilities } from "../records.ts";

/** One password of a lock at one moment, with another password beside it. */
export interface RandomSituation {
  readonly input: PlanInput;
  readonly password: PasswordRecord;
  /** Its slot; null = it has none. */
  readonly slot: SlotRecord | null;
}

const zone = "Europe/Berlin";
const nowMs = Date.UTC(2026, 5, 10, 12);
const minuteMs = 60_000;
const hourMs = 3_600_000;

const permanent: Window = { beginMs: null, endMs: null, weekly: null };
const windows = {
  permanent,
  open: { beginMs: nowMs - hourMs, endMs: nowMs + hourMs, weekly: null },
  soon: { beginMs: nowMs + 5 * minuteMs, endMs: nowMs + hourMs, weekly: null },
  near: { beginMs: nowMs + hourMs, endMs: nowMs + 2 * hourMs, weekly: null },
  far: { beginMs: nowMs + 1000 * hourMs, endMs: nowMs + 1001 * hourMs, weekly: null },
  over: { beginMs: nowMs - 2 * hourMs, endMs: nowMs - hourMs, weekly: null },
  // Open in the morning only; it is 14:00 in Berlin.
  week: {
    ...permanent,
    weekly: { daysMask: 0x7f, startMinute: 480, endMinute: 540, timeZone: zone },
  },
} satisfies Record<string, Window>;

const someLock = fc.record({
  userStatus: fc.constantFrom("yes", "no", "unknown"),
  setsPinCodes: fc.constantFrom("unknown", "unknown", "no"),
  pinReadBack: fc.constantFrom("readable", "readable", "silent"),
  schedulesPerUser: fc.constantFrom(0, 7),
  setsUserType: fc.constantFrom("yes", "no", "unknown"),
  isFull: fc.boolean(),
} as const);

const somePassword = fc.record({
  window: fc.constantFrom<keyof typeof windows>(
    "permanent",
    "open",
    "soon",
    "near",
    "near",
    "near",
    "far",
    "over",
    "week",
  ),
  isOfGrant: fc.boolean(),
  hasSlot: fc.constantFrom(true, true, true, true, true, true, true, false),
  hasDigits: fc.constantFrom(true, true, true, false),
  isFrozen: fc.constantFrom(false, false, false, true),
  isDeleted: fc.constantFrom(false, false, false, false, true),
  isAdministrator: fc.constantFrom(false, false, false, true),
  stage: fc.constantFrom("inProgress", "done", "failed", "lost"),
} as const);

const someSlot = fc.record({
  kind: fc.constantFrom("unknown", "empty", "occupied", "occupied", "occupied"),
  mark: fc.constantFrom("own", "own", "own", "old", "random", "others", null),
  userStatus: fc.constantFrom("occupiedEnabled", "occupiedEnabled", "occupiedDisabled"),
  userType: fc.constantFrom("unrestricted", "yearDay", "weekDay"),
  confidence: fc.constantFrom("confirmed", "confirmed", "unconfirmed"),
  holder: fc.constantFrom(true, true, true, true, true, false),
  isParked: fc.constantFrom(false, false, false, true),
  retryAtMs: fc.constantFrom(null, null, null, nowMs - 1, nowMs + 1),
  refusals: fc.constantFrom(0, 0, 0, 0, 1, 2, 3, 4, 5),
  attemptedRevision: fc.constantFrom(0, 1, 2, 2),
  appliedRevision: fc.constantFrom(0, 1, 2, 2),
  verifiedAtMs: fc.constantFrom(null, nowMs - 1, nowMs - 2 * minuteMs),
  overwrite: fc.constantFrom(null, null, "due"),
  echoes: fc.constantFrom(0, 0, 0, 2),
  /** Whether nothing is in doubt or refused, and the activity is completed. */
  isCalm: fc.boolean(),
  enforcement: fc.constantFrom("none", "none", "held", "held", "programming", "refused"),
} as const);

/** Situations of every kind that the records can express, also those that no lock causes. */
export const randomSituations: fc.Arbitrary<RandomSituation> = fc
  .record({
    lock: someLock,
    wish: somePassword,
    slot: someSlot,
    state: fc.constantFrom("synced", "synced", "synced", "lost"),
    isSuspended: fc.constantFrom(false, false, false, true),
  } as const)
  .map(({ lock: ability, wish, slot: content, state, isSuspended }) => {
    const password = content.isCalm ? { ...passwordOf(wish), ...calmPassword } : passwordOf(wish);
    const lockView = viewOf(ability);
    const enforced = { ...password, isFrozen: false, isDeleted: false };
    const schedules = wantedSchedules(enforced, lockView.lock, { timeZone: zone, nowMs });
    const slot = wish.hasSlot ? slotOf(content, password, schedules) : null;
    const slots = new Map(lockView.slots);
    if (slot !== null) slots.set(slot.userId, slot);
    const neighbour = aPassword({ id: 5, userId: 5, code: aCode("others") });
    const view = { ...lockView, slots, passwords: [password, neighbour] };
    const input: PlanInput = {
      view,
      time: { nowMs, state },
      blockedUntilMs: null,
      timeZone: zone,
      ...(isSuspended ? { suspendedThroughMs: nowMs } : {}),
    };
    return { input, password, slot };
  });

const calmPassword = { operationStage: "done", failure: null } as const;
const calmSlot = {
  confidence: "confirmed",
  refusals: 0,
  retryAtMs: null,
  attemptedRevision: 2,
  appliedRevision: 2,
} as const;

type Values<A> = A extends fc.Arbitrary<infer V> ? V : never;

function passwordOf(wish: Values<typeof somePassword>): PasswordRecord {
  const { isAdministrator, stage } = wish;
  const isLost = stage === "lost";
  const refusal = wish.hasSlot ? "refused" : "full";
  return aPassword({
    id: isAdministrator ? administratorId : 1,
    userId: wish.hasSlot ? 1 : null,
    code: wish.hasDigits ? aCode("own") : null,
    revision: 2,
    window: isAdministrator ? permanent : windows[wish.window],
    isFrozen: !isAdministrator && wish.isFrozen,
    isDeleted: !isAdministrator && wish.isDeleted,
    operationStage: isLost ? "failed" : stage,
    failure: isLost ? "lost" : stage === "failed" ? refusal : null,
    ...(wish.isOfGrant ? { grant: "grant-1" } : {}),
  });
}

function viewOf(ability: Values<typeof someLock>): LockView {
  const { userStatus, setsPinCodes, pinReadBack, schedulesPerUser, setsUserType } = ability;
  const capabilities = someCapabilities({
    userStatus,
    pinReadBack,
    ...(setsPinCodes === "no" ? { setsPinCodes } : {}),
    // A silent lock may show nothing at all.
    ...(pinReadBack === "silent" ? { showsUserStatus: false } : {}),
    lastUserId: ability.isFull ? 0 : 9,
    yearDaySchedulesPerUser: schedulesPerUser,
    weekDaySchedulesPerUser: schedulesPerUser,
    clock: "server",
  });
  const lockClock = {
    state: "healthy",
    driftSeconds: 0,
    measuredAtMs: nowMs - minuteMs,
    writtenAtMs: nowMs - minuteMs,
    writtenOffsetSeconds: 7200,
  } as const;
  const plain = aView({ lock: { capabilities, lockClock } });
  return {
    ...plain,
    lock: { ...plain.lock, scheduling: { ...plain.lock.scheduling, setsUserType } },
  };
}

function slotOf(
  some: Values<typeof someSlot>,
  password: PasswordRecord,
  schedules: LockSchedules | null,
): SlotRecord {
  const { kind, mark, userStatus, isParked, isCalm, holder, enforcement, ...rest } = some;
  const isOwnType = enforcement === "held" && schedules !== null;
  const userType = isOwnType ? schedules.userType : some.userType;
  return aSlot({
    ...rest,
    userId: 1,
    holder: holder ? password.id : 7,
    content: kind === "occupied" ? { kind, mark, userStatus, userType } : { kind },
    parkedRevision: isParked ? password.revision : null,
    ...(isCalm ? { ...calmSlot, parkedRevision: null } : {}),
    junkMark: "random",
    guard: enforcementOf(enforcement, schedules),
  });
}

function enforcementOf(
  kind: SlotEnforcement["kind"],
  schedules: LockSchedules | null,
): SlotEnforcement {
  if (kind === "none" || schedules === null) return { kind: "none" };
  return kind === "programming" ? { kind, schedules, stepsDone: 1 } : { kind, schedules };
}
