import type { LogReading } from "../../../../daemon/core/model/operation.ts";
import type { LockEvent } from "../../../../drivers/lock-driver.ts";

type OperationEvent = Extract<LockEvent, { kind: "operationEvent" }>;

/** A lock's own log: the newest entries, numbered from 1. */
export class FieldLog {
  readonly #room: number;
  /** The newest first. */
  readonly #entries: LogReading[] = [];
  #lastId = 0;

  constructor(room: number) {
    this.#room = room;
  }

  add({ source, code, userId, localSeconds }: OperationEvent): void {
    if (this.#room === 0) return;
    this.#lastId += 1;
    this.#entries.unshift({
      logEntryId: this.#lastId,
      localSeconds,
      eventType: "operation",
      operation: { source, code },
      userId,
    });
    if (this.#entries.length > this.#room) this.#entries.pop();
  }

  /** @param index 0 = the newest. @returns null when there is none. */
  at(index: number): LogReading | null {
    return this.#entries[index] ?? null;
  }

  reset(): void {
    this.#entries.length = 0;
    this.#lastId = 0;
  }
}
