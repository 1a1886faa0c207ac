/**
 * Door Lock commands (ZCL 7.3.2.16) as herdsman's encoder wants them.
 * The only file that knows herdsman's spelling of the fields.
 */
import type { PinCode } from "../../../daemon/core/model/secret.ts";
import type { OperationArgs, OperationName } from "../../lock-driver.ts";
import { userStatusToWire, userTypeToWire } from "../frames/wire-values.ts";

/** Operations that are one command of the Door Lock cluster, answered with the same command id. */
export type CommandName = Exclude<OperationName, "readState" | "writeTime" | "readTime">;

export type CommandOperation<K extends CommandName> = { readonly name: K } & OperationArgs[K];

export const commandIds: Readonly<Record<CommandName, number>> = {
  lockDoor: 0x00,
  unlockDoor: 0x01,
  getLogRecord: 0x04,
  setPinCode: 0x05,
  getPinCode: 0x06,
  clearPinCode: 0x07,
  setUserStatus: 0x09,
  getUserStatus: 0x0a,
  setWeekDaySchedule: 0x0b,
  getWeekDaySchedule: 0x0c,
  clearWeekDaySchedule: 0x0d,
  setYearDaySchedule: 0x0e,
  getYearDaySchedule: 0x0f,
  clearYearDaySchedule: 0x10,
  setUserType: 0x14,
  getUserType: 0x15,
};

type Fields = Record<string, unknown>;
type Encoders = { readonly [K in CommandName]: (args: OperationArgs[K]) => Fields };

const ofUser = (args: { readonly userId: number }): Fields => ({ userid: args.userId });
const ofSchedule = (args: { readonly scheduleId: number; readonly userId: number }): Fields => ({
  scheduleid: args.scheduleId,
  userid: args.userId,
});
const ofCode = (args: { readonly pinCode: PinCode | null }): Fields => ({
  pincodevalue: digits(args.pinCode),
});

const encoders: Encoders = {
  lockDoor: ofCode,
  unlockDoor: ofCode,
  getLogRecord: (args) => ({ logindex: args.logIndex }),
  setPinCode: (args) => ({
    userid: args.userId,
    userstatus: userStatusToWire(args.userStatus),
    usertype: userTypeToWire(args.userType),
    pincodevalue: digits(args.pinCode),
  }),
  getPinCode: ofUser,
  clearPinCode: ofUser,
  setUserStatus: (args) => ({
    userid: args.userId,
    userstatus: userStatusToWire(args.userStatus),
  }),
  getUserStatus: ofUser,
  setWeekDaySchedule: (args) => ({
    ...ofSchedule(args),
    daysmask: args.schedule.daysMask,
    starthour: args.schedule.startHour,
    startminute: args.schedule.startMinute,
    endhour: args.schedule.endHour,
    endminute: args.schedule.endMinute,
  }),
  getWeekDaySchedule: ofSchedule,
  clearWeekDaySchedule: ofSchedule,
  setYearDaySchedule: (args) => ({
    ...ofSchedule(args),
    zigbeelocalstarttime: args.schedule.localStartSeconds,
    zigbeelocalendtime: args.schedule.localEndSeconds,
  }),
  getYearDaySchedule: ofSchedule,
  clearYearDaySchedule: ofSchedule,
  setUserType: (args) => ({ userid: args.userId, usertype: userTypeToWire(args.userType) }),
  getUserType: ofUser,
};

/**
 * Returns the fields of a command, in herdsman's spelling. A new object for every command: {@link lateBound}
 * changes it.
 * An empty buffer means "no code"; herdsman would send an empty string as length 0xFF.
 */
export function fieldsOf<K extends CommandName>(operation: CommandOperation<K>): Fields {
  const encode: Encoders[K] = encoders[operation.name];
  return encode(operation);
}

function digits(pinCode: PinCode | null): Buffer {
  return pinCode === null ? Buffer.alloc(0) : Buffer.from(pinCode.reveal(), "latin1");
}

/**
 * Makes the fields of a payload call `gate` each time they are read, and hides them from enumeration.
 * Herdsman reads them when the frame leaves its queue, so the gate learns that the frame is sent, or
 * throws to withdraw one whose time has passed. Herdsman's log lines and error texts enumerate the
 * payload, so no code can get into them.
 */
export function lateBound<T extends object>(payload: T, gate: () => void): T {
  for (const [name, value] of Object.entries(payload)) {
    Object.defineProperty(payload, name, {
      enumerable: false,
      get: () => {
        gate();
        return value;
      },
    });
  }
  return payload;
}
