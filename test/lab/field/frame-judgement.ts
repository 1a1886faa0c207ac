import { PinCode } from "../../../daemon/core/model/secret.ts";
import type { OperationArgs, Outcome } from "../../../drivers/lock-driver.ts";
import { parseZclFrame, type ZclFrame } from "../../../drivers/zigbee/frames/zcl-frame.ts";
import {
  type CommandName,
  commandIds,
} from "../../../drivers/zigbee/operations/door-lock-commands.ts";
import { LockLink } from "../../../drivers/zigbee/operations/lock-link.ts";
import { performOn } from "../../../drivers/zigbee/operations/performers.ts";
import { judgeEvents } from "./event-judgement.ts";
import type { Expectation, FieldFrame } from "./field-frames.ts";
import type { BenchLock, FrameBench } from "./frame-bench.ts";

/** ZCL 2.5.1. */
const readAttributes = 0x00;
const options = { deadlineMs: 10_000 };
/** Frame control: bit 2 says that a manufacturer code precedes the sequence number. */
const manufacturerSpecific = 0x04;

/** @returns what is wrong with the way latchd takes a frame, or null. */
export async function judgeFrame(bench: FrameBench, frame: FieldFrame): Promise<string | null> {
  const { expect, notUnderstood } = frame;
  if (notUnderstood !== null) return `not understood in the file: ${notUnderstood}`;
  const lock = await bench.lockOf(frame);
  if (!frame.isFromLock) return judgeCommand(lock, frame);
  switch (expect.kind) {
    case "events":
      return judgeEvents(expect.events, await bench.say(lock, frame));
    case "reply":
      return await judgeReply(bench, lock, { frame, expect });
    case "readResponse":
      return await judgeReading(bench, lock, { frame, expect });
    case "command":
      return "a command that comes from a lock";
  }
}

/** Judges a command that another gateway sent: the simulated lock must survive it, and latchd must know its name. */
function judgeCommand({ lock }: BenchLock, frame: FieldFrame): string | null {
  const zcl = parseZclFrame(frame.bytes);
  if (zcl === null) return "no ZCL frame";
  lock.receive({
    profileId: 0x0104,
    clusterId: frame.cluster,
    sourceEndpoint: 1,
    destinationEndpoint: frame.endpoint,
    payload: frame.bytes,
  });
  const [name] = Object.entries(commandIds).find(([, id]) => id === zcl.commandId) ?? [];
  const wanted = frame.expect.kind === "command" ? frame.expect.command : null;
  return name === wanted ? null : `read as ${name ?? "no command that is known"}`;
}

interface Judged<K extends Expectation["kind"]> {
  readonly frame: FieldFrame;
  readonly expect: Extract<Expectation, { kind: K }>;
}

/** Asks the lock, which answers with the bytes of the file. */
async function judgeReply(
  bench: FrameBench,
  lock: BenchLock,
  { frame, expect }: Judged<"reply">,
): Promise<string | null> {
  const name = Object.keys(commandIds).find((known) => known === expect.command);
  if (!isCommandName(name)) return `${expect.command} is no command of a door lock`;
  const endpoint = lock.device.getEndpoint(frame.endpoint);
  if (endpoint === undefined) return `there is no endpoint ${frame.endpoint}`;
  answerOnce(lock, frame, { isClusterSpecific: true, commandId: commandIds[name] });
  const quirks = bench.frames.quirksOf(lock.id, lock.device);
  const target = { endpoint, device: lock.device, exchanger: bench.exchanger, quirks };
  const outcome = await performOn(target, operationOf(name, expect.args), options);
  const words = wordsOf(name, outcome);
  return words.includes(expect.result) ? null : `read as ${words.join(" or ")}`;
}

async function judgeReading(
  bench: FrameBench,
  lock: BenchLock,
  { frame, expect }: Judged<"readResponse">,
): Promise<string | null> {
  const endpoint = lock.device.getEndpoint(frame.endpoint);
  if (endpoint === undefined) return `there is no endpoint ${frame.endpoint}`;
  answerOnce(lock, frame, { isClusterSpecific: false, commandId: readAttributes });
  const link = new LockLink(endpoint, bench.exchanger);
  const ids = expect.values.size === 0 ? [0x0000] : [...expect.values.keys()];
  const read = await link.read(frame.cluster, ids, options);
  if (read.kind !== "done") return `read as ${read.kind}`;
  const shown = JSON.stringify([...read.values]);
  if (read.values.size !== expect.values.size) return `read as ${shown}`;
  const isSame = [...expect.values].every(([id, value]) => read.values.get(id) === Number(value));
  return isSame ? null : `read as ${shown}`;
}

/** The next such request to that cluster gets the bytes, with its own sequence number. */
function answerOnce(
  { lock }: BenchLock,
  frame: FieldFrame,
  wanted: Pick<ZclFrame, "isClusterSpecific" | "commandId">,
): void {
  lock.answerWith((request) => {
    const zcl = parseZclFrame(request.payload);
    const isIt =
      request.clusterId === frame.cluster &&
      zcl?.isClusterSpecific === wanted.isClusterSpecific &&
      zcl.commandId === wanted.commandId;
    if (!isIt) return null;
    lock.answerWith(null);
    const bytes = Uint8Array.from(frame.bytes);
    bytes[sequenceAt(bytes)] = request.payload[sequenceAt(request.payload)] ?? 0;
    return bytes;
  });
}

function sequenceAt(bytes: Uint8Array): number {
  return ((bytes[0] ?? 0) & manufacturerSpecific) === 0 ? 1 : 3;
}

/** Describes an outcome in the words of the data: its kind, and what was read. */
function wordsOf(name: CommandName, outcome: Outcome): readonly string[] {
  switch (outcome.kind) {
    case "done":
      return outcome.reply === null && name.startsWith("get")
        ? ["notFound", "empty"]
        : doneWords(outcome.reply);
    case "refused":
      return ["refused", outcome.status, `0x${outcome.statusCode.toString(16).padStart(2, "0")}`];
    case "unsupported":
    case "unreadable":
    case "unreachable":
      return [outcome.kind];
  }
}

function doneWords(reply: Extract<Outcome, { kind: "done" }>["reply"]): readonly string[] {
  if (reply === null) return ["done"];
  if (typeof reply === "string") return [reply, "done"];
  if (typeof reply === "number" || !("kind" in reply)) return ["done"];
  if (reply.kind === "empty") return ["empty"];
  return reply.pinCode === "masked"
    ? ["masked", "occupied", reply.userStatus]
    : [`digits:${reply.pinCode.length}`, "occupied", reply.userStatus];
}

function isCommandName(name: string | undefined): name is CommandName {
  return name !== undefined && Object.hasOwn(commandIds, name);
}

type AnyCommand = { [K in CommandName]: { readonly name: K } & OperationArgs[K] }[CommandName];

/** A command with the arguments that the data names, and others that any lock takes. */
function operationOf(name: CommandName, args: Readonly<Record<string, unknown>>): AnyCommand {
  const numberOf = (key: string, otherwise: number): number =>
    typeof args[key] === "number" ? args[key] : otherwise;
  const userId = numberOf("userId", 3);
  const scheduleId = numberOf("scheduleId", 0);
  switch (name) {
    case "lockDoor":
    case "unlockDoor":
      return { name, pinCode: null };
    case "getLogRecord":
      return { name, logIndex: numberOf("logIndex", 0) };
    case "setPinCode":
      return {
        name,
        userId,
        userStatus: "occupiedEnabled",
        userType: "unrestricted",
        pinCode: new PinCode("271828"),
      };
    case "setUserStatus":
      return { name, userId, userStatus: "occupiedEnabled" };
    case "setUserType":
      return { name, userId, userType: "unrestricted" };
    case "setWeekDaySchedule": {
      const hours = { startHour: 8, startMinute: 0, endHour: 18, endMinute: 0 };
      return { name, userId, scheduleId, schedule: { daysMask: 0x3e, ...hours } };
    }
    case "setYearDaySchedule": {
      const schedule = { localStartSeconds: 800_000_000, localEndSeconds: 800_086_400 };
      return { name, userId, scheduleId, schedule };
    }
    case "getPinCode":
    case "clearPinCode":
    case "getUserStatus":
    case "getUserType":
      return { name, userId };
    case "getWeekDaySchedule":
    case "clearWeekDaySchedule":
    case "getYearDaySchedule":
    case "clearYearDaySchedule":
      return { name, userId, scheduleId };
  }
}
