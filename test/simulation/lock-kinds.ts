import { someCapabilities } from "../support/records.ts";
import type { LockKind } from "./field-lock.ts";

const minuteMs = 60_000;

const plain: LockKind = {
  name: "plain",
  capabilities: someCapabilities({ pinUsers: 20, lastUserId: 20, spacingMs: 100 }),
  readBack: "readable",
  takesUserStatus: true,
  refusesSetOnOccupied: false,
  refusesClearOfEmpty: false,
  refusesDuplicates: true,
  tellsProgramming: true,
  tellsDigits: true,
  rhythmMs: 50 * minuteMs,
  slowestMs: 900,
};

/** The kinds a house is furnished with: each has a way of its own that locks on the market have. */
export const lockKinds: readonly LockKind[] = [
  plain,
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
    name: "sleeper without user status",
    capabilities: someCapabilities({
      pinUsers: 30,
      lastUserId: 30,
      userStatus: "unknown",
      programmingEvents: "unknown",
      isSleepy: true,
      checkInMs: 60 * minuteMs,
    }),
    takesUserStatus: false,
    refusesClearOfEmpty: true,
    rhythmMs: 30 * minuteMs,
    slowestMs: 5_000,
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
    name: "blind: neither codes nor status",
    capabilities: someCapabilities({
      pinUsers: 8,
      lastUserId: 8,
      pinReadBack: "silent",
      userStatus: "no",
    }),
    readBack: "silent",
    takesUserStatus: false,
    tellsDigits: false,
  },
];
