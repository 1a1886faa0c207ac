import { ClusterId, Status } from "../zcl/constants.ts";
import { DataType } from "../zcl/data-type.ts";
import { type Attribute, attributeTable, type Cluster } from "./cluster/cluster.ts";
import type { LockParts } from "./lock-parts.ts";

const quarterMs = 250;
/** Fast polling after the lock has sent something of its own. */
const afterSendMs = 3_000;

/**
 * The polls of a sleepy lock, and the Poll Control cluster 0x0020 that governs them (ZCL 3.16).
 * A lock that is always awake never polls.
 */
export class Polling {
  readonly #parts: LockParts;
  #longQuarters: number;
  #shortQuarters = 1;
  #fastTimeoutQuarters = 40;
  #checkInQuarters: number;
  #fastUntilMs = 0;
  #nextPollMs = Number.POSITIVE_INFINITY;
  #cancelPoll: () => void = () => {};
  #cancelCheckIn: () => void = () => {};
  #isRunning = false;

  constructor(parts: LockParts) {
    this.#parts = parts;
    this.#longQuarters = Math.max(1, Math.round(parts.quirks.longPollMs / quarterMs));
    this.#checkInQuarters = parts.quirks.checkInQuarterSeconds ?? 0;
  }

  /** Time to the next poll, ms. */
  get intervalMs(): number {
    const isFast = this.#parts.time.nowMs() < this.#fastUntilMs;
    return (isFast ? this.#shortQuarters : this.#longQuarters) * quarterMs;
  }

  start(): void {
    this.#isRunning = true;
    this.#checkInLater();
    this.fastFor(this.#parts.quirks.awakeAfterJoinMs);
  }

  stop(): void {
    this.#isRunning = false;
    this.#nextPollMs = Number.POSITIVE_INFINITY;
    this.#cancelPoll();
    this.#cancelCheckIn();
  }

  /** The lock has sent: answers are expected, so it listens for a while. */
  afterSend(): void {
    if (this.#parts.time.nowMs() + afterSendMs > this.#fastUntilMs) this.fastFor(afterSendMs);
  }

  fastFor(durationMs: number): void {
    if (!this.#isRunning || !this.#parts.quirks.isSleepy) return;
    const nowMs = this.#parts.time.nowMs();
    this.#fastUntilMs = Math.max(this.#fastUntilMs, nowMs + durationMs);
    // Only ever sooner: a lock that sends all the time must not put its polls off for ever.
    if (nowMs + this.intervalMs < this.#nextPollMs) this.#pollLater();
  }

  slow(): void {
    this.#fastUntilMs = 0;
    if (this.#isRunning && this.#parts.quirks.isSleepy) this.#pollLater();
  }

  /** Sends a check-in at once: what the timer does every check-in interval. */
  checkIn(): void {
    this.#checkInLater();
    if (!this.#parts.transmitter.isBound(ClusterId.pollControl)) return;
    this.#parts.transmitter.send({
      clusterId: ClusterId.pollControl,
      commandId: 0x00,
      payload: new Uint8Array(),
      isClusterSpecific: true,
      direction: "serverToClient",
    });
  }

  #pollLater(): void {
    this.#cancelPoll();
    this.#nextPollMs = this.#parts.time.nowMs() + this.intervalMs;
    this.#cancelPoll = this.#parts.time.after(this.intervalMs, () => {
      this.#pollLater();
      this.#parts.transmitter.link?.poll();
    });
  }

  #checkInLater(): void {
    this.#cancelCheckIn();
    if (!this.#isRunning || this.#checkInQuarters === 0) return;
    this.#cancelCheckIn = this.#parts.time.after(this.#checkInQuarters * quarterMs, () => {
      this.checkIn();
    });
  }

  cluster(): Cluster {
    return {
      id: ClusterId.pollControl,
      attributes: attributeTable(this.#attributes()),
      receive: (request, payload) => {
        switch (request.zcl.commandId) {
          case 0x00: {
            const isFast = payload.u8() !== 0;
            const quarters = payload.u16();
            const timeout = quarters === 0 ? this.#fastTimeoutQuarters : quarters;
            if (isFast) this.fastFor(timeout * quarterMs);
            return { status: Status.success };
          }
          case 0x01:
            this.slow();
            return { status: Status.success };
          case 0x02:
            return { status: this.#setLong(payload.u32()) };
          case 0x03:
            return { status: this.#setShort(payload.u16()) };
          default:
            return { status: Status.unsupClusterCommand };
        }
      },
    };
  }

  #attributes(): Attribute[] {
    const { uint16, uint32 } = DataType;
    const writeCheckIn = (value: number | Uint8Array): number => {
      const isTooShort = typeof value !== "number" || (value !== 0 && value < this.#longQuarters);
      if (isTooShort || typeof value !== "number") return Status.invalidValue;
      this.#checkInQuarters = value;
      this.#checkInLater();
      return Status.success;
    };
    const writeTimeout = (value: number | Uint8Array): number => {
      if (typeof value !== "number" || value === 0) return Status.invalidValue;
      this.#fastTimeoutQuarters = value;
      return Status.success;
    };
    return [
      { id: 0x0000, type: uint32, read: () => this.#checkInQuarters, write: writeCheckIn },
      { id: 0x0001, type: uint32, read: () => this.#longQuarters },
      { id: 0x0002, type: uint16, read: () => this.#shortQuarters },
      { id: 0x0003, type: uint16, read: () => this.#fastTimeoutQuarters, write: writeTimeout },
      { id: 0x0004, type: uint32, read: () => this.#longQuarters },
      { id: 0x0005, type: uint32, read: () => 4 },
      { id: 0x0006, type: uint16, read: () => 2_400 },
    ];
  }

  #setLong(quarters: number): number {
    const isAfterCheckIn = this.#checkInQuarters !== 0 && quarters > this.#checkInQuarters;
    if (quarters < this.#shortQuarters || isAfterCheckIn) return Status.invalidValue;
    this.#longQuarters = quarters;
    this.slow();
    return Status.success;
  }

  #setShort(quarters: number): number {
    if (quarters === 0 || quarters > this.#longQuarters) return Status.invalidValue;
    this.#shortQuarters = quarters;
    return Status.success;
  }
}
