import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { RadioFaultError } from "./radio-fault.ts";

/** What a stick reports of itself (SYS_VERSION). */
export interface StickFirmware {
  /** 1 = Z-Stack 3.x.0, what a CC2652 coordinator has. */
  readonly product: number;
  /** `20240710` */
  readonly revision: number;
}

/** The first firmware without known losses of messages to sleeping locks. */
export const oldestGoodRevision = 20_230_507;

const answerTimeoutMs = 1_500;
const openTimeoutMs = 5_000;
/** A coordinator does not send more than this before its answer. */
const maxHeardBytes = 4_096;

const sysPing = Buffer.of(0xfe, 0x00, 0x21, 0x01, 0x20);
const sysVersion = Buffer.of(0xfe, 0x00, 0x21, 0x02, 0x23);
/** RSTACK, which an EmberZNet stick sends when it starts. */
const emberReset = Buffer.of(0x1a, 0xc1, 0x02);

interface StickLine {
  readonly path: string;
  readonly baudRateBps: number;
  readonly rtscts: boolean;
}

/**
 * Asks a stick for its firmware before zigbee-herdsman opens it: herdsman's own failures do not distinguish
 * a wrong firmware from a dead stick.
 * @returns null when the stick is silent: it may be in its bootloader, which herdsman knows to leave.
 * @throws RadioFaultError when it cannot be opened, or what answers is no Z-Stack 3 coordinator.
 */
export async function probeStick(
  line: StickLine,
  signal: AbortSignal,
): Promise<StickFirmware | null> {
  const { stream, close } = await openLine(line);
  try {
    const heard = await converse(stream, signal);
    return firmwareOf(line.path, heard);
  } finally {
    stream.on("error", () => undefined);
    await close();
  }
}

/** @throws RadioFaultError `notACoordinator` */
export function checkFirmware(path: string, { product }: StickFirmware): void {
  if (product === 1) return;
  throw new RadioFaultError(
    "notACoordinator",
    `The stick at ${path} has a firmware of another kind (product ${product}): it needs Z-Stack 3.x.0 ` +
      "for a coordinator, CC2652 type as printed on the stick.",
  );
}

function firmwareOf(path: string, heard: Buffer): StickFirmware | null {
  const version = payloadOf(heard, 0x61, 0x02);
  if (version !== null && version.length >= 5) {
    const revision = version.length >= 9 ? version.readUInt32LE(5) : 0;
    return { product: version.readUInt8(1), revision };
  }
  if (heard.includes(emberReset)) {
    throw new RadioFaultError(
      "notACoordinator",
      `The stick at ${path} is one of Silicon Labs (EmberZNet): latchd needs a TI CC2652 stick.`,
    );
  }
  return null;
}

/** The payload of the first sound frame (SOF, length, cmd0, cmd1, payload, FCS) with this command. */
function payloadOf(heard: Buffer, cmd0: number, cmd1: number): Buffer | null {
  for (let at = heard.indexOf(0xfe); at >= 0; at = heard.indexOf(0xfe, at + 1)) {
    const length = heard[at + 1] ?? 0;
    const frame = heard.subarray(at + 1, at + 5 + length);
    if (frame.length < length + 4 || frame[1] !== cmd0 || frame[2] !== cmd1) continue;
    const sum = frame.subarray(0, -1).reduce((fcs, byte) => fcs ^ byte, 0);
    if (sum === frame.at(-1)) return frame.subarray(3, -1);
  }
  return null;
}

function converse(stream: Duplex, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve) => {
    let heard = Buffer.alloc(0);
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      stream.removeAllListeners("data");
      resolve(heard);
    };
    const timer = setTimeout(end, answerTimeoutMs);
    signal.addEventListener("abort", end, { once: true });
    // Herdsman's own start reports a line that breaks now.
    stream.on("error", end).on("close", end);
    stream.on("data", (chunk: Buffer) => {
      heard = Buffer.concat([heard, chunk]);
      const isOver = payloadOf(heard, 0x61, 0x02) !== null || heard.length > maxHeardBytes;
      if (isOver) end();
    });
    stream.write(sysPing);
    stream.write(sysVersion);
  });
}

/** `tcp://host:port`; everything else is a serial port. */
const tcpPath = /^tcp:\/\/(.+):(\d+)$/;

export function isTcpPath(path: string): boolean {
  return tcpPath.test(path);
}

/** An open line; `close` resolves when another may open it. */
interface OpenLine {
  readonly stream: Duplex;
  close(): Promise<void>;
}

function openLine(line: StickLine): Promise<OpenLine> {
  const tcp = tcpPath.exec(line.path);
  return tcp === null ? openSerial(line) : openTcp(line.path, tcp[1] ?? "", Number(tcp[2]));
}

function openTcp(path: string, host: string, port: number): Promise<OpenLine> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const fail = (cause?: unknown): void => {
      socket.destroy();
      const text = `No Zigbee stick can be reached at ${path}.`;
      reject(new RadioFaultError("stickMissing", text, cause));
    };
    socket.setTimeout(openTimeoutMs, fail);
    socket.once("error", fail);
    socket.once("connect", () => {
      socket.setTimeout(0);
      socket.off("error", fail);
      resolve({ stream: socket, close: () => destroyed(socket) });
    });
  });
}

function destroyed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once("close", () => resolve());
    socket.destroy();
    if (socket.closed) resolve();
  });
}

/** The library is loaded here: a stick on TCP needs none of it. */
async function openSerial({ path, baudRateBps, rtscts }: StickLine): Promise<OpenLine> {
  const { SerialPort } = await import("serialport");
  return await new Promise((resolve, reject) => {
    const port = new SerialPort({ path, baudRate: baudRateBps, rtscts, autoOpen: false });
    const close = (): Promise<void> =>
      new Promise((closed) => {
        if (port.isOpen) port.close(() => closed());
        else closed();
      });
    port.open((cause) => {
      if (cause === null) {
        resolve({ stream: port, close });
        return;
      }
      // Path and permission were checked before: the port must be in use.
      const text = `The Zigbee stick at ${path} cannot be opened: another program uses it, or it was unplugged.`;
      reject(new RadioFaultError("stickBusy", text, cause));
    });
  });
}
