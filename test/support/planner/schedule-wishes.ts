import fc from "fast-check";
import type { Window } from "../../../daemon/core/model/window.ts";
import type { ScheduleHabits } from "../radio/scheduled-lock.ts";

/** The desired states of a lock with schedules, the behaviour of the lock, and the events that can happen. */

export const scheduleZone = "Europe/Berlin";
export const walkStartMs = Date.UTC(2026, 10, 23, 12);
const hourMs = 3_600_000;
/** A walk does not wait for anything later. */
export const walkEndMs = walkStartMs + 12 * 24 * hourMs;

/** What happens at one step of a walk. */
export type Luck =
  | "ok"
  | "lostBefore"
  | "lostAfter"
  | "clockGoes"
  | "clockComes"
  | "changed"
  | "recoded"
  | "refused"
  | "restart";

export const someWindows: fc.Arbitrary<Window> = fc.oneof(
  fc.constant({ beginMs: null, endMs: null, weekly: null }),
  fc
    .tuple(fc.integer({ min: -5, max: 150 }), fc.integer({ min: 6, max: 60 }))
    .map(([begin, hours]) => ({
      beginMs: walkStartMs + begin * hourMs,
      endMs: walkStartMs + (begin + hours) * hourMs,
      weekly: null,
    })),
  fc
    .tuple(
      fc.integer({ min: 1, max: 127 }),
      fc.integer({ min: 0, max: 1439 }),
      fc.integer({ min: 1, max: 1440 }),
    )
    .filter(([, from, to]) => from !== to)
    .chain(([daysMask, startMinute, endMinute]) =>
      fc.record({
        // Some weeks have dates as well.
        beginMs: fc.constantFrom(null, null, walkStartMs - hourMs, walkStartMs + 30 * hourMs),
        endMs: fc.constantFrom(null, null, walkStartMs + 215 * hourMs),
        weekly: fc.constant({ daysMask, startMinute, endMinute, timeZone: scheduleZone }),
      }),
    ),
);

export const someHabits: fc.Arbitrary<ScheduleHabits> = fc.record({
  setPinDropsSchedules: fc.boolean(),
  setPinKeepsUserType: fc.boolean(),
  tellsOwnWrites: fc.boolean(),
  scheduleSetsUserType: fc.boolean(),
  keepsSchedulesOnClear: fc.boolean(),
  bringsSchedules: fc.boolean(),
  refusesSeveralDays: fc.boolean(),
  refusesSome: fc.boolean(),
  refusesSetUserType: fc.oneof(fc.constant(false), fc.boolean()),
  refusesSchedules: fc.oneof(fc.constant(false), fc.boolean()),
});

export const someLucks = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.constant<Luck>("ok") },
    {
      weight: 4,
      arbitrary: fc.constantFrom<Luck>(
        "lostBefore",
        "lostAfter",
        "clockGoes",
        "clockComes",
        "changed",
        "recoded",
        "refused",
        "refused",
        "restart",
      ),
    },
  ),
  { maxLength: 40 },
);

/** A lock that does what the ZCL says. */
export const lawfulHabits: ScheduleHabits = {
  setPinDropsSchedules: true,
  setPinKeepsUserType: false,
  tellsOwnWrites: false,
  scheduleSetsUserType: false,
  keepsSchedulesOnClear: true,
  bringsSchedules: false,
  refusesSeveralDays: false,
  refusesSome: false,
  refusesSetUserType: false,
  refusesSchedules: false,
};
