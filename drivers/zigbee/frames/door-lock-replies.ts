/** Answers of a lock, decoded to outcomes (ZCL 7.3.2.17). */
import type {
  RefusalStatus,
  WeekDaySchedule,
  YearDaySchedule,
} from "../../../daemon/core/model/door-lock.ts";
import type { LogReading, OperationArgs, Outcome, PinReading } from "../../lock-driver.ts";
import type { CommandName, CommandOperation } from "../operations/door-lock-commands.ts";
import { ByteReader } from "./byte-reader.ts";
import { pinFromOctets } from "./pin-octets.ts";
import {
  isUnsupported,
  localSecondsFromWire,
  operationCodeFromWire,
  refusalFromSetPinStatus,
  refusalFromZclStatus,
  sourceFromWire,
  userIdFromWire,
  userStatusFromWire,
  userTypeFromWire,
  zclStatus,
} from "./wire-values.ts";

type Decoders = {
  readonly [K in CommandName]: (reader: ByteReader, args: OperationArgs[K]) => Outcome<K>;
};

const unreadable = { kind: "unreadable" } as const;

/** Statuses of all answers that carry nothing else. */
const status = (reader: ByteReader): StatusOutcome => statusReply(reader, refusalFromZclStatus);

const decoders: Decoders = {
  lockDoor: status,
  unlockDoor: status,
  getLogRecord: logReply,
  setPinCode: (reader) => statusReply(reader, refusalFromSetPinStatus),
  getPinCode: (reader, args) => (reader.u16() === args.userId ? pinReply(reader) : unreadable),
  clearPinCode: status,
  setUserStatus: status,
  getUserStatus: (reader, args) =>
    reader.u16() === args.userId ? wordReply(userStatusFromWire(reader.u8())) : unreadable,
  setWeekDaySchedule: status,
  getWeekDaySchedule: (reader, args) => scheduleReply(reader, args, readWeekDaySchedule),
  clearWeekDaySchedule: status,
  setYearDaySchedule: status,
  getYearDaySchedule: (reader, args) => scheduleReply(reader, args, readYearDaySchedule),
  clearYearDaySchedule: status,
  setUserType: status,
  getUserType: (reader, args) =>
    reader.u16() === args.userId ? wordReply(userTypeFromWire(reader.u8())) : unreadable,
};

/** Requests for which NOT_FOUND is an answer and no refusal: there is none. */
const answersToNotFound: { readonly [K in CommandName]?: Outcome<K> } = {
  getPinCode: { kind: "done", reply: { kind: "empty" } },
  getWeekDaySchedule: { kind: "done", reply: null },
  getYearDaySchedule: { kind: "done", reply: null },
};

/**
 * Decodes the response to `operation`.
 * @param payload what follows the ZCL header.
 */
export function decodeReply<K extends CommandName>(
  operation: CommandOperation<K>,
  payload: Uint8Array,
): Outcome<K> {
  const decode: Decoders[K] = decoders[operation.name];
  return decode(new ByteReader(payload), operation);
}

/** A Default Response in place of the answer (ZCL 2.5.12): an error, or nothing but "received". */
export function decodeDefaultResponse<K extends CommandName>(name: K, status: number): Outcome<K> {
  if (status === zclStatus.success) return unreadable;
  const answer: Outcome<K> | undefined = answersToNotFound[name];
  if (status === zclStatus.notFound && answer !== undefined) return answer;
  return refusal(status, refusalFromZclStatus);
}

/** The outcome for a status other than success. */
export function refusal(statusCode: number, word: (status: number) => RefusalStatus): Refused {
  if (isUnsupported(statusCode)) return { kind: "unsupported" };
  return { kind: "refused", status: word(statusCode), statusCode };
}

type Refused = Extract<Outcome, { kind: "refused" | "unsupported" }>;
type Decoded<T> = { readonly kind: "done"; readonly reply: T } | Refused | typeof unreadable;
type StatusOutcome = Decoded<null>;

function done<T>(reply: T): Decoded<T> {
  return { kind: "done", reply };
}

function statusReply(
  reader: ByteReader,
  word: (statusCode: number) => RefusalStatus,
): StatusOutcome {
  const statusCode = reader.u8();
  if (statusCode === null) return unreadable;
  return statusCode === zclStatus.success ? done(null) : refusal(statusCode, word);
}

function wordReply<T extends string>(word: T | null): Decoded<T> {
  return word === null ? unreadable : done(word);
}

/**
 * After the user id: status, type, code. A lock may leave out the code, or fields it has nothing for;
 * an occupied slot without digits counts as masked.
 */
function pinReply(reader: ByteReader): Decoded<PinReading> {
  const statusOnWire = reader.u8();
  if (statusOnWire === null) return unreadable;
  if (statusOnWire === 0) return done({ kind: "empty" });
  const userType = userTypeFromWire(reader.u8()) ?? "unrestricted";
  const pinCode = pinFromOctets(reader.octets());
  const userStatus = userStatusFromWire(statusOnWire);
  // 0xFF, "not supported": only the code shows whether the slot is occupied.
  if (userStatus === null && pinCode === null) return done({ kind: "empty" });
  const reading: PinReading = {
    kind: "occupied",
    pinCode: pinCode ?? "masked",
    userStatus: userStatus ?? "occupiedEnabled",
    userType,
  };
  return done(reading);
}

function scheduleReply<T>(
  reader: ByteReader,
  asked: { readonly scheduleId: number; readonly userId: number },
  read: (reader: ByteReader) => T | null,
): Decoded<T | null> {
  if (reader.u8() !== asked.scheduleId || reader.u16() !== asked.userId) return unreadable;
  const status = reader.u8();
  // Some locks end the answer after the user id when there is no schedule.
  if (status === null || status === zclStatus.notFound) return done(null);
  if (status !== zclStatus.success) return refusal(status, refusalFromZclStatus);
  const schedule = read(reader);
  return schedule === null ? unreadable : done(schedule);
}

function readWeekDaySchedule(reader: ByteReader): WeekDaySchedule | null {
  const daysMask = reader.u8();
  const startHour = reader.u8();
  const startMinute = reader.u8();
  const endHour = reader.u8();
  const endMinute = reader.u8();
  if (daysMask === null || startHour === null || startMinute === null) return null;
  if (endHour === null || endMinute === null) return null;
  return { daysMask, startHour, startMinute, endHour, endMinute };
}

function readYearDaySchedule(reader: ByteReader): YearDaySchedule | null {
  const localStartSeconds = reader.u32();
  const localEndSeconds = reader.u32();
  if (localStartSeconds === null || localEndSeconds === null) return null;
  return { localStartSeconds, localEndSeconds };
}

const logEventTypes: readonly LogReading["eventType"][] = ["operation", "programming", "alarm"];

/** The code at the end of a record is not read: nothing in latchd wants it. */
function logReply(reader: ByteReader): Decoded<LogReading> {
  const logEntryId = reader.u16();
  const timestamp = reader.u32();
  const eventType = reader.u8();
  const source = reader.u8();
  const eventCode = reader.u8();
  if (logEntryId === null || eventType === null || source === null || eventCode === null) {
    return unreadable;
  }
  return done({
    logEntryId,
    localSeconds: localSecondsFromWire(timestamp),
    eventType: logEventTypes[eventType] ?? "other",
    operation:
      eventType === 0
        ? { source: sourceFromWire(source), code: operationCodeFromWire(eventCode) }
        : null,
    userId: userIdFromWire(reader.u16()),
  });
}
