import { ClusterId, DoorLockAttribute, Status } from "../../zcl/constants.ts";
import { DataType, type ZclValue } from "../../zcl/data-type.ts";
import { fromLatin1, latin1 } from "../../zcl/octets.ts";
import { BoltState } from "../body/bolt.ts";
import type { LockParts } from "../lock-parts.ts";
import type { Attribute } from "./cluster.ts";
import { doorLockSettings, maskAttributes, type Setting } from "./settings.ts";

const a = DoorLockAttribute;

function fixed(id: number, type: number, value: number): Attribute {
  return { id, type, read: () => value };
}

/** All attributes of the Door Lock cluster that this lock has (ZCL 7.3.2.12 – 7.3.2.16). */
export function doorLockAttributes(parts: LockParts): Attribute[] {
  const { quirks, bolt } = parts;
  const { uint8, uint16, enum8, bitmap16, boolean } = DataType;
  const shownState = (): number => (quirks.hasVendorStateFrames ? BoltState.locked : bolt.state);
  const attributes = [
    { id: a.lockState, type: enum8, read: shownState, isReportable: true },
    fixed(a.lockType, enum8, 0),
    fixed(a.actuatorEnabled, boolean, 1),
    fixed(a.numOfLockRecordsSupported, uint16, quirks.logRecords),
    fixed(a.numOfTotalUsersSupported, uint16, quirks.totalUsers),
    fixed(a.numOfPinUsersSupported, uint16, quirks.reportedPinUsers ?? quirks.pinUsers),
    fixed(a.numOfRfidUsersSupported, uint16, quirks.rfidUsers),
    fixed(a.numOfWeekDaySchedulesSupportedPerUser, uint8, quirks.weekDaySchedulesPerUser),
    fixed(a.numOfYearDaySchedulesSupportedPerUser, uint8, quirks.yearDaySchedulesPerUser),
    fixed(a.numOfHolidaySchedulesSupported, uint8, quirks.holidaySchedules),
    fixed(a.maxPinLength, uint8, quirks.maxPinLength),
    fixed(a.minPinLength, uint8, quirks.minPinLength),
    fixed(a.maxRfidLength, uint8, quirks.maxRfidLength),
    fixed(a.minRfidLength, uint8, quirks.minRfidLength),
    language(parts),
    fixed(a.supportedOperatingModes, bitmap16, quirks.supportedOperatingModes),
    fixed(a.defaultConfigurationRegister, bitmap16, 0),
    fixed(a.zigbeeSecurityLevel, enum8, 0),
    ...settingAttributes(parts),
    ...masks(parts),
    ...activity(parts),
  ];
  if (quirks.hasDoorSensor) {
    attributes.push({
      id: a.doorState,
      type: enum8,
      read: () => bolt.doorState,
      isReportable: true,
    });
  }
  return attributes;
}

const doorSensorSettings: readonly number[] = [a.doorOpenEvents, a.doorClosedEvents, a.openPeriod];

function settingAttributes(parts: LockParts): Attribute[] {
  const { quirks } = parts;
  return doorLockSettings(quirks)
    .filter(({ id }) => quirks.hasDoorSensor || !doorSensorSettings.includes(id))
    .filter(({ id }) => id !== a.sendPinOverTheAir || quirks.sendPinOverTheAir !== "unsupported")
    .map((setting) => settingAttribute(parts, setting));
}

function settingAttribute({ settings, quirks }: LockParts, setting: Setting): Attribute {
  const { id, type } = setting;
  const read = (): number => settings.get(id);
  if (id === a.sendPinOverTheAir && quirks.sendPinOverTheAir === "readOnly")
    return { id, type, read };
  const isOffered = (value: number): boolean =>
    id !== a.operatingMode || (quirks.supportedOperatingModes & (1 << value)) !== 0;
  const write = (value: ZclValue): number => {
    if (typeof value !== "number" || value < setting.min || value > setting.max)
      return Status.invalidValue;
    if (!isOffered(value)) return Status.invalidValue;
    settings.set(id, value);
    return Status.success;
  };
  return { id, type, read, write };
}

function masks({ quirks, settings }: LockParts): Attribute[] {
  if (quirks.masks === "unsupported") return [];
  return maskAttributes.map((id) => {
    const mask = { id, type: DataType.bitmap16, read: () => settings.get(id), isReportable: true };
    if (quirks.masks === "readOnly") return mask;
    const write = (value: ZclValue): number => {
      if (typeof value !== "number") return Status.invalidValue;
      settings.set(id, value);
      return Status.success;
    };
    return { ...mask, write };
  });
}

/** ISO 639-1: two letters. */
function language({ file }: LockParts): Attribute {
  const key = `${ClusterId.doorLock}:${a.language}`;
  return {
    id: a.language,
    type: DataType.characterString,
    read: () => latin1(String(file.memory.settings[key] ?? "en")),
    write: (value) => {
      const text = typeof value === "number" ? "" : fromLatin1(value);
      if (!/^[a-z]{2}$/.test(text)) return Status.invalidValue;
      file.memory.settings[key] = text;
      file.changed();
      return Status.success;
    },
  };
}

function activity({ quirks, bolt }: LockParts): Attribute[] {
  if (quirks.activityAttributes === "none") return [];
  const digits = (): Uint8Array =>
    quirks.activityAttributes === "bcd" ? packed(bolt.lastCode) : latin1(bolt.lastCode);
  return [
    {
      id: a.onestiActivity,
      type: DataType.bitmap32,
      read: () => bolt.activity,
      isReportable: true,
    },
    { id: a.onestiLastCode, type: DataType.octetString, read: digits, isReportable: true },
  ];
}

/** Two digits in an octet; an odd one is led by a zero. */
function packed(digits: string): Uint8Array {
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  return Uint8Array.from(even.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
