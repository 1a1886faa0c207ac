import { Status, UserTypeCode } from "../../zcl/constants.ts";
import { type OctetReader, OctetWriter } from "../../zcl/octets.ts";
import { isValidWeekDay } from "../body/schedules.ts";
import type { LockParts } from "../lock-parts.ts";
import type { Request } from "../transmitter.ts";
import type { CommandEnd } from "./cluster.ts";

const weekDayFields = 5;
const yearDayFields = 8;
const holidayFields = 9;

/** Week-day, year-day and holiday schedules: 0x0B – 0x13. */
export class ScheduleCommands {
  readonly #parts: LockParts;

  constructor(parts: LockParts) {
    this.#parts = parts;
  }

  setWeekDay(request: Request, payload: OctetReader): CommandEnd {
    const { quirks, schedules } = this.#parts;
    const scheduleId = payload.u8();
    const userId = payload.u16();
    const schedule = {
      daysMask: payload.u8(),
      startHour: payload.u8(),
      startMinute: payload.u8(),
      endHour: payload.u8(),
      endMinute: payload.u8(),
    };
    const isSingleDay = (schedule.daysMask & (schedule.daysMask - 1)) === 0;
    const isAccepted =
      this.#isScheduleId(scheduleId, quirks.weekDaySchedulesPerUser) &&
      this.#isUser(userId) &&
      isValidWeekDay(schedule) &&
      (quirks.weekDayMask === "any" || isSingleDay);
    if (!isAccepted) return this.#status(request, Status.failure);
    schedules.setWeekDay(userId, scheduleId, schedule);
    this.#typeFollows(userId, UserTypeCode.weekDay);
    return this.#status(request, Status.success);
  }

  getWeekDay(request: Request, payload: OctetReader): CommandEnd {
    const scheduleId = payload.u8();
    const userId = payload.u16();
    const isInRange =
      this.#isScheduleId(scheduleId, this.#parts.quirks.weekDaySchedulesPerUser) &&
      this.#isInRange(userId);
    const found = isInRange ? this.#parts.schedules.weekDay(userId, scheduleId) : null;
    const writer = new OctetWriter().u8(scheduleId).u16(userId);
    if (found === null) return this.#missing(request, writer, isInRange, weekDayFields);
    writer.u8(Status.success).u8(found.daysMask).u8(found.startHour).u8(found.startMinute);
    return this.#respond(request, writer.u8(found.endHour).u8(found.endMinute));
  }

  clearWeekDay(request: Request, payload: OctetReader): CommandEnd {
    const scheduleId = payload.u8();
    const userId = payload.u16();
    const isInRange =
      this.#isScheduleId(scheduleId, this.#parts.quirks.weekDaySchedulesPerUser) &&
      this.#isInRange(userId);
    if (isInRange) this.#parts.schedules.setWeekDay(userId, scheduleId, null);
    return this.#status(request, isInRange ? Status.success : Status.failure);
  }

  setYearDay(request: Request, payload: OctetReader): CommandEnd {
    const scheduleId = payload.u8();
    const userId = payload.u16();
    const schedule = { start: payload.u32(), end: payload.u32() };
    const isAccepted =
      this.#isScheduleId(scheduleId, this.#parts.quirks.yearDaySchedulesPerUser) &&
      this.#isUser(userId) &&
      schedule.end > schedule.start;
    if (!isAccepted) return this.#status(request, Status.failure);
    this.#parts.schedules.setYearDay(userId, scheduleId, schedule);
    this.#typeFollows(userId, UserTypeCode.yearDay);
    return this.#status(request, Status.success);
  }

  getYearDay(request: Request, payload: OctetReader): CommandEnd {
    const scheduleId = payload.u8();
    const userId = payload.u16();
    const isInRange =
      this.#isScheduleId(scheduleId, this.#parts.quirks.yearDaySchedulesPerUser) &&
      this.#isInRange(userId);
    const found = isInRange ? this.#parts.schedules.yearDay(userId, scheduleId) : null;
    const writer = new OctetWriter().u8(scheduleId).u16(userId);
    if (found === null) return this.#missing(request, writer, isInRange, yearDayFields);
    return this.#respond(request, writer.u8(Status.success).u32(found.start).u32(found.end));
  }

  clearYearDay(request: Request, payload: OctetReader): CommandEnd {
    const scheduleId = payload.u8();
    const userId = payload.u16();
    const isInRange =
      this.#isScheduleId(scheduleId, this.#parts.quirks.yearDaySchedulesPerUser) &&
      this.#isInRange(userId);
    if (isInRange) this.#parts.schedules.setYearDay(userId, scheduleId, null);
    return this.#status(request, isInRange ? Status.success : Status.failure);
  }

  setHoliday(request: Request, payload: OctetReader): CommandEnd {
    const { quirks, schedules } = this.#parts;
    const scheduleId = payload.u8();
    const schedule = { start: payload.u32(), end: payload.u32(), operatingMode: payload.u8() };
    const isMode =
      schedule.operatingMode <= 4 &&
      (quirks.supportedOperatingModes & (1 << schedule.operatingMode)) !== 0;
    const isAccepted =
      scheduleId < quirks.holidaySchedules && schedule.end > schedule.start && isMode;
    if (isAccepted) schedules.setHoliday(scheduleId, schedule);
    return this.#status(request, isAccepted ? Status.success : Status.failure);
  }

  getHoliday(request: Request, payload: OctetReader): CommandEnd {
    const scheduleId = payload.u8();
    const isInRange = scheduleId < this.#parts.quirks.holidaySchedules;
    const found = isInRange ? this.#parts.schedules.holiday(scheduleId) : null;
    const writer = new OctetWriter().u8(scheduleId);
    if (found === null) return this.#missing(request, writer, isInRange, holidayFields);
    writer.u8(Status.success).u32(found.start).u32(found.end).u8(found.operatingMode);
    return this.#respond(request, writer);
  }

  clearHoliday(request: Request, payload: OctetReader): CommandEnd {
    const scheduleId = payload.u8();
    const isInRange = scheduleId < this.#parts.quirks.holidaySchedules;
    if (isInRange) this.#parts.schedules.setHoliday(scheduleId, null);
    return this.#status(request, isInRange ? Status.success : Status.failure);
  }

  /** A user with a PIN or a fob; schedules of others are refused. */
  #isUser(userId: number): boolean {
    return this.#parts.pins.get(userId) !== null || this.#parts.rfids.get(userId) !== null;
  }

  #isScheduleId(scheduleId: number, count: number): boolean {
    const first = this.#parts.quirks.firstScheduleId;
    return scheduleId >= first && scheduleId < first + count;
  }

  #isInRange(userId: number): boolean {
    return this.#parts.pins.isInRange(userId) || this.#parts.rfids.isInRange(userId);
  }

  #typeFollows(userId: number, type: number): void {
    if (!this.#parts.quirks.scheduleSetsUserType) return;
    this.#parts.pins.setType(userId, type);
    this.#parts.rfids.setType(userId, type);
  }

  #missing(request: Request, writer: OctetWriter, isInRange: boolean, fields: number): CommandEnd {
    const { missingSchedule } = this.#parts.quirks;
    if (missingSchedule !== "withoutStatus")
      writer.u8(isInRange ? Status.notFound : Status.invalidField);
    if (missingSchedule === "padded") writer.octets(new Uint8Array(fields));
    return this.#respond(request, writer);
  }

  #status(request: Request, status: number): CommandEnd {
    return this.#respond(request, new OctetWriter().u8(status));
  }

  #respond(request: Request, writer: OctetWriter): CommandEnd {
    this.#parts.transmitter.respond(request, request.zcl.commandId, writer.finish());
    return "answered";
  }
}
