import type { ApsFrame, RadioLink, SimulationTime } from "../radio.ts";
import { ClusterId, General } from "../zcl/constants.ts";
import { encodeZclFrame, type ZclFrame } from "../zcl/frame.ts";
import type { MemoryFile } from "./body/memory.ts";
import type { Quirks } from "./quirks.ts";

const homeAutomation = 0x0104;

/** A frame from the coordinator, with what is needed to answer it. */
export interface Request {
  readonly aps: ApsFrame;
  readonly zcl: ZclFrame;
}

/** A frame that the lock sends unprompted. */
export interface Message {
  readonly clusterId: number;
  readonly commandId: number;
  readonly payload: Uint8Array;
  readonly isClusterSpecific: boolean;
  readonly direction: ZclFrame["direction"];
  readonly wantsDefaultResponse?: boolean;
  /** For what only this vendor has. */
  readonly manufacturerCode?: number;
}

export interface TransmitterHooks {
  /** The endpoint that a cluster is on. */
  readonly endpointOf: (clusterId: number) => number;
  /** Called after each frame: a sleepy lock then polls fast for a while. */
  readonly afterSend: () => void;
}

/** The lock's sending side: sequence numbers, bindings, delays, and the quirks of its answers. */
export class Transmitter {
  readonly #quirks: Quirks;
  readonly #time: SimulationTime;
  readonly #file: MemoryFile;
  readonly #afterSend: () => void;
  readonly #endpointOf: (clusterId: number) => number;
  #link: RadioLink | null = null;
  #sequence = 0;

  constructor(
    quirks: Quirks,
    time: SimulationTime,
    file: MemoryFile,
    { endpointOf, afterSend }: TransmitterHooks,
  ) {
    this.#quirks = quirks;
    this.#endpointOf = endpointOf;
    this.#time = time;
    this.#file = file;
    this.#afterSend = afterSend;
  }

  get link(): RadioLink | null {
    return this.#link;
  }

  attach(link: RadioLink | null): void {
    this.#link = link;
  }

  /** Whether the lock sends frames of this cluster unprompted. */
  isBound(clusterId: number): boolean {
    return (
      !this.#quirks.needsBinding ||
      this.#file.memory.bindings.some((binding) => binding.clusterId === clusterId)
    );
  }

  /** Sends at once, without asking for bindings. @returns the sequence number. */
  send(message: Message): number {
    const sequence = this.#nextSequence();
    this.sendAgain(message, sequence);
    return sequence;
  }

  /** Sends the same frame again. A lock that repeats a frame keeps its sequence number. */
  sendAgain(message: Message, sequence: number): void {
    const binding = this.#file.memory.bindings.find((b) => b.clusterId === message.clusterId);
    this.#transmit({
      profileId: homeAutomation,
      clusterId: message.clusterId,
      sourceEndpoint: this.#endpointOf(message.clusterId),
      destinationEndpoint: binding?.destinationEndpoint ?? 1,
      payload: encodeZclFrame({
        isClusterSpecific: message.isClusterSpecific,
        manufacturerCode: message.manufacturerCode ?? null,
        direction: message.direction,
        disableDefaultResponse: message.wantsDefaultResponse !== true,
        sequence,
        commandId: message.commandId,
        payload: message.payload,
      }),
    });
  }

  /** Answers a general command; when and how often is a matter of the quirks. */
  answer(request: Request, commandId: number, payload: Uint8Array): void {
    this.#answer(request, commandId, payload, false);
  }

  /** A cluster's own response. */
  respond(request: Request, commandId: number, payload: Uint8Array): void {
    this.#answer(request, commandId, payload, true);
  }

  defaultResponse(request: Request, status: number): void {
    const payload = Uint8Array.of(request.zcl.commandId, status);
    this.#answer(request, General.defaultResponse, payload, false);
  }

  #answer(request: Request, commandId: number, payload: Uint8Array, isSpecific: boolean): void {
    const quirks = this.#quirks;
    const isDoorLock =
      request.aps.clusterId === ClusterId.doorLock && request.zcl.isClusterSpecific;
    const sequence =
      isDoorLock && quirks.hasWrongAnswerSequence ? this.#nextSequence() : request.zcl.sequence;
    const frame: ApsFrame = {
      profileId: request.aps.profileId,
      clusterId: request.aps.clusterId,
      sourceEndpoint: request.aps.destinationEndpoint,
      destinationEndpoint: request.aps.sourceEndpoint,
      payload: encodeZclFrame({
        isClusterSpecific: isSpecific,
        manufacturerCode: request.zcl.manufacturerCode,
        direction: request.zcl.direction === "clientToServer" ? "serverToClient" : "clientToServer",
        // Answers of these locks never ask for an answer; Door Lock responses are seen as `09`
        // on the air, so the bit is left clear there.
        disableDefaultResponse: !isSpecific,
        sequence,
        commandId,
        payload,
      }),
    };
    const [minMs, maxMs] = quirks.answerDelayMs;
    const usualMs = minMs + this.#time.random() * (maxMs - minMs);
    const delayMs = isDoorLock && quirks.lateAnswerMs !== null ? quirks.lateAnswerMs : usualMs;
    const copies = 1 + (isDoorLock ? quirks.extraAnswers : 0);
    const sendAll = (): void => {
      for (let copy = 0; copy < copies; copy++) this.#transmit(frame);
    };
    if (delayMs === 0) sendAll();
    else this.#time.after(delayMs, sendAll);
  }

  #transmit(frame: ApsFrame): void {
    this.#link?.send(frame);
    if (this.#link !== null) this.#afterSend();
  }

  #nextSequence(): number {
    this.#sequence = (this.#sequence + 1) & 0xff;
    return this.#sequence;
  }
}
