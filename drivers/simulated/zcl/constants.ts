/** ZCL status codes (ZCL 2.6.3). */
export const Status = {
  success: 0x00,
  failure: 0x01,
  malformedCommand: 0x80,
  unsupClusterCommand: 0x81,
  unsupGeneralCommand: 0x82,
  unsupManufacturerClusterCommand: 0x83,
  unsupManufacturerGeneralCommand: 0x84,
  invalidField: 0x85,
  unsupportedAttribute: 0x86,
  invalidValue: 0x87,
  readOnly: 0x88,
  notFound: 0x8b,
  unreportableAttribute: 0x8c,
  invalidDataType: 0x8d,
  abort: 0x95,
  noImageAvailable: 0x98,
  unsupportedCluster: 0xc3,
} as const;

/** General commands (ZCL 2.5). */
export const General = {
  readAttributes: 0x00,
  readAttributesResponse: 0x01,
  writeAttributes: 0x02,
  writeAttributesUndivided: 0x03,
  writeAttributesResponse: 0x04,
  writeAttributesNoResponse: 0x05,
  configureReporting: 0x06,
  configureReportingResponse: 0x07,
  readReportingConfiguration: 0x08,
  readReportingConfigurationResponse: 0x09,
  reportAttributes: 0x0a,
  defaultResponse: 0x0b,
  discoverAttributes: 0x0c,
  discoverAttributesResponse: 0x0d,
} as const;

export const ClusterId = {
  basic: 0x0000,
  powerConfiguration: 0x0001,
  identify: 0x0003,
  alarms: 0x0009,
  time: 0x000a,
  ota: 0x0019,
  pollControl: 0x0020,
  doorLock: 0x0101,
} as const;

/** Attributes of the Door Lock cluster (ZCL 7.3.2). */
export const DoorLockAttribute = {
  lockState: 0x0000,
  lockType: 0x0001,
  actuatorEnabled: 0x0002,
  doorState: 0x0003,
  doorOpenEvents: 0x0004,
  doorClosedEvents: 0x0005,
  openPeriod: 0x0006,
  numOfLockRecordsSupported: 0x0010,
  numOfTotalUsersSupported: 0x0011,
  numOfPinUsersSupported: 0x0012,
  numOfRfidUsersSupported: 0x0013,
  numOfWeekDaySchedulesSupportedPerUser: 0x0014,
  numOfYearDaySchedulesSupportedPerUser: 0x0015,
  numOfHolidaySchedulesSupported: 0x0016,
  maxPinLength: 0x0017,
  minPinLength: 0x0018,
  maxRfidLength: 0x0019,
  minRfidLength: 0x001a,
  enableLogging: 0x0020,
  language: 0x0021,
  ledSettings: 0x0022,
  autoRelockTime: 0x0023,
  soundVolume: 0x0024,
  operatingMode: 0x0025,
  supportedOperatingModes: 0x0026,
  defaultConfigurationRegister: 0x0027,
  enableLocalProgramming: 0x0028,
  enableOneTouchLocking: 0x0029,
  enableInsideStatusLed: 0x002a,
  enablePrivacyModeButton: 0x002b,
  wrongCodeEntryLimit: 0x0030,
  userCodeTemporaryDisableTime: 0x0031,
  sendPinOverTheAir: 0x0032,
  requirePinForRfOperation: 0x0033,
  zigbeeSecurityLevel: 0x0034,
  alarmMask: 0x0040,
  keypadOperationEventMask: 0x0041,
  rfOperationEventMask: 0x0042,
  manualOperationEventMask: 0x0043,
  rfidOperationEventMask: 0x0044,
  keypadProgrammingEventMask: 0x0045,
  rfProgrammingEventMask: 0x0046,
  rfidProgrammingEventMask: 0x0047,
  /** Onesti: what happened last, 8 hex digits `SS AA UUUU`. */
  onestiActivity: 0x0100,
  /** Onesti: the code used last. */
  onestiLastCode: 0x0101,
} as const;

/** Commands of the Door Lock cluster, client to server; responses bear the same id. */
export const DoorLockCommand = {
  lockDoor: 0x00,
  unlockDoor: 0x01,
  toggle: 0x02,
  unlockWithTimeout: 0x03,
  getLogRecord: 0x04,
  setPinCode: 0x05,
  getPinCode: 0x06,
  clearPinCode: 0x07,
  clearAllPinCodes: 0x08,
  setUserStatus: 0x09,
  getUserStatus: 0x0a,
  setWeekDaySchedule: 0x0b,
  getWeekDaySchedule: 0x0c,
  clearWeekDaySchedule: 0x0d,
  setYearDaySchedule: 0x0e,
  getYearDaySchedule: 0x0f,
  clearYearDaySchedule: 0x10,
  setHolidaySchedule: 0x11,
  getHolidaySchedule: 0x12,
  clearHolidaySchedule: 0x13,
  setUserType: 0x14,
  getUserType: 0x15,
  setRfidCode: 0x16,
  getRfidCode: 0x17,
  clearRfidCode: 0x18,
  clearAllRfidCodes: 0x19,
  /** Server to client. */
  operationEvent: 0x20,
  programmingEvent: 0x21,
} as const;

export const UserStatusCode = {
  available: 0,
  occupiedEnabled: 1,
  reserved: 2,
  occupiedDisabled: 3,
} as const;

export const UserTypeCode = {
  unrestricted: 0,
  yearDay: 1,
  weekDay: 2,
  master: 3,
  nonAccess: 4,
  notSupported: 0xff,
} as const;

export const Source = { keypad: 0, rf: 1, manual: 2, rfid: 3 } as const;
export type SourceCode = (typeof Source)[keyof typeof Source];

export const Operation = {
  unknown: 0x00,
  lock: 0x01,
  unlock: 0x02,
  lockFailurePinId: 0x03,
  lockFailureSchedule: 0x04,
  unlockFailurePinId: 0x05,
  unlockFailureSchedule: 0x06,
  oneTouchLock: 0x07,
  keyLock: 0x08,
  keyUnlock: 0x09,
  autoLock: 0x0a,
  manualLock: 0x0d,
  manualUnlock: 0x0e,
  nonAccessUser: 0x0f,
} as const;

export const Programming = {
  masterCodeChanged: 1,
  pinCodeAdded: 2,
  pinCodeDeleted: 3,
  pinCodeChanged: 4,
  rfidCodeAdded: 5,
  rfidCodeDeleted: 6,
} as const;

/** Alarm codes of the Door Lock cluster; bit n of alarmMask lets code n out. */
export const AlarmCode = {
  deadboltJammed: 0,
  resetToFactory: 1,
  rfModulePowerCycled: 3,
  wrongCodeEntryLimit: 4,
  frontEscutcheonRemoved: 5,
  doorForcedOpen: 6,
} as const;

/** User id of nobody, and the time of a lock without a clock. */
export const noUser = 0xffff;
export const noTime = 0xffffffff;
export const secondsFrom1970To2000 = 946_684_800;
