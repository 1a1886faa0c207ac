import type { ByteReader } from "../bytes.ts";
import type { Firmware } from "../firmware.ts";

/** Subsystem numbers of the Monitor and Test API. */
export const subsystem = {
  rpcError: 0x00,
  sys: 0x01,
  af: 0x04,
  zdo: 0x05,
  util: 0x07,
  appConfig: 0x0f,
} as const;

/** Status codes of ZComDef.h that commands answer with. */
export const mtStatus = {
  success: 0x00,
  failure: 0x01,
  invalidParameter: 0x02,
  itemCreated: 0x09,
  operationFailed: 0x0a,
  badItemLength: 0x0c,
  memoryError: 0x10,
  unsupportedMode: 0x12,
  apsDuplicateEntry: 0xb8,
  nwkInvalidRequest: 0xc2,
} as const;

/** Codes in the answer to a command that the stick cannot take (MT_RPC). */
export const rpcError = { subsystem: 1, command: 2, parameter: 3, length: 4 } as const;

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

/** The payload that consists of a status alone. */
export function statusOnly(status: number): Uint8Array {
  return Uint8Array.of(status);
}
