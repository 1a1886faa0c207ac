import type { NodeDescriptor, SimpleDescriptor } from "../radio.ts";
import { ClusterId, DoorLockCommand } from "../zcl/constants.ts";
import { DataType } from "../zcl/data-type.ts";
import type { Quirks } from "./quirks.ts";

/** An attribute only this vendor has; read and written under his manufacturer code. */
export interface VendorAttribute {
  readonly clusterId: number;
  readonly id: number;
  readonly type: number;
  readonly value: number | string;
}

/** One model of lock, as data. */
export interface Profile {
  readonly manufacturerName: string;
  readonly modelId: string;
  readonly manufacturerCode: number;
  /** Basic swBuildId (0x4000). */
  readonly firmware: string;
  readonly dateCode: string;
  readonly vendorAttributes: readonly VendorAttribute[];
  readonly quirks: Partial<Quirks>;
  /** What a real lock of this model was seen to be, where it differs from what the quirks make. */
  readonly record?: RecordedLock;
}

/** A lock as somebody recorded it: descriptors and attributes, as they came over the air. */
export interface RecordedLock {
  /** Simple descriptors; empty = made from the clusters that the lock has. */
  readonly endpoints: readonly SimpleDescriptor[];
  /** Null = as the quirks have it. */
  readonly node: Omit<NodeDescriptor, "manufacturerCode"> | null;
  /** Values by `cluster:attribute`, both decimal. */
  readonly values: ReadonlyMap<string, number>;
  /** Attributes that the lock does not have, by `cluster:attribute`. */
  readonly missing: ReadonlySet<string>;
  /** How full the cells are to begin with; null = full. */
  readonly batteryPercent: number | null;
  /** Clusters that the lock does not have at all. */
  readonly missingClusters: ReadonlySet<number>;
}

const c = DoorLockCommand;
const rfidCommands = [c.setRfidCode, c.getRfidCode, c.clearRfidCode, c.clearAllRfidCodes];

/** Yale and Kwikset keep codes behind a low-power radio that polls about once a second. */
const sleepy = { isSleepy: true, longPollMs: 1_000 } as const;

const latch: Profile = {
  manufacturerName: "latchd",
  modelId: "LATCH-ZCL-1",
  manufacturerCode: 0x1049,
  firmware: "1.0.0",
  dateCode: "20260101",
  vendorAttributes: [],
  quirks: {
    pinUsers: 50,
    totalUsers: 60,
    weekDaySchedulesPerUser: 4,
    yearDaySchedulesPerUser: 4,
    holidaySchedules: 4,
    logRecords: 50,
    hasDoorSensor: true,
  },
};

const yrd226: Profile = {
  manufacturerName: "Yale",
  modelId: "YRD226 TSDB",
  manufacturerCode: 0x101d,
  firmware: "2.7",
  dateCode: "20180115",
  vendorAttributes: [],
  quirks: {
    ...sleepy,
    pinUsers: 250,
    rfidUsers: 0,
    totalUsers: 250,
    reservedUserIds: [0],
    weekDaySchedulesPerUser: 1,
    yearDaySchedulesPerUser: 1,
    checkInQuarterSeconds: 14_400,
    clock: "server",
    eventOrder: "stateReportFirst",
    allUsersId: 0xff,
    refusals: "failureForAll",
    unsupportedCommands: rfidCommands,
  },
};

const profiles = {
  "LATCH-ZCL-1": latch,
  YRD226: yrd226,
  /** No event for a wrong code, battery in whole percent, programming events with shifted ids. */
  "YRD220/240": {
    ...yrd226,
    modelId: "YRD220/240 TSDB",
    quirks: {
      ...yrd226.quirks,
      operationEvents: "noWrongPin",
      batteryUnitsPerPercent: 1,
      isProgrammingUserIdShifted: true,
    },
  },
  /** Says nothing by itself, and its masks cannot be written. */
  LIA: {
    ...yrd226,
    modelId: "LIA",
    quirks: {
      ...yrd226.quirks,
      operationEvents: "none",
      programmingEvents: "none",
      masks: "unsupported",
    },
  },
  SMARTCODE_DEADBOLT_10_L: {
    manufacturerName: "Kwikset",
    modelId: "SMARTCODE_DEADBOLT_10_L",
    manufacturerCode: 0x10a1,
    firmware: "1.13",
    dateCode: "20170413",
    vendorAttributes: [],
    quirks: {
      ...sleepy,
      endpoint: 2,
      pinUsers: 30,
      rfidUsers: 0,
      totalUsers: 30,
      hasEventDataField: false,
      clock: "absent",
      refusesOccupiedSlot: true,
      unsupportedCommands: rfidCommands,
    },
  },
  BE468: {
    manufacturerName: "Schlage",
    modelId: "BE468",
    manufacturerCode: 0x1090,
    firmware: "0002.0.31",
    dateCode: "20160811",
    vendorAttributes: [],
    quirks: {
      ...sleepy,
      pinUsers: 30,
      rfidUsers: 0,
      totalUsers: 30,
      firstUserId: 1,
      clock: "absent",
      sendPinOverTheAir: "readOnly",
      getPin: "masked",
      setPinResetsType: true,
      unsupportedCommands: [...rfidCommands, c.setUserType],
    },
  },
  "V3-BTZB": {
    manufacturerName: "Danalock",
    modelId: "V3-BTZB",
    manufacturerCode: 0x115c,
    firmware: "0.18.1",
    dateCode: "20200811",
    vendorAttributes: [],
    quirks: {
      isSleepy: true,
      longPollMs: 5_000,
      pinUsers: 20,
      rfidUsers: 0,
      totalUsers: 20,
      checkInQuarterSeconds: 14_400,
      weekDaySchedulesPerUser: 1,
      weekDayMask: "singleDay",
      clock: "client",
      timeSource: "strict",
      wantsDefaultResponse: true,
      unsupportedCommands: rfidCommands,
    },
  },
  easyCodeTouch_v1: {
    manufacturerName: "Onesti Products AS",
    modelId: "easyCodeTouch_v1",
    manufacturerCode: 0x1234,
    firmware: "1.0.5",
    dateCode: "20210212",
    vendorAttributes: [],
    quirks: {
      endpoint: 11,
      pinUsers: 1_000,
      rfidUsers: 0,
      totalUsers: 1_000,
      reservedUserIds: [0, 1, 2],
      answerDelayMs: [300, 900],
      getPin: "silent",
      clearPin: "silent",
      activityAttributes: "ascii",
      programmingEvents: "none",
      batteryUnitsPerPercent: 1,
      masks: "unsupported",
      clock: "absent",
      unsupportedCommands: [...rfidCommands, c.getUserStatus, c.setUserStatus],
    },
  },
  "ID Lock 150": {
    manufacturerName: "Datek",
    modelId: "ID Lock 150",
    manufacturerCode: 0x1337,
    firmware: "1.5.7",
    dateCode: "20201014",
    vendorAttributes: [
      { clusterId: ClusterId.doorLock, id: 0x4000, type: DataType.boolean, value: 1 },
      { clusterId: ClusterId.doorLock, id: 0x4001, type: DataType.boolean, value: 1 },
      { clusterId: ClusterId.doorLock, id: 0x4002, type: DataType.boolean, value: 0 },
      { clusterId: ClusterId.doorLock, id: 0x4003, type: DataType.uint8, value: 0 },
      { clusterId: ClusterId.doorLock, id: 0x4004, type: DataType.uint8, value: 0 },
      { clusterId: ClusterId.doorLock, id: 0x4005, type: DataType.boolean, value: 0 },
      { clusterId: ClusterId.doorLock, id: 0x4006, type: DataType.uint8, value: 5 },
      { clusterId: ClusterId.basic, id: 0x5000, type: DataType.characterString, value: "1.5.7" },
    ],
    quirks: {
      ...sleepy,
      pinUsers: 109,
      rfidUsers: 25,
      totalUsers: 109,
      reservedUserIds: [0, 108],
      minPinLength: 4,
      maxPinLength: 10,
      hasDoorSensor: true,
      clock: "absent",
      isEventTimeAlwaysUnknown: true,
      isProgrammingPinInData: true,
      allUsersId: 0,
      refusesOccupiedSlot: true,
    },
  },
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof profiles;

export const profileNames: readonly ProfileName[] = Object.keys(profiles).filter(isProfileName);

export function isProfileName(text: string): text is ProfileName {
  return Object.hasOwn(profiles, text);
}

export function profileOf(name: ProfileName): Profile {
  return profiles[name];
}
