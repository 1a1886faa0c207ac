import type { ByteReader } from "../bytes.ts";
import type { Firmware } from "../firmware.ts";

/** One command of the API. */
export interface MtCommand {
  /** cmd1. */
  readonly id: number;
  readonly name: string;
  /**
   * Carries it out. @returns the answer's payload; null for commands without answer.
   * @throws ShortPayloadError when the request ends too early.
   */
  readonly run: (firmware: Firmware, request: ByteReader) => Uint8Array | null;
}

/** The commands of one subsystem. */
export type MtTable = readonly MtCommand[];
