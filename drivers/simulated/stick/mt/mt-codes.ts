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

/** The payload that consists of a status alone. */
export function statusOnly(status: number): Uint8Array {
  return Uint8Array.of(status);
}
