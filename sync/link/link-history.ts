import type { LinkFault } from "./cloud-state.ts";
import { isAlarm } from "./loss-cause.ts";

/** When the connection last changed, and what was wrong. */
export class LinkHistory {
  #sinceMs: number;
  #lastError: LinkFault | null = null;
  #alarm: LinkFault | null = null;

  constructor(startMs: number) {
    this.#sinceMs = startMs;
  }

  /** When the connection was last made or lost, trusted time in ms UTC. */
  get sinceMs(): number {
    return this.#sinceMs;
  }

  get lastError(): LinkFault | null {
    return this.#lastError;
  }

  /** A fault that only people can repair, until the connection is up again. */
  get alarm(): LinkFault | null {
    return this.#alarm;
  }

  noteUp(atMs: number): void {
    this.#sinceMs = atMs;
    this.#alarm = null;
  }

  noteDown(atMs: number): void {
    this.#sinceMs = atMs;
  }

  noteFault(fault: LinkFault): void {
    if (fault.cause === "stopped") return;
    this.#lastError = fault;
    if (isAlarm(fault.cause)) this.#alarm = fault;
  }
}
