import type { SimulationTime } from "../radio.ts";
import { DelayLine } from "./delay-line.ts";
import type { FaultSwitches, PlannedLineDeath } from "./faults.ts";
import { encodeFrame, type MtFrame, UnpiParser } from "./mt/unpi.ts";

/** The far end of a line, as a socket or a test gives it. */
export interface LineEnd {
  write(bytes: Uint8Array): void;
  /** Takes the line away; called by the stick. */
  close(): void;
}

/** The near end: where the far end puts what the host sends. */
export interface StickEnd {
  receive(bytes: Uint8Array): void;
  /** The host has gone. */
  closed(): void;
}

/** An unfinished frame that pauses for this time was noise. */
const midFramePauseMs = 1000;
const longestNoise = 16;
/** 8N1: start bit, eight data bits, stop bit. */
const bitsPerByte = 10;

export interface SerialLineOptions {
  readonly time: SimulationTime;
  readonly faults: FaultSwitches;
  readonly received: (frame: MtFrame) => void;
}

/** The stick's serial port: one host at a time, frames in and out, and the faults of the line. */
export class SerialLine {
  readonly #options: SerialLineOptions;
  #end: LineEnd | null = null;
  #parser = new UnpiParser();
  #cancelPause: (() => void) | null = null;
  #death: PlannedLineDeath | null = null;
  #isDead = false;
  readonly #toHostLine: DelayLine;
  readonly #fromHostLine: DelayLine;
  #freeToHostMs = 0;
  #freeFromHostMs = 0;
  #stalledUntilMs = 0;

  constructor(options: SerialLineOptions) {
    this.#options = options;
    this.#toHostLine = new DelayLine(options.time);
    this.#fromHostLine = new DelayLine(options.time);
  }

  get isConnected(): boolean {
    return this.#end !== null;
  }

  /** Connects a host and disconnects the one before. */
  connect(end: LineEnd): StickEnd {
    this.cut();
    this.#end = end;
    return {
      receive: (bytes) => {
        if (this.#end === end) this.#fromHost(end, bytes);
      },
      closed: () => {
        if (this.#end === end) this.#forget();
      },
    };
  }

  /** Takes the line from the host. */
  cut(): void {
    const end = this.#end;
    this.#forget();
    end?.close();
  }

  /** The line dies after this many more bytes to the host. */
  planDeath(death: PlannedLineDeath): void {
    this.#death = death;
  }

  /** Nothing passes for this time; then everything does, in sequence. */
  stall(durationMs: number): void {
    this.#stalledUntilMs = this.#options.time.nowMs() + durationMs;
  }

  send(frame: MtFrame): void {
    if (this.#options.faults.isMute || this.#isDead) return;
    this.#makeNoise();
    this.#toHost(encodeFrame(frame));
  }

  /** Noise on the line towards the host. */
  sendNoise(bytes: Uint8Array): void {
    this.#toHost(bytes);
  }

  #forget(): void {
    this.#end = null;
    this.#parser = new UnpiParser();
    this.#cancelPause?.();
    this.#cancelPause = null;
    this.#death = null;
    this.#isDead = false;
    this.#freeToHostMs = 0;
    this.#freeFromHostMs = 0;
  }

  #fromHost(end: LineEnd, bytes: Uint8Array): void {
    const delayMs = this.#pace(bytes.length, "fromHost");
    this.#pass(this.#fromHostLine, delayMs, () => {
      if (this.#end === end) this.#parse(bytes);
    });
  }

  #parse(bytes: Uint8Array): void {
    if (this.#options.faults.isMute || this.#isDead) return;
    this.#cancelPause?.();
    this.#cancelPause = null;
    for (const frame of this.#parser.push(bytes)) this.#options.received(frame);
    this.#watchPause();
  }

  #watchPause(): void {
    if (!this.#parser.isMidFrame || this.#end === null) return;
    this.#cancelPause ??= this.#options.time.after(midFramePauseMs, () => {
      this.#cancelPause = null;
      for (const frame of this.#parser.expire()) this.#options.received(frame);
    });
  }

  #makeNoise(): void {
    const { time, faults } = this.#options;
    if (faults.garbageToHost === 0 || time.random() >= faults.garbageToHost) return;
    const length = 1 + Math.trunc(time.random() * longestNoise);
    const noise = Uint8Array.from({ length }, () => Math.trunc(time.random() * 256));
    this.#toHost(noise);
  }

  #toHost(bytes: Uint8Array): void {
    const end = this.#end;
    if (end === null) return;
    const living = this.#livingPart(bytes);
    const delayMs = this.#pace(living.length, "toHost");
    const isDying = this.#death?.afterBytes === 0 ? this.#death.how : null;
    if (isDying !== null) this.#die();
    this.#pass(this.#toHostLine, delayMs, () => {
      if (this.#end !== end) return;
      end.write(living);
      if (isDying === "isCut") this.cut();
    });
  }

  /** At once where nothing slows the line; too much for a slow line is lost, as in any UART. */
  #pass(line: DelayLine, delayMs: number, run: () => void): void {
    if (delayMs === 0 && line.isIdle) run();
    else if (!line.isFull) line.push(delayMs, run);
  }

  #livingPart(bytes: Uint8Array): Uint8Array {
    if (this.#death === null) return bytes;
    const living = bytes.subarray(0, this.#death.afterBytes);
    this.#death = { ...this.#death, afterBytes: this.#death.afterBytes - living.length };
    return living;
  }

  #die(): void {
    this.#death = null;
    this.#isDead = true;
  }

  /** When these bytes are through the line, ms from now. */
  #pace(length: number, direction: "toHost" | "fromHost"): number {
    const { time, faults } = this.#options;
    const nowMs = time.nowMs();
    const stallMs = Math.max(0, this.#stalledUntilMs - nowMs);
    if (faults.baudRate === null) return stallMs;
    const durationMs = (length * bitsPerByte * 1000) / faults.baudRate;
    const isToHost = direction === "toHost";
    const freeMs = isToHost ? this.#freeToHostMs : this.#freeFromHostMs;
    const doneMs = Math.max(freeMs, nowMs + stallMs) + durationMs;
    if (isToHost) this.#freeToHostMs = doneMs;
    else this.#freeFromHostMs = doneMs;
    return doneMs - nowMs;
  }
}
