import { ClusterId, DoorLockCommand, Status } from "../../zcl/constants.ts";
import type { OctetReader } from "../../zcl/octets.ts";
import type { LockParts } from "../lock-parts.ts";
import type { Quirks } from "../quirks.ts";
import type { Request } from "../transmitter.ts";
import { attributeTable, type Cluster, type CommandEnd } from "./cluster.ts";
import { CodeCommands, codeCommandIds } from "./code-commands.ts";
import { doorLockAttributes } from "./door-lock-attributes.ts";
import { receiveGetLogRecord, receiveOperate } from "./operate-commands.ts";
import { ScheduleCommands } from "./schedule-commands.ts";

const c = DoorLockCommand;

type Performer = (request: Request, payload: OctetReader) => CommandEnd;

/** The Door Lock cluster 0x0101, all commands 0x00 – 0x19. */
export function doorLockCluster(parts: LockParts): Cluster {
  const performers = performerTable(parts);
  return {
    id: ClusterId.doorLock,
    attributes: attributeTable(doorLockAttributes(parts)),
    receive(request, payload) {
      const { commandId } = request.zcl;
      const perform = performers.get(commandId);
      if (perform === undefined || isUnsupported(parts.quirks, commandId)) {
        return { status: Status.unsupClusterCommand };
      }
      return perform(request, payload);
    },
  };
}

function performerTable(parts: LockParts): ReadonlyMap<number, Performer> {
  const codes = new CodeCommands(parts);
  const schedules = new ScheduleCommands(parts);
  const operate: Performer = (request, payload) => receiveOperate(parts, request, payload);
  const table: [number, Performer][] = [
    [c.lockDoor, operate],
    [c.unlockDoor, operate],
    [c.toggle, operate],
    [c.unlockWithTimeout, operate],
    [c.getLogRecord, (request, payload) => receiveGetLogRecord(parts, request, payload)],
    [c.setUserStatus, (request, payload) => codes.setStatus(request, payload)],
    [c.getUserStatus, (request, payload) => codes.getStatus(request, payload)],
    [c.setUserType, (request, payload) => codes.setType(request, payload)],
    [c.getUserType, (request, payload) => codes.getType(request, payload)],
    [c.setWeekDaySchedule, (request, payload) => schedules.setWeekDay(request, payload)],
    [c.getWeekDaySchedule, (request, payload) => schedules.getWeekDay(request, payload)],
    [c.clearWeekDaySchedule, (request, payload) => schedules.clearWeekDay(request, payload)],
    [c.setYearDaySchedule, (request, payload) => schedules.setYearDay(request, payload)],
    [c.getYearDaySchedule, (request, payload) => schedules.getYearDay(request, payload)],
    [c.clearYearDaySchedule, (request, payload) => schedules.clearYearDay(request, payload)],
    [c.setHolidaySchedule, (request, payload) => schedules.setHoliday(request, payload)],
    [c.getHolidaySchedule, (request, payload) => schedules.getHoliday(request, payload)],
    [c.clearHolidaySchedule, (request, payload) => schedules.clearHoliday(request, payload)],
  ];
  for (const kind of ["pin", "rfid"] as const) {
    const ids = codeCommandIds[kind];
    table.push(
      [ids.set, (request, payload) => codes.set(kind, request, payload)],
      [ids.get, (request, payload) => codes.get(kind, request, payload)],
      [ids.clear, (request, payload) => codes.clear(kind, request, payload)],
      [ids.clearAll, (request) => codes.clearAll(kind, request)],
    );
  }
  return new Map(table);
}

/** Whether the lock lacks what a command is for. */
function isUnsupported(quirks: Quirks, commandId: number): boolean {
  if (quirks.unsupportedCommands.includes(commandId)) return true;
  const isIn = (first: number, last: number): boolean => commandId >= first && commandId <= last;
  return (
    (quirks.logRecords === 0 && commandId === c.getLogRecord) ||
    (quirks.pinUsers === 0 && isIn(c.setPinCode, c.clearAllPinCodes)) ||
    (quirks.rfidUsers === 0 && isIn(c.setRfidCode, c.clearAllRfidCodes)) ||
    (quirks.weekDaySchedulesPerUser === 0 && isIn(c.setWeekDaySchedule, c.clearWeekDaySchedule)) ||
    (quirks.yearDaySchedulesPerUser === 0 && isIn(c.setYearDaySchedule, c.clearYearDaySchedule)) ||
    (quirks.holidaySchedules === 0 && isIn(c.setHolidaySchedule, c.clearHolidaySchedule))
  );
}
