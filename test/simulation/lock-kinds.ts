import { someCapabilities } from "../support/records.ts";
import type { LockKind } from "./field-lock.ts";

const minuteMs = 60_000;

const plain: LockKind = {
  name: "plain",
  capabilities: someCapabilities({ pinUsers: 20, lastUserId: 20, spacingMs: 100 }),
  readBack: "readable",
  userStatus: "taken",
  refusesSetOnOccupied: false,
  refusesClearOfEmpty: false,
  refusesDuplicates: true,
  tellsProgramming: true,
  tellsDigits: true,
  tellsOwnWrites: false,
  tellsMaster: false,
  onSet: "resets",
  enablesOnSet: false,
  takesUserType: true,
  takesSeveralDays: true,
  driftPpm: 0,
  rhythmMs: 50 * minuteMs,
  slowestMs: 900,
  awakeMs: null,
};

const scheduling = {
  pinUsers: 16,
  lastUserId: 16,
  yearDaySchedulesPerUser: 1,
  weekDaySchedulesPerUser: 7,
  spacingMs: 100,
} as const;

/** The kinds a house is furnished with: each has a way of its own that locks on the market have. */
export const lockKinds: readonly LockKind[] = [
  plain,
  {
    ...plain,
    name: "schedules, its clock is written, a log",
    capabilities: someCapabilities({ ...scheduling, clock: "server", logRecords: 60 }),
    driftPpm: 90,
    tellsMaster: true,
  },
  {
    ...plain,
    name: "masked, clear before set",
    capabilities: someCapabilities({
      pinUsers: 12,
      lastUserId: 12,
      pinReadBack: "unknown",
      userStatus: "unknown",
      spacingMs: 200,
    }),
    readBack: "masked",
    refusesSetOnOccupied: true,
    tellsDigits: false,
  },
  {
    ...plain,
    name: "schedules that stay with the user, its clock asks",
    capabilities: someCapabilities({ ...scheduling, clock: "client" }),
    onSet: "keeps",
    driftPpm: -60,
    tellsOwnWrites: true,
  },
  {
    ...plain,
    name: "sleeper without user status",
    capabilities: someCapabilities({
      pinUsers: 30,
      lastUserId: 30,
      userStatus: "unknown",
      programmingEvents: "unknown",
      isSleepy: true,
      checkInMs: 60 * minuteMs,
    }),
    userStatus: "unsupported",
    refusesClearOfEmpty: true,
    rhythmMs: 30 * minuteMs,
    slowestMs: 5_000,
  },
  {
    ...plain,
    name: "schedules of one day each, type with the schedule, enables what is set",
    capabilities: someCapabilities({ ...scheduling, clock: "server", pinReadBack: "unknown" }),
    enablesOnSet: true,
    takesUserType: false,
    takesSeveralDays: false,
    driftPpm: 20,
  },
  {
    ...plain,
    name: "silent, tells no programming",
    capabilities: someCapabilities({
      pinUsers: 10,
      firstUserId: 0,
      lastUserId: 9,
      reservedUserIds: [0, 5],
      pinReadBack: "silent",
      programmingEvents: "no",
    }),
    readBack: "silent",
    tellsProgramming: false,
    refusesDuplicates: false,
  },
  {
    ...plain,
    name: "deep sleeper with schedules and a log, its clock asks",
    capabilities: someCapabilities({
      ...scheduling,
      clock: "client",
      logRecords: 30,
      isSleepy: true,
      checkInMs: 10 * minuteMs,
    }),
    tellsOwnWrites: true,
    driftPpm: 40,
    rhythmMs: 10 * minuteMs,
    awakeMs: 4_000,
  },
  {
    ...plain,
    name: "blind: neither codes nor status",
    capabilities: someCapabilities({
      pinUsers: 8,
      lastUserId: 8,
      pinReadBack: "silent",
      userStatus: "no",
    }),
    readBack: "silent",
    userStatus: "unsupported",
    tellsDigits: false,
  },
  {
    ...plain,
    name: "masked with schedules, a log, its clock drifts badly",
    capabilities: someCapabilities({
      ...scheduling,
      pinReadBack: "masked",
      clock: "server",
      logRecords: 40,
    }),
    readBack: "masked",
    tellsDigits: false,
    driftPpm: 900,
  },
  {
    ...plain,
    name: "says yes to a user status and ignores it",
    capabilities: someCapabilities({
      ...scheduling,
      clock: "client",
      userStatus: "unknown",
    }),
    userStatus: "ignored",
  },
];
