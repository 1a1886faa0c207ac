/**
 * Converts the Door Lock cluster's numbers to latchd's values and back.
 * Tables follow the ZCL's enumerations; an index is the number on the wire.
 */
import type {
  DoorState,
  LockAlarm,
  LockState,
  OperationCode,
  OperationSource,
  ProgrammingCode,
  RefusalStatus,
  UserStatus,
  UserType,
} from "../../../daemon/core/model/door-lock.ts";

const userStatuses = ["available", "occupiedEnabled", "reserved", "occupiedDisabled"] as const;

const userTypes = ["unrestricted", "yearDay", "weekDay", "master", "nonAccess"] as const;

const operationCodes = [
  "unknown",
  "lock",
  "unlock",
  "lockFailurePinId",
  "lockFailureSchedule",
  "unlockFailurePinId",
  "unlockFailureSchedule",
  "oneTouchLock",
  "keyLock",
  "keyUnlock",
  "autoLock",
  "scheduleLock",
  "scheduleUnlock",
  "manualLock",
  "manualUnlock",
  "nonAccessUser",
] as const;

const programmingCodes = [
  "unknown",
  "masterCodeChanged",
  "pinCodeAdded",
  "pinCodeDeleted",
  "pinCodeChanged",
  "rfidCodeAdded",
  "rfidCodeDeleted",
] as const;

const sources = ["keypad", "rf", "manual", "rfid", "fingerprint", "bluetooth"] as const;

const lockStates = ["notFullyLocked", "locked", "unlocked"] as const;

const doorStates = ["open", "closed", "jammed", "forcedOpen", "unspecified"] as const;

const alarms: readonly (LockAlarm | null)[] = [
  "deadboltJammed",
  "resetToFactory",
  null,
  "rfModulePowerCycled",
  "wrongCodeEntryLimit",
  "frontEscutcheonRemoved",
  "doorForcedOpen",
];

/** 0xFF, "not supported", and everything undefined give null. */
export function userStatusFromWire(value: number | null): UserStatus | null {
  return value === null ? null : (userStatuses[value] ?? null);
}

export function userStatusToWire(status: UserStatus): number {
  return userStatuses.indexOf(status);
}

export function userTypeFromWire(value: number | null): UserType | null {
  return value === null ? null : (userTypes[value] ?? null);
}

export function userTypeToWire(type: UserType): number {
  return userTypes.indexOf(type);
}

export function operationCodeFromWire(value: number): OperationCode {
  return operationCodes[value] ?? "unknown";
}

export function programmingCodeFromWire(value: number): ProgrammingCode {
  return programmingCodes[value] ?? "unknown";
}

/** 0x0A is Onesti's "self" (auto lock, button inside). */
export function sourceFromWire(value: number): OperationSource {
  if (value === 0x0a) return "self";
  return sources[value] ?? "indeterminate";
}

export function lockStateFromWire(value: number): LockState {
  return lockStates[value] ?? "undefined";
}

export function doorStateFromWire(value: number): DoorState {
  return doorStates[value] ?? "undefined";
}

/** @returns null for reserved codes. */
export function lockAlarmFromWire(value: number): LockAlarm | null {
  return alarms[value] ?? null;
}

/** ZCL's 0xFFFF: nobody, or not known. */
export function userIdFromWire(value: number | null): number | null {
  return value === null || value === 0xffff ? null : value;
}

/**
 * ZigBee local time. All ones means "no clock"; a time before 2020 was never set.
 * @returns seconds since 2000-01-01 local, or null.
 */
export function localSecondsFromWire(value: number | null): number | null {
  return value === null || value === 0xffffffff || value < secondsAt2020 ? null : value;
}

/** 2020-01-01 in seconds since 2000-01-01. */
const secondsAt2020 = 631_152_000;

/** General ZCL statuses (ZCL 2.6.3). */
export const zclStatus = {
  success: 0x00,
  failure: 0x01,
  notAuthorized: 0x7e,
  unsupportedClusterCommand: 0x81,
  unsupportedGeneralCommand: 0x82,
  unsupportedManufacturerClusterCommand: 0x83,
  unsupportedManufacturerGeneralCommand: 0x84,
  invalidField: 0x85,
  unsupportedAttribute: 0x86,
  invalidValue: 0x87,
  insufficientSpace: 0x89,
  duplicateExists: 0x8a,
  notFound: 0x8b,
  unsupportedCluster: 0xc3,
} as const;

/** Whether a status means that the lock does not know the command, attribute or cluster. */
export function isUnsupported(status: number): boolean {
  return (
    (status >= zclStatus.unsupportedClusterCommand &&
      status <= zclStatus.unsupportedManufacturerGeneralCommand) ||
    status === zclStatus.unsupportedAttribute ||
    status === zclStatus.unsupportedCluster
  );
}

/** The refusal of a general ZCL status, as in Default Response, Write and Get Schedule. */
export function refusalFromZclStatus(status: number): RefusalStatus {
  switch (status) {
    case zclStatus.failure:
      return "failure";
    case zclStatus.notAuthorized:
      return "notAuthorized";
    case zclStatus.invalidField:
    case zclStatus.invalidValue:
      return "invalidField";
    case zclStatus.insufficientSpace:
      return "memoryFull";
    case zclStatus.duplicateExists:
      return "duplicateCode";
    case zclStatus.notFound:
      return "notFound";
    default:
      return "other";
  }
}

/** The refusal of Set PIN Code Response, where 2 and 3 have meanings of their own. */
export function refusalFromSetPinStatus(status: number): RefusalStatus {
  if (status === 2) return "memoryFull";
  if (status === 3) return "duplicateCode";
  return refusalFromZclStatus(status);
}
