import { ByteReader, ShortPayloadError } from "../bytes.ts";
import { answerFaultOf, type FaultSwitches } from "../faults.ts";
import type { Firmware } from "../firmware.ts";
import { afCommands } from "./mt-af.ts";
import { appCommands } from "./mt-app.ts";
import { rpcError, statusOnly, subsystem } from "./mt-codes.ts";
import type { MtCommand, MtTable } from "./mt-command.ts";
import { sysCommands } from "./mt-sys.ts";
import { utilCommands } from "./mt-util.ts";
import { zdoCommands } from "./mt-zdo.ts";
import { commandByte, type MtFrame } from "./unpi.ts";

/** All commands by cmd1, by subsystem. */
const tables: ReadonlyMap<number, ReadonlyMap<number, MtCommand>> = new Map([
  [subsystem.sys, byId(sysCommands)],
  [subsystem.af, byId(afCommands)],
  [subsystem.zdo, byId(zdoCommands)],
  [subsystem.util, byId(utilCommands)],
  [subsystem.appConfig, byId(appCommands)],
]);

function byId(table: MtTable): ReadonlyMap<number, MtCommand> {
  return new Map(table.map((command) => [command.id, command]));
}

/** Runs the host's commands and sends answers and notifications in the sequence that a host relies on. */
export class MtPort {
  readonly #firmware: Firmware;
  readonly #faults: FaultSwitches;
  readonly #send: (frame: MtFrame) => void;
  /** Notifications that occur while a command runs; its answer is sent first. */
  #deferred: MtFrame[] | null = null;

  /** @param send puts a frame on the line */
  constructor(firmware: Firmware, faults: FaultSwitches, send: (frame: MtFrame) => void) {
    this.#firmware = firmware;
    this.#faults = faults;
    this.#send = send;
  }

  /** Carries out one frame of the host; anything but a request or a notification is ignored. */
  receive(frame: MtFrame): void {
    if (frame.type !== "request" && frame.type !== "notification") return;
    const pending: MtFrame[] = [];
    this.#deferred = pending;
    try {
      const answer = this.#run(frame);
      if (answer !== null && frame.type === "request") this.#send(answer);
    } finally {
      this.#deferred = null;
    }
    for (const notification of pending) this.#send(notification);
  }

  /** Sends an asynchronous frame. */
  notify(subsystemNumber: number, command: number, data: Uint8Array): void {
    const frame: MtFrame = { type: "notification", subsystem: subsystemNumber, command, data };
    if (this.#deferred === null) this.#send(frame);
    else this.#deferred.push(frame);
  }

  #run(frame: MtFrame): MtFrame | null {
    const table = tables.get(frame.subsystem);
    if (table === undefined) return refusal(rpcError.subsystem, frame);
    const command = table.get(frame.command);
    if (command === undefined) return refusal(rpcError.command, frame);
    const fault = answerFaultOf(this.#faults, command.name);
    if (fault === "unanswered") return null;
    if (fault !== null) return answerTo(frame, statusOnly(fault));
    try {
      const data = command.run(this.#firmware, new ByteReader(frame.data));
      if (data === null) return null;
      return answerTo(frame, data);
    } catch (error) {
      if (error instanceof ShortPayloadError) return refusal(rpcError.length, frame);
      throw error;
    }
  }
}

function answerTo({ subsystem: number, command }: MtFrame, data: Uint8Array): MtFrame {
  return { type: "response", subsystem: number, command, data };
}

function refusal(code: number, { type, subsystem: number, command }: MtFrame): MtFrame {
  const data = Uint8Array.of(code, commandByte(type, number), command);
  return { type: "response", subsystem: subsystem.rpcError, command: 0, data };
}
