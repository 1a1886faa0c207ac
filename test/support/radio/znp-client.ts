import assert from "node:assert/strict";
import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import type { StickEnd } from "../../../drivers/simulated/stick/serial-line.ts";
import type { SimulatedStick } from "../../../drivers/simulated/stick/stick.ts";

/** Subsystems of the Monitor and Test API. */
export const sys = 1;
export const af = 4;
export const zdo = 5;
export const util = 7;
export const appConfig = 15;

export interface ReceivedFrame {
  /** cmd0 as it travelled: type and subsystem. */
  readonly cmd0: number;
  readonly cmd1: number;
  readonly data: Uint8Array;
}

/** A frame as bytes, by a codec of the tests' own. */
export function mtFrame(cmd0: number, cmd1: number, data: readonly number[] = []): Uint8Array {
  const body = [data.length, cmd0, cmd1, ...data];
  return Uint8Array.of(
    0xfe,
    ...body,
    body.reduce((sum, byte) => sum ^ byte, 0),
  );
}

/** Little-endian bytes of 16-bit values. */
export function u16(...values: readonly number[]): number[] {
  return values.flatMap((value) => [value & 0xff, value >>> 8]);
}

/** Little-endian bytes of an address given as 16 hex digits. */
export function ieee(address: string): number[] {
  return [...Buffer.from(address, "hex").reverse()];
}

/** A host on the stick's serial line that speaks bytes and keeps all that it hears. */
export class ZnpClient {
  /** Every frame that came, in order. */
  readonly frames: ReceivedFrame[] = [];
  isClosed = false;
  readonly #write: (bytes: Uint8Array) => void;
  #pending: number[] = [];
  #changed: (() => void)[] = [];

  constructor(write: (bytes: Uint8Array) => void) {
    this.#write = write;
  }

  /** A client on the line itself, without a socket: answers are there when `ask` returns. */
  static attach(stick: SimulatedStick): ZnpClient {
    let end: StickEnd | null = null;
    const client = new ZnpClient((bytes) => end?.receive(bytes));
    end = stick.connect({
      write: (bytes) => client.#take(bytes),
      close: () => client.#close(),
    });
    return client;
  }

  static async connectTcp(port: number): Promise<{ client: ZnpClient; socket: Socket }> {
    const socket = createConnection({ host: "127.0.0.1", port });
    const client = new ZnpClient((bytes) => socket.write(bytes));
    socket.on("data", (bytes: Buffer) => client.#take(bytes));
    socket.on("close", () => client.#close());
    await once(socket, "connect");
    return { client, socket };
  }

  write(bytes: Uint8Array): void {
    this.#write(bytes);
  }

  /** Sends a request and returns the answer's payload, which must be there at once. */
  ask(subsystem: number, command: number, data: readonly number[] = []): Uint8Array {
    const before = this.frames.length;
    this.#write(mtFrame(0x20 | subsystem, command, data));
    const answer = this.frames[before];
    assert.ok(answer, `no answer to ${subsystem}/${command}`);
    assert.deepEqual([answer.cmd0, answer.cmd1], [0x60 | subsystem, command]);
    return answer.data;
  }

  /** Sends a request and waits for its answer, as over a socket. */
  async request(subsystem: number, command: number, data: readonly number[] = []) {
    const before = this.frames.length;
    this.#write(mtFrame(0x20 | subsystem, command, data));
    const isAnswer = ({ cmd0, cmd1 }: ReceivedFrame) =>
      cmd0 === (0x60 | subsystem) && cmd1 === command;
    await this.until(() => this.frames.slice(before).some(isAnswer));
    return this.frames.slice(before).find(isAnswer)?.data ?? new Uint8Array(0);
  }

  /** Payloads of all notifications of this kind so far. */
  heard(subsystem: number, command: number): Uint8Array[] {
    return this.frames
      .filter(({ cmd0, cmd1 }) => cmd0 === (0x40 | subsystem) && cmd1 === command)
      .map(({ data }) => data);
  }

  /** Resolves once `condition` holds, looked at whenever something comes. */
  async until(condition: () => boolean, deadlineMs = 10_000): Promise<void> {
    const endMs = performance.now() + deadlineMs;
    while (!condition()) {
      const leftMs = endMs - performance.now();
      assert.ok(leftMs > 0, "what was awaited did not come");
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.#changed.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  #take(bytes: Uint8Array): void {
    this.#pending.push(...bytes);
    for (;;) {
      const start = this.#pending.indexOf(0xfe);
      this.#pending = start === -1 ? [] : this.#pending.slice(start);
      const [, length = 0, cmd0 = 0, cmd1 = 0] = this.#pending;
      if (this.#pending.length < length + 5 || this.#pending.length < 5) break;
      const frame = this.#pending.slice(0, length + 5);
      if (frame.slice(1).reduce((sum, byte) => sum ^ byte, 0) === 0) {
        this.frames.push({ cmd0, cmd1, data: Uint8Array.from(frame.slice(4, -1)) });
        this.#pending = this.#pending.slice(frame.length);
      } else {
        this.#pending = this.#pending.slice(1);
      }
    }
    this.#wake();
  }

  #close(): void {
    this.isClosed = true;
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#changed;
    this.#changed = [];
    for (const wake of waiting) wake();
  }
}
