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
 * Limit of the stored live events. Events beyond it would be published again from the log, but the log is
 * read long before ({@link isLogLong}). Events that arrive while a long log is read need the rest.
 */
const liveEventLimit = 128;
/** With this number of live events the log is read, so that the list stays short. */
const readAtLiveEvents = 16;
/** Limit of the entries that are read from a lock at once. The next follow after {@link logRestMs}. */
export const logEntryLimit = 100;
/** The pause between two reads of a long log, which spares the lock's radio. */
export const logRestMs = 60_000;

/** The entries of a lock's log since the cursor: the oldest of them, or all. */
export interface LogPiece {
  /** The newest first. */
  readonly newest: readonly LogReading[];
  /** The number of entries before and between these that the lock has overwritten or does not show. */
  readonly lost: number;
  /** Whether the newest entry of the log is among them. */
  readonly isWhole: boolean;
}

/** A live event and the log entry of the same event are no further apart than this. */
const sameEventSeconds = 2;
const sameEventMs = 90_000;
/** The lock's time of an entry counts if it is no older than this and not in the future. */
const oldestMs = 31 * 86_400_000;
const futureMs = 60_000;

/** Returns whether there are so many live events that the log must be read before the list is full. */
export function isLogLong(lock: LockRecord): boolean {
  return lock.capabilities.logRecords > 0 && lock.logCursor.heard.length >= readAtLiveEvents;
}

/** Returns the effects of a live event with a note of the event, so that the log does not publish it again. */
export function withLiveEvents(
  view: LockView,
  effects: Effects,
  event: LockEvent | null,
  nowMs: number,
): Effects {
  if (view.lock.capabilities.logRecords === 0) return effects;
  const heard = liveEventsOf(effects, event, nowMs);
  if (heard.length === 0) return effects;
  const lock = effects.lock ?? view.lock;
  const kept = [...lock.logCursor.heard, ...heard].slice(-liveEventLimit);
  return { ...effects, lock: { ...lock, logCursor: { ...lock.logCursor, heard: kept } } };
}

function liveEventsOf(effects: Effects, event: LockEvent | null, nowMs: number): LiveEvent[] {
  if (event?.kind === "operationEvent") {
    const { source, code, userId, localSeconds } = event;
    if (!isHistoryCode(code)) return [];
    return [{ isOpening: isOpening(code), source, userId, localSeconds, atMs: nowMs }];
  }
  return (effects.journal ?? []).flatMap((entry): LiveEvent[] => {
    if (entry.kind !== "event" || entry.event !== "lockerOpenAlarm") return [];
    const time = entry.detail?.["time"];
    const atMs = typeof time === "number" ? time : nowMs;
    return [{ isOpening: true, source: null, userId: null, localSeconds: null, atMs }];
  });
}

interface LogInput {
  readonly before: LockView;
  readonly piece: LogPiece;
  readonly time: TimeReading;
  readonly timeZone: string | undefined;
}

/**
 * Returns the effects of what a lock's log has since the cursor: openings and wrong codes that did not arrive
 * live, each once, the oldest first, with the lock's time if it is credible. The first read only sets the
 * cursor, because entries from before the pairing are not published. Lost entries become a counted gap.
 */
export function logEffects(
  before: LockView,
  piece: LogPiece,
  time: TimeReading,
  timeZone: string | undefined,
): Effects {
  const [head] = piece.newest;
  const { entryId, heard } = before.lock.logCursor;
  if (head === undefined && entryId !== null) return {};
  if (head === undefined || entryId === null) {
    // If the log is empty, everything that comes later is new.
    const logCursor = { entryId: head?.logEntryId ?? 0, heard: [], readAtMs: time.nowMs };
    return { lock: { ...before.lock, logCursor } };
  }
  const left = [...heard];
  const past = pastEffects({ before, piece, time, timeZone }, left);
  const unknown = piece.lost - left.filter((one) => isBefore(one, head)).length;
  const gap = unknown > 0 ? [lostEntries(before, unknown)] : [];
  return {
    ...past.effects,
    lock: { ...past.lock, logCursor: cursorAfter({ before, piece, time, timeZone }, head, left) },
    journal: [...gap, ...past.journal],
  };
}

/** @param left the live events since the cursor; those that the log shows are removed */
function pastEffects({ before, piece, time, timeZone }: LogInput, left: LiveEvent[]) {
  const { newest, isWhole } = piece;
  const newestOpening = isWhole ? newest.find(isOpeningEntry) : undefined;
  const journal: JournalEntry[] = [];
  let effects: Effects = {};
  let view = before;
  let row: PastWrongCodes = { wrongCodes: 0, wrongCodeAtMs: null };
  for (const reading of newest.toReversed()) {
    const event = eventOf(reading);
    const credibleMs = timeOf(view.lock, reading, time, timeZone);
    if (event === null || removeLiveEvent(left, reading, event, credibleMs)) continue;
    const entry: PastEvent = {
      event,
      happenedMs: happenedMs(view.lock, reading, time, timeZone),
      atMs: credibleMs ?? time.nowMs,
      afterMs: before.lock.logCursor.readAtMs ?? before.lock.pairedAtMs,
      isNewestOpening: reading === newestOpening,
    };
    const past = pastEventEffects(view, entry, time, row);
    row = past.row;
    const happened = { atMs: entry.atMs, clock: time.state };
    for (const one of past.effects.journal ?? []) journal.push({ ...one, happened });
    effects = merged(effects, past.effects);
    view = viewAfter(view, past.effects);
  }
  return { effects, journal, lock: view.lock };
}

function cursorAfter(
  { before, piece: { isWhole }, time }: LogInput,
  head: LogReading,
  left: readonly LiveEvent[],
): LogCursor {
  // The log may get the entry of a recent event after this read, or have it in the part that was not read.
  const recent = isWhole ? left.filter((one) => one.atMs >= time.nowMs - sameEventMs) : left;
  const readAtMs = isWhole ? time.nowMs : before.lock.logCursor.readAtMs;
  return {
    entryId: head.logEntryId,
    heard: recent,
    ...(readAtMs === undefined ? {} : { readAtMs }),
  };
}

/**
 * Returns whether the event is earlier than this entry by the lock's clock. If the log did not show it, the lock
 * has overwritten it.
 */
function isBefore({ localSeconds }: LiveEvent, entry: LogReading): boolean {
  return localSeconds !== null && entry.localSeconds !== null && localSeconds < entry.localSeconds;
}

/** Returns the entry that counts what the lock's rotating log has overwritten before it was read. */
function lostEntries({ lock }: LockView, count: number): JournalEntry {
  const detail = { reason: "lockLog", count };
  return { kind: "event", event: "journalGap", lock: lock.lock, detail };
}

/** Returns whether the log is searched for such events: openings, wrong codes and refused users. */
function isHistoryCode(code: OperationCode): boolean {
  return isOpening(code) || isWrongCode(code) || refusalOf(code) !== null;
}

type OperationEvent = Extract<LockEvent, { kind: "operationEvent" }>;

function isOpeningEntry({ operation }: LogReading): boolean {
  return operation !== null && isOpening(operation.code);
}

function eventOf({ operation, userId, localSeconds }: LogReading): OperationEvent | null {
  if (operation === null) return null;
  const { source, code } = operation;
  if (!isHistoryCode(code)) return null;
  return { kind: "operationEvent", source, code, userId, localSeconds };
}

/** Removes the live event of the same event from `left`. @returns whether there was one. */
function removeLiveEvent(
  left: LiveEvent[],
  reading: LogReading,
  event: OperationEvent,
  atMs: number | null,
): boolean {
  const index = left.findIndex((one) => {
    if (one.isOpening !== isOpening(event.code)) return false;
    const isSameUser =
      one.source === null || (one.source === event.source && one.userId === event.userId);
    if (!isSameUser) return false;
    if (one.localSeconds !== null && reading.localSeconds !== null) {
      return Math.abs(one.localSeconds - reading.localSeconds) <= sameEventSeconds;
    }
    return atMs === null || Math.abs(atMs - one.atMs) <= sameEventMs;
  });
  if (index === -1) return false;
  left.splice(index, 1);
  return true;
}

/**
 * Returns the time of an entry by the lock's clock, ms UTC; null = the lock did not say, or the time is not
 * credible.
 */
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
 * Returns the time of an entry, corrected by the measured drift of the lock's clock, ms UTC; null = not known.
 * The lock made entries with a time before the pairing while its clock was not set.
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

/** Returns the view with the effects: later entries of the log are judged by the earlier ones. */
function viewAfter(view: LockView, effects: Effects): LockView {
  const passwords = new Map(view.passwords.map((password) => [password.id, password]));
  for (const password of effects.passwords ?? []) passwords.set(password.id, password);
  const slots = new Map(view.slots);
  for (const slot of effects.slots ?? []) slots.set(slot.userId, slot);
  return { lock: effects.lock ?? view.lock, passwords: [...passwords.values()], slots };
}
