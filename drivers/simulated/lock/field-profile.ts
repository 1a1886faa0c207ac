import type { NodeDescriptor, SimpleDescriptor } from "../radio.ts";
import { ClusterId, DoorLockAttribute, DoorLockCommand } from "../zcl/constants.ts";
import { keyOf } from "./cluster/recorded-attributes.ts";
import type { FieldLock } from "./field-record.ts";
import type { Profile, RecordedLock } from "./profiles.ts";
import type { Quirks } from "./quirks.ts";

const a = DoorLockAttribute;
const c = DoorLockCommand;
const doorLockDevice = 0x000a;

/** Node descriptor, MAC capability flags: bit 2 mains powered, bit 3 receiver on when idle. */
const macFlags = { mains: 0x04, receiverOn: 0x08 } as const;

/** Number of slots assumed for a recorded lock that does not report it. */
const uncountedPinUsers = 30;
/** Check-in interval assumed for a lock with Poll Control, quarter seconds. */
const usualCheckIn = 14_400;

const pinCommands = [
  c.setPinCode,
  c.getPinCode,
  c.clearPinCode,
  c.clearAllPinCodes,
  c.setUserStatus,
  c.getUserStatus,
];

/** A profile of the simulated lock, made from what is on record of a real one. */
export function profileFromField(lock: FieldLock): Profile {
  const habits = habitsOf(lock);
  return {
    manufacturerName: lock.manufacturer ?? "",
    modelId: lock.model ?? "",
    manufacturerCode: lock.node.manufacturerCode,
    firmware: "",
    dateCode: "",
    vendorAttributes: [],
    quirks: { ...usersOf(lock), ...clustersOf(lock), ...habits },
    record: {
      endpoints: descriptorsOf(lock),
      node: nodeOf(lock),
      values: valuesOf(lock),
      missing: missingOf(lock),
      batteryPercent: beginningPercent(lock),
      missingClusters: missingClustersOf(lock, habits),
    },
  };
}

function usersOf(lock: FieldLock): Partial<Quirks> {
  const { min = 4, max = 8 } = lock.pinLength ?? {};
  const { week = 0, year = 0, holiday = 0 } = lock.schedules ?? {};
  const pinUsers = lock.pinUsers ?? uncountedPinUsers;
  return {
    // A lock with a single user counts its users from 1.
    firstUserId: pinUsers === 1 ? 1 : 0,
    pinUsers,
    rfidUsers: 0,
    totalUsers: Math.max(pinUsers, lock.attributes.get(keyOf(ClusterId.doorLock, 0x11)) ?? 0),
    minPinLength: min,
    maxPinLength: max,
    weekDaySchedulesPerUser: week,
    yearDaySchedulesPerUser: year,
    holidaySchedules: holiday,
  };
}

/** What follows from the clusters that the lock lists, or is assumed where it lists none. */
function clustersOf(lock: FieldLock): Partial<Quirks> {
  const listed = lock.endpoints.find(({ in: ids }) => ids?.includes(ClusterId.doorLock) === true);
  const main = listed ?? lock.endpoints[0];
  const ids = main?.in ?? null;
  const has = (id: number): boolean => ids?.includes(id) === true;
  const timeless = asksForTime(lock) ? "client" : "absent";
  const checkInQuarterSeconds = lock.checkInQuarterSeconds ?? usualCheckIn;
  return {
    endpoint: main?.id ?? 1,
    hasDoorSensor: lock.attributes.has(keyOf(ClusterId.doorLock, a.doorState)),
    hasAlarms: ids === null || has(ClusterId.alarms),
    checkInQuarterSeconds: has(ClusterId.pollControl) ? checkInQuarterSeconds : null,
    clock: has(ClusterId.time) ? "server" : timeless,
    isSleepy: !nodeOf(lock).isReceiverOnWhenIdle,
    batteryUnitsPerPercent: lock.battery?.scale === "whole" ? 1 : 2,
  };
}

/** Whether it is a lock of the ZCL at all, as far as its record says. */
export function isZclLock(lock: FieldLock): boolean {
  if (lock.behaviour.get("isZclLock") === false) return false;
  const known = lock.endpoints.filter(({ in: ids }) => ids !== null);
  return known.length === 0 || known.some(({ in: ids }) => ids?.includes(ClusterId.doorLock));
}

/** Behaviour is prose and numbers; what is recognised of it becomes switches of the simulated lock. */
function habitsOf(lock: FieldLock): Partial<Quirks> {
  const { behaviour, node } = lock;
  const isYunding =
    node.manufacturerCode === 0x125a || /0x125a/i.test(textOf(behaviour, "trueState"));
  return {
    ...eventHabits(behaviour),
    ...codeHabits(behaviour),
    ...(isYunding ? { hasVendorStateFrames: true } : {}),
  };
}

type Behaviour = FieldLock["behaviour"];

function textOf(behaviour: Behaviour, key: string): string {
  const value = behaviour.get(key);
  return typeof value === "string" ? value : "";
}

/** The lock uses a proprietary protocol that no gateway can read. */
function hasOwnLanguage(behaviour: Behaviour): boolean {
  return /encrypted|nothing standard/i.test(textOf(behaviour, "operationEvents"));
}

function eventHabits(behaviour: Behaviour): Partial<Quirks> {
  const events = textOf(behaviour, "operationEvents");
  const isSilent =
    behaviour.get("operationEvents") === false ||
    hasOwnLanguage(behaviour) ||
    /\bnone\b/i.test(events);
  const noUser = [behaviour.get("manualUser"), behaviour.get("userOfRf")].find(
    (user) => typeof user === "number",
  );
  return {
    ...(isSilent ? { operationEvents: "none", programmingEvents: "none" } : {}),
    ...(behaviour.get("wrongPinEvents") === false ? { operationEvents: "noWrongPin" } : {}),
    ...(/0x0100/.test(events) ? { activityAttributes: "bcd" } : {}),
    ...(/^none/i.test(textOf(behaviour, "time")) ? { isEventTimeAlwaysUnknown: true } : {}),
    ...(typeof noUser === "number" ? { noUserId: noUser } : {}),
  };
}

function codeHabits(behaviour: Behaviour): Partial<Quirks> {
  const takesNoCodes = hasOwnLanguage(behaviour) || /^none/i.test(textOf(behaviour, "pinCommands"));
  const answersFewCommands = /no get pin/i.test(textOf(behaviour, "commands"));
  const isSetIgnored = /does not open|'available'/i.test(textOf(behaviour, "setPin"));
  return {
    ...(isSetIgnored ? { setPin: "ignored" } : {}),
    ...(answersFewCommands
      ? { getPin: "silent", unsupportedCommands: [c.setUserStatus, c.getUserStatus] }
      : {}),
    ...(takesNoCodes ? { unsupportedCommands: pinCommands, pinUsers: 0, totalUsers: 0 } : {}),
    ...(isInverted(behaviour) ? { isStatusInverted: true } : {}),
  };
}

function isInverted(behaviour: Behaviour): boolean {
  if (behaviour.get("statusInverted") === true) return true;
  return [...behaviour.values()].some(
    (value) => typeof value === "string" && /status(es)?\b[^.;]*\binverted/i.test(value),
  );
}

function nodeOf({ node }: FieldLock): Omit<NodeDescriptor, "manufacturerCode"> {
  const flags = node.flags ?? 0;
  const isRouter = node.isRouter;
  return {
    type: isRouter ? "router" : "endDevice",
    isReceiverOnWhenIdle: isRouter || (flags & macFlags.receiverOn) !== 0,
    isMainsPowered: isRouter || (flags & macFlags.mains) !== 0,
  };
}

function descriptorsOf(lock: FieldLock): SimpleDescriptor[] {
  const known = lock.endpoints.filter(({ in: ids }) => ids !== null);
  return known.map(({ id, deviceId, in: inputs, out }) => ({
    endpoint: id,
    profileId: 0x0104,
    deviceId: deviceId ?? doorLockDevice,
    deviceVersion: 0,
    inputClusters: inputs ?? [],
    outputClusters: out ?? [],
  }));
}

function asksForTime({ endpoints }: FieldLock): boolean {
  return endpoints.some(({ out }) => out?.includes(ClusterId.time) === true);
}

function valuesOf(lock: FieldLock): RecordedLock["values"] {
  const values = new Map(lock.attributes);
  if (lock.powerSource !== null) values.set(keyOf(ClusterId.basic, 0x0007), lock.powerSource);
  const { voltage = null, cells = null } = lock.battery ?? {};
  if (voltage !== null) values.set(cell.voltage, voltage);
  if (cells !== null) values.set(cell.quantity, cells);
  return values;
}

/** Power Configuration: all cells together, how many there are, one cell when new. */
const cell = {
  voltage: keyOf(ClusterId.powerConfiguration, 0x0020),
  quantity: keyOf(ClusterId.powerConfiguration, 0x0033),
  rated: keyOf(ClusterId.powerConfiguration, 0x0034),
} as const;

/** Cells without any recorded value are neither full nor low. */
const usualPercent = 42;

function beginningPercent({ battery }: FieldLock): number {
  if (battery?.percent != null && battery.percent > 0) return battery.percent;
  const { raw = null, scale = null } = battery ?? {};
  if (raw === null || raw === 0) return usualPercent;
  return Math.min(100, scale === "whole" ? raw : raw / 2);
}

/**
 * What nobody read and the lock is not known to have counts as absent: the harder case for a
 * gateway.
 */
function missingOf(lock: FieldLock): ReadonlySet<string> {
  const missing = new Set(lock.unsupported);
  const door = (id: number): string => keyOf(ClusterId.doorLock, id);
  const unless = (isKnown: boolean, ...ids: readonly number[]): void => {
    for (const id of ids) if (!isKnown && !lock.attributes.has(door(id))) missing.add(door(id));
  };
  unless(lock.pinUsers !== null, a.numOfPinUsersSupported, a.numOfTotalUsersSupported);
  unless(lock.pinLength !== null, a.minPinLength, a.maxPinLength);
  unless(
    lock.schedules !== null,
    a.numOfWeekDaySchedulesSupportedPerUser,
    a.numOfYearDaySchedulesSupportedPerUser,
    a.numOfHolidaySchedulesSupported,
  );
  const values = valuesOf(lock);
  for (const key of Object.values(cell)) if (!values.has(key)) missing.add(key);
  if (lock.manufacturer === null) missing.add(keyOf(ClusterId.basic, 0x0004));
  if (lock.model === null) missing.add(keyOf(ClusterId.basic, 0x0005));
  return missing;
}

function missingClustersOf(lock: FieldLock, habits: Partial<Quirks>): ReadonlySet<number> {
  const missing = new Set<number>();
  const isListed = lock.endpoints.some(
    ({ in: ids }) => ids?.includes(ClusterId.powerConfiguration) === true,
  );
  if (lock.battery === null && !isListed) missing.add(ClusterId.powerConfiguration);
  if (!isZclLock(lock) && habits.operationEvents === undefined) missing.add(ClusterId.doorLock);
  return missing;
}
