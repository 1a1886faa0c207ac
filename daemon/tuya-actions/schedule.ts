import Type, { type Static } from "typebox";
import { Check } from "typebox/value";
import type { Json, JsonObject } from "../base/json.ts";
import { dayNames, weeklyFields } from "../commands/schema/window-fields.ts";
import { GatewayError } from "../core/model/errors.ts";
import type { WeeklySchedule } from "../core/model/window.ts";
import type { ActionPorts, WorkingDayOrder } from "./ports.ts";

/** Settings for reading a schedule. */
export type SchedulePorts = Pick<ActionPorts, "timeZone" | "workingDay">;

/** A weekly schedule with the fields of the commands. */
export interface GivenWeekly {
  days: (typeof dayNames)[number][];
  start_minute: number;
  end_minute: number;
  time_zone: string;
}

const minutesPerDay = 1440;
/** More stretches than a week has hours are an error. */
const maxStretches = 168;

const stretch = Type.Object(
  {
    allDay: Type.Optional(Type.Boolean()),
    effectiveTime: Type.Optional(Type.Integer({ minimum: 0, maximum: minutesPerDay })),
    invalidTime: Type.Optional(Type.Integer({ minimum: 0, maximum: minutesPerDay })),
    timeZoneId: Type.Optional(Type.String({ maxLength: 64 })),
    workingDay: Type.Integer({ minimum: 1, maximum: 127 }),
  },
  { additionalProperties: false },
);

const stretches = Type.Array(stretch, { maxItems: maxStretches });

/** `schedule`: a list, or the JSON text of one. */
export const schedule = Type.Union([Type.String({ maxLength: 16_384 }), stretches], {
  description:
    "list of {allDay, effectiveTime, invalidTime (minutes from midnight), timeZoneId, workingDay (bit 0 Sunday … bit 6 Saturday; the other way round with actions.working_day: sunday_highest)}, or its JSON text",
});

/**
 * Returns a schedule with the fields of the commands; null for an empty one, which never limits the password.
 * @throws GatewayError `badParameters`, `unsupported` for more than one stretch a day.
 */
export function weeklyOf(given: Static<typeof schedule>, ports: SchedulePorts): GivenWeekly | null {
  const list = listOf(given);
  const [first] = list;
  if (first === undefined) return null;
  const weeks = list.map((one) => oneOf(one, ports));
  const [{ start_minute, end_minute, time_zone }] = [oneOf(first, ports)];
  const isOne = weeks.every(
    (one) =>
      one.start_minute === start_minute &&
      one.end_minute === end_minute &&
      one.time_zone === time_zone,
  );
  if (!isOne) {
    const text = "schedule: a password has the same hours on all its days here";
    throw new GatewayError("unsupported", text, { field: "schedule" });
  }
  const chosen = new Set(weeks.flatMap((one) => one.days));
  return { days: dayNames.filter((day) => chosen.has(day)), start_minute, end_minute, time_zone };
}

function listOf(given: Static<typeof schedule>): Static<typeof stretches> {
  if (typeof given !== "string") return given;
  if (given.trim() === "") return [];
  const list = parsed(given);
  if (Check(stretches, list)) return list;
  const text =
    "schedule: must be a list of {allDay, effectiveTime, invalidTime, timeZoneId, workingDay}";
  throw new GatewayError("badParameters", text, { field: "schedule" });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const detail = "schedule: is not JSON";
    throw new GatewayError("badParameters", detail, { field: "schedule", cause });
  }
}

function oneOf(one: Static<typeof stretch>, ports: SchedulePorts): GivenWeekly {
  const isAllDay = one.allDay === true;
  const end = isAllDay ? minutesPerDay : (one.invalidTime ?? minutesPerDay);
  const start = isAllDay ? 0 : (one.effectiveTime ?? 0);
  if (start === minutesPerDay) {
    const text = "schedule: effectiveTime must be below 1440";
    throw new GatewayError("badParameters", text, { field: "schedule" });
  }
  return {
    days: dayNames.filter((_, day) => (one.workingDay & bitOf(day, ports.workingDay)) !== 0),
    start_minute: start,
    // Midnight counts as the end of the day.
    end_minute: end === 0 ? minutesPerDay : end,
    time_zone:
      one.timeZoneId === undefined || one.timeZoneId === "" ? ports.timeZone : one.timeZoneId,
  };
}

/** Returns the `scheduleList` of a password's record. */
export function scheduleList(
  weekly: WeeklySchedule | null,
  order: WorkingDayOrder,
): readonly Json[] {
  return weekly === null ? [] : [stretchFields(weekly, order)];
}

/** Returns the bit of a day. @param day 0 Sunday … 6 Saturday */
function bitOf(day: number, order: WorkingDayOrder): number {
  return 1 << (order === "sunday_lowest" ? day : 6 - day);
}

function stretchFields(weekly: WeeklySchedule, order: WorkingDayOrder): JsonObject {
  const { startMinute, endMinute, timeZone } = weekly;
  const chosen = new Set<string>(weeklyFields(weekly).days);
  const workingDay = dayNames.reduce(
    (mask, name, day) => mask | (chosen.has(name) ? bitOf(day, order) : 0),
    0,
  );
  return {
    allDay: startMinute === 0 && endMinute === minutesPerDay,
    effectiveTime: startMinute,
    invalidTime: endMinute,
    timeZoneId: timeZone,
    workingDay,
  };
}
