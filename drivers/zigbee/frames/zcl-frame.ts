import { ByteReader } from "./byte-reader.ts";

/** Cluster ids this driver speaks of. */
export const clusterIds = {
  powerConfiguration: 0x0001,
  alarms: 0x0009,
  time: 0x000a,
  pollControl: 0x0020,
  doorLock: 0x0101,
  /** A vendor's own: Yunding's state frames, and the cluster that Yale's Control4 alarms name. */
  vendor: 0xfc00,
} as const;

/** The header of a ZCL frame (ZCL 2.4.1) and what follows it. */
export interface ZclFrame {
  /** Command of the cluster, as against a command of the foundation (read, report, default response). */
  readonly isClusterSpecific: boolean;
  readonly isFromServer: boolean;
  readonly wantsDefaultResponse: boolean;
  readonly manufacturerCode: number | null;
  readonly sequence: number;
  readonly commandId: number;
  readonly payload: Uint8Array;
}

/** @returns null when there are not even the bytes of a header. */
export function parseZclFrame(bytes: Uint8Array): ZclFrame | null {
  const reader = new ByteReader(bytes);
  const control = reader.u8();
  if (control === null) return null;
  const isManufacturerSpecific = (control & 0x04) !== 0;
  const manufacturerCode = isManufacturerSpecific ? reader.u16() : null;
  const sequence = reader.u8();
  const commandId = reader.u8();
  if (sequence === null || commandId === null) return null;
  return {
    isClusterSpecific: (control & 0x03) === 1,
    isFromServer: (control & 0x08) !== 0,
    wantsDefaultResponse: (control & 0x10) === 0,
    manufacturerCode,
    sequence,
    commandId,
    payload: bytes.subarray(bytes.length - reader.remaining),
  };
}
