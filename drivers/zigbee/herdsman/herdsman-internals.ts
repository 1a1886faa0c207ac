/**
 * Accesses to herdsman's internals. Each is needed because herdsman leaves something undone, and
 * each tolerates a herdsman that looks different.
 */
import { EventEmitter } from "node:events";
import { Readable, Transform } from "node:stream";
import type { Controller } from "zigbee-herdsman";
import { LineIntake, type LineIntakePorts } from "../intake/line-intake.ts";
import { type MtFrame, MtFrameReader, type ReceivedFrame } from "../stick/mt-frame.ts";
import { unpiFrame } from "./herdsman-parts.ts";

interface Closeable {
  stop(): Promise<void>;
}

/** How far a failed start got. */
export type StartProgress = "notOpened" | "opened" | "answered";

/**
 * Whether the port was open and the stick answered anything. Herdsman's errors show it by message text only.
 */
export function startProgress(controller: Controller): StartProgress {
  const adapter = member(controller, "adapter");
  const znp = member(adapter, "znp");
  const isInitialized = member(znp, "isInitialized");
  if (typeof isInitialized !== "function" || Reflect.apply(isInitialized, znp, []) !== true) {
    return "notOpened";
  }
  return member(adapter, "version") === undefined ? "opened" : "answered";
}

/**
 * Closes the port of a controller whose start has failed or whose stick is silent. Herdsman leaves it
 * open, and the next start would find it in use.
 */
export async function closePort(controller: Controller): Promise<void> {
  const adapter = member(controller, "adapter");
  if (!isCloseable(adapter)) return;
  // Tells the controller that the link is gone, so that its own stop does not wait for the stick.
  if (adapter instanceof EventEmitter) adapter.emit("disconnected");
  await adapter.stop();
}

/**
 * Listens for errors of the port for good. Herdsman listens for one only; a second one, as an unplugged
 * stick gives, would end the process.
 */
export function listenForPortErrors(
  controller: Controller,
  onError: (error: unknown) => void,
): void {
  const znp = member(member(controller, "adapter"), "znp");
  const serialPort = member(znp, "serialPort");
  if (serialPort instanceof EventEmitter) serialPort.on("error", onError);
}

/** What reads along on the line to the stick. */
export interface LineObserver {
  frameSent(frame: MtFrame): void;
  frameReceived(frame: MtFrame): void;
}

/** What the intake of the line needs of its session. */
export type IntakePorts = Pick<LineIntakePorts, "stored" | "folded">;

/** An unfinished frame that pauses for this time was noise, ms: a whole frame takes 23 ms at 115,200 baud. */
const midFramePauseMs = 500;

/**
 * Reads along on the line to the stick, and hands herdsman whole frames only, in the sequence of the
 * {@link LineIntake}: its own parser drops what noise has hidden, takes a time that is quadratic in the bytes
 * it holds, and makes several texts of each frame for a log that is switched off.
 * @param znp herdsman's side of the line, before its port is opened
 * @returns a function that ends the timers
 * @throws Error when herdsman has changed so that this cannot be done
 */
export function observeLine(znp: unknown, reader: LineObserver, ports: IntakePorts): () => void {
  const parser = member(znp, "unpiParser");
  const writer = member(znp, "unpiWriter");
  if (!(parser instanceof Transform)) {
    throw new Error("this version of zigbee-herdsman has no parser for the stick's frames");
  }
  if (!(writer instanceof Readable)) {
    throw new Error("this version of zigbee-herdsman has no writer for the stick's frames");
  }
  const frames = new MtFrameReader();
  const intake = new LineIntake({
    ...ports,
    pass: (frame) => parser.emit("parsed", unpiFrame(frame)),
    defer: (run) => setImmediate(run),
  });
  let pause: NodeJS.Timeout | null = null;
  const handOn = (received: readonly ReceivedFrame[], resume?: () => void): void => {
    for (const frame of received) reader.frameReceived(frame);
    intake.push(received, resume);
  };
  const endPause = (): void => {
    if (pause !== null) clearTimeout(pause);
    pause = null;
  };
  Reflect.set(parser, "_transform", (chunk: Buffer, _encoding: string, done: () => void): void => {
    endPause();
    const whole = frames.push(chunk);
    if (frames.isMidFrame)
      pause = setTimeout(() => handOn(frames.expire()), midFramePauseMs).unref();
    handOn(whole, done);
  });
  Reflect.set(writer, "writeFrame", (frame: unknown): void => {
    const sent = sentFrame(frame);
    if (sent !== null) reader.frameSent(sent);
    writer.push(bytesOf(frame));
  });
  return () => {
    endPause();
    intake.end();
  };
}

/** Herdsman's form of a frame in ours. */
function sentFrame(frame: unknown): MtFrame | null {
  const [type, subsystem] = [member(frame, "type"), member(frame, "subsystem")];
  const [command, data] = [member(frame, "commandID"), member(frame, "data")];
  if (typeof type !== "number" || typeof subsystem !== "number") return null;
  if (typeof command !== "number" || !Buffer.isBuffer(data)) return null;
  return { type, subsystem, command, data };
}

/** The bytes of herdsman's frame. @throws Error when it has none */
function bytesOf(frame: unknown): unknown {
  const toBuffer = member(frame, "toBuffer");
  if (typeof toBuffer !== "function")
    throw new Error("zigbee-herdsman sends a frame without bytes");
  return Reflect.apply(toBuffer, frame, []);
}

/** Puts bytes on the line past herdsman's queue, for a stick that does not answer. */
export function sendBytes(controller: Controller, bytes: Buffer): void {
  const writer = member(member(member(controller, "adapter"), "znp"), "unpiWriter");
  const writeBuffer = member(writer, "writeBuffer");
  if (typeof writeBuffer === "function") Reflect.apply(writeBuffer, writer, [bytes]);
}

/** Sends the stick a request by herdsman's names and waits for its answer's payload. */
export async function requestOfStick(
  controller: Controller,
  subsystem: number,
  command: string,
  payload: object,
): Promise<unknown> {
  const znp = member(member(controller, "adapter"), "znp");
  const request = member(znp, "request");
  if (typeof request !== "function") throw new Error("zigbee-herdsman has no line to the stick");
  const answer: unknown = await Reflect.apply(request, znp, [subsystem, command, payload]);
  return member(answer, "payload");
}

/**
 * Calls `take` before herdsman handles a leave frame: herdsman forgets the device at once, whoever sent the
 * frame. `pass` passes the frame on to herdsman. Must be called before the controller starts.
 */
export function interceptDepartures(
  controller: Controller,
  take: (payload: unknown, pass: () => void) => void,
): void {
  const forget = member(controller, "onDeviceLeave");
  if (typeof forget !== "function") return;
  Reflect.set(controller, "onDeviceLeave", (payload: unknown): void =>
    take(payload, () => Reflect.apply(forget, controller, [payload])),
  );
}

/**
 * Asks `mayJoin` before herdsman handles a join: herdsman makes a device, or gives one another address, whoever
 * sent the frame. Must be called before the controller starts.
 */
export function filterJoins(controller: Controller, mayJoin: (payload: unknown) => boolean): void {
  const join = member(controller, "onDeviceJoined");
  if (typeof join !== "function") return;
  Reflect.set(controller, "onDeviceJoined", (payload: unknown): unknown =>
    mayJoin(payload) ? Reflect.apply(join, controller, [payload]) : undefined,
  );
}

/**
 * Replaces herdsman's own question to an unknown sender by `ask`. Its answer never counts with Z-Stack, see
 * {@link listenForZdo}, and the wait for it occupies one of herdsman's requests.
 */
export function takeUnknownSenders(
  controller: Controller,
  ask: (networkAddress: number) => void,
): void {
  Reflect.set(controller, "identifyUnknownDevice", (networkAddress: unknown): Promise<void> => {
    if (typeof networkAddress === "number") ask(networkAddress);
    return Promise.resolve();
  });
}

/**
 * Calls back for each ZDO answer. Herdsman's own wait for an IEEE_addr_rsp never ends: for that answer it
 * compares a field that the Z-Stack frame does not have.
 */
export function listenForZdo(
  controller: Controller,
  onResponse: (clusterId: unknown, response: unknown) => void,
): void {
  const adapter = member(controller, "adapter");
  if (adapter instanceof EventEmitter) adapter.on("zdoResponse", onResponse);
}

/**
 * Takes away the timers that herdsman leaves running when it has stopped: the end of joining, and a minute
 * after a device has announced itself. They would keep the process from ending.
 */
export function clearTimers(controller: Controller): void {
  const permitJoinTimer = member(controller, "permitJoinTimer");
  const close = member(permitJoinTimer, "close");
  if (typeof close === "function") Reflect.apply(close, permitJoinTimer, []);
  const debouncers = member(
    member(controller, "adapter"),
    "deviceAnnounceRouteDiscoveryDebouncers",
  );
  if (!(debouncers instanceof Map)) return;
  for (const debouncer of debouncers.values()) {
    const clear = typeof debouncer === "function" ? Reflect.get(debouncer, "clear") : undefined;
    if (typeof clear === "function") Reflect.apply(clear, debouncer, []);
  }
}

/** A property of herdsman's objects that its types do not show; undefined when it is not there. */
export function member(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Reflect.get(value, name);
}

function isCloseable(value: unknown): value is Closeable {
  return typeof member(value, "stop") === "function";
}
