import type { TimeReading } from "../model/clock.ts";
import type { OperationCode } from "../model/door-lock.ts";
import type { JournalEntry } from "../model/journal.ts";
import type { LiveEvent, LogCursor } from "../model/lock/log-cursor.ts";
import type { Effects, LockRecord, LockView } from "../model/lock.ts";
import type { LockEvent } from "../model/lock-event.ts";
import type { LogReading } from "../model/operation.ts";
import { fromZigbeeLocal } from "../time/zigbee-time.ts";
import { isOpening, isWrongCode, refusalOf } from "./opening.ts";
import { type PastEvent, type PastWrongCodes, pastEventEffects } from "./past-event.ts";

/**
 * More than these are not kept: what is heard while a long log is read counts as well. Of older ones the
 * log would tell again; it is read long before ({@link isLogLong}).
 */
const heardLimit = 128;
/** When so many were heard live the log is read, so that the list stays short. */
const readAtHeard = 16;
/** So many entries are read from a lock at once at most; the rest follows after {@link logRestMs}. */
export const logEntryLimit = 100;
/** A lock's radio gets a rest between two readings of a long log. */
export const logRestMs = 60_000;

/** What was read of a lock's log since the cursor: its oldest part, or all of it. */
export interface LogPiece {
  /** The newest first. */
  readonly newest: readonly LogReading[];
  /** Entries before and between these that the lock had overwritten or does not show. */
  readonly lost: number;
  /** Up to the newest entry of the log. */
  readonly isWhole: boolean;
}

/** Live events and entries of the same act are no further apart. */
const sameActSeconds = 2;
const sameActMs = 90_000;
/** The lock's time of an entry is believed when it is no older, and not in the future. */
const oldestMs = 31 * 86_400_000;
const futureMs = 60_000;

/** Was so much heard live that the log should be read before the list is full? */
export function isLogLong(lock: LockRecord): boolean {
  return lock.capabilities.logRecords > 0 && lock.logCursor.heard.length >= readAtHeard;
}

/** Notes what these effects of a live event have told, so that the log does not tell it again. */
export function withLiveEvents(
  view: LockView,
  effects: Effects,
  event: LockEvent | null,
  nowMs: number,
): Effects {
  if (view.lock.capabilities.logRecords === 0) return effects;
  const heard = heardOf(effects, event, nowMs);
  if (heard.length === 0) return effects;
  const lock = effects.lock ?? view.lock;
  const kept = [...lock.logCursor.heard, ...heard].slice(-heardLimit);
  return { ...effects, lock: { ...lock, logCursor: { ...lock.logCursor, heard: kept } } };
}

function heardOf(effects: Effects, event: LockEvent | null, nowMs: number): LiveEvent[] {
  if (event?.kind === "operationEvent") {
    const { source, code, userId, localSeconds } = event;
    if (!isHistory(code)) return [];
    return [{ isOpening: isOpening(code), source, userId, localSeconds, atMs: nowMs }];
  }
  return (effects.journal ?? []).flatMap((entry): LiveEvent[] => {
    if (entry.kind !== "event" || entry.event !== "lockerOpenAlarm") return [];
    const time = entry.detail?.["time"];
    const atMs = typeof time === "number" ? time : nowMs;
    return [{ isOpening: true, source: null, userId: null, localSeconds: null, atMs }];
  });
}

/**
 * Takes in what a lock's log holds since the cursor: openings and wrong codes that nobody heard, each
 * once, oldest first, with the lock's time where it can be believed. The first time only the cursor is
 * set: what was before the pairing is no history of ours. What is lost is told as a counted gap.
 */
export function logEffects(
  before: LockView,
  { newest, lost, isWhole }: LogPiece,
  time: TimeReading,
  timeZone: string | undefined,
): Effects {
  const [head] = newest;
  const { entryId, heard } = before.lock.logCursor;
  if (head === undefined && entryId !== null) return {};
  if (head === undefined || entryId === null) {
    // Of an empty log everything is news from now on.
    const logCursor = { entryId: head?.logEntryId ?? 0, heard: [], readAtMs: time.nowMs };
    return { lock: { ...before.lock, logCursor } };
  }
  const left = [...heard];
  const journal: JournalEntry[] = [];
  let all: Effects = {};
  let view = before;
  let row: PastWrongCodes = { wrongCodes: 0, wrongCodeAtMs: null };
  const newestOpening = isWhole ? newest.find(isOpeningEntry) : undefined;
  for (const reading of newest.toReversed()) {
    const event = eventOf(reading);
    const toldMs = timeOf(view.lock, reading, time, timeZone);
    if (event === null || wasHeard(left, reading, event, toldMs)) continue;
    const act: PastEvent = {
      event,
      happenedMs: happenedMs(view.lock, reading, time, timeZone),
      atMs: toldMs ?? time.nowMs,
      afterMs: before.lock.logCursor.readAtMs ?? before.lock.pairedAtMs,
      isNewestOpening: reading === newestOpening,
    };
    const past = pastEventEffects(view, act, time, row);
    row = past.row;
    const happened = { atMs: act.atMs, clock: time.state };
    for (const entry of past.effects.journal ?? []) journal.push({ ...entry, happened });
    all = merged(all, past.effects);
    view = viewAfter(view, past.effects);
  }
  const unknown = lost - left.filter((one) => isBefore(one, head)).length;
  if (unknown > 0) journal.unshift(lostEntries(before, unknown));
  // Its entry may have come after the log was read, or be in the part that was not.
  const recent = isWhole ? left.filter((one) => one.atMs >= time.nowMs - sameActMs) : left;
  const { readAtMs } = before.lock.logCursor;
  const readNowMs = isWhole ? time.nowMs : readAtMs;
  const logCursor: LogCursor = {
    entryId: head.logEntryId,
    heard: recent,
    ...(readNowMs === undefined ? {} : { readAtMs: readNowMs }),
  };
  return { ...all, lock: { ...view.lock, logCursor }, journal };
}

/** Was it in the log before this entry, by the lock's clock? If it was not read there, it was overwritten. */
function isBefore({ localSeconds }: LiveEvent, entry: LogReading): boolean {
  return localSeconds !== null && entry.localSeconds !== null && localSeconds < entry.localSeconds;
}

/** What the lock's rotating log had overwritten before it was read. */
function lostEntries({ lock }: LockView, count: number): JournalEntry {
  const detail = { reason: "lockLog", count };
  return { kind: "event", event: "journalGap", lock: lock.lock, detail };
}

/** Acts that are looked for in the log: openings, wrong codes, and who was refused by a schedule. */
function isHistory(code: OperationCode): boolean {
  return isOpening(code) || isWrongCode(code) || refusalOf(code) !== null;
}

type OperationEvent = Extract<LockEvent, { kind: "operationEvent" }>;

function isOpeningEntry({ operation }: LogReading): boolean {
  return operation !== null && isOpening(operation.code);
}

function eventOf({ operation, userId, localSeconds }: LogReading): OperationEvent | null {
  if (operation === null) return null;
  const { source, code } = operation;
  if (!isHistory(code)) return null;
  return { kind: "operationEvent", source, code, userId, localSeconds };
}

/** Takes the live event of the same act out of the list. */
function wasHeard(
  left: LiveEvent[],
  reading: LogReading,
  act: OperationEvent,
  atMs: number | null,
): boolean {
  const index = left.findIndex((one) => {
    if (one.isOpening !== isOpening(act.code)) return false;
    const isSameWho =
      one.source === null || (one.source === act.source && one.userId === act.userId);
    if (!isSameWho) return false;
    if (one.localSeconds !== null && reading.localSeconds !== null) {
      return Math.abs(one.localSeconds - reading.localSeconds) <= sameActSeconds;
    }
    return atMs === null || Math.abs(atMs - one.atMs) <= sameActMs;
  });
  if (index === -1) return false;
  left.splice(index, 1);
  return true;
}

/** When it happened by the lock's clock, ms UTC; null = not told, or not to be believed. */
function timeOf(
  lock: LockRecord,
  { localSeconds }: LogReading,
  { nowMs }: TimeReading,
  timeZone: string | undefined,
): number | null {
  const atMs = shownMs(lock, localSeconds, timeZone);
  if (atMs === null || atMs > nowMs + futureMs || atMs < nowMs - oldestMs) return null;
  return Math.min(atMs, nowMs);
}

/**
 * When it happened, less what the lock's clock was measured to be ahead, ms UTC; null = not known. An entry
 * from before the pairing was made while the clock was not set.
 */
function happenedMs(
  lock: LockRecord,
  { localSeconds }: LogReading,
  { nowMs }: TimeReading,
  timeZone: string | undefined,
): number | null {
  const atMs = shownMs(lock, localSeconds, timeZone);
  if (atMs === null) return null;
  const trueMs = atMs - (lock.lockClock.driftSeconds ?? 0) * 1000;
  return trueMs > nowMs + futureMs || trueMs < lock.pairedAtMs - futureMs ? null : trueMs;
}

function shownMs(
  { lockClock }: LockRecord,
  localSeconds: number | null,
  timeZone: string | undefined,
): number | null {
  if (localSeconds === null || timeZone === undefined || lockClock.state !== "healthy") return null;
  return fromZigbeeLocal(localSeconds, timeZone);
}

function merged(all: Effects, { passwords = [], slots = [] }: Effects): Effects {
  return {
    passwords: [...(all.passwords ?? []), ...passwords],
    slots: [...(all.slots ?? []), ...slots],
  };
}

/** What came later in the log goes by what came before it. */
function viewAfter(view: LockView, effects: Effects): LockView {
  const passwords = new Map(view.passwords.map((password) => [password.id, password]));
  for (const password of effects.passwords ?? []) passwords.set(password.id, password);
  const slots = new Map(view.slots);
  for (const slot of effects.slots ?? []) slots.set(slot.userId, slot);
  return { lock: effects.lock ?? view.lock, passwords: [...passwords.values()], slots };
}
