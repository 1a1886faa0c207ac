import { OctetReader, OctetWriter } from "./octets.ts";

/** A ZCL frame (ZCL 2.4.1): header and payload. */
export interface ZclFrame {
  /** A cluster's own command, as against a general one. */
  readonly isClusterSpecific: boolean;
  readonly manufacturerCode: number | null;
  readonly direction: "clientToServer" | "serverToClient";
  readonly disableDefaultResponse: boolean;
  readonly sequence: number;
  readonly commandId: number;
  readonly payload: Uint8Array;
}

/** @throws MalformedFrame when there are not even a header's octets. */
export function parseZclFrame(bytes: Uint8Array): ZclFrame {
  const reader = new OctetReader(bytes);
  const control = reader.u8();
  const manufacturerCode = (control & 0x04) === 0 ? null : reader.u16();
  return {
    isClusterSpecific: (control & 0x03) === 0x01,
    manufacturerCode,
    direction: (control & 0x08) === 0 ? "clientToServer" : "serverToClient",
    disableDefaultResponse: (control & 0x10) !== 0,
    sequence: reader.u8(),
    commandId: reader.u8(),
    payload: reader.rest(),
  };
}

export function encodeZclFrame(frame: ZclFrame): Uint8Array {
  const control =
    (frame.isClusterSpecific ? 0x01 : 0) |
    (frame.manufacturerCode === null ? 0 : 0x04) |
    (frame.direction === "serverToClient" ? 0x08 : 0) |
    (frame.disableDefaultResponse ? 0x10 : 0);
  const writer = new OctetWriter().u8(control);
  if (frame.manufacturerCode !== null) writer.u16(frame.manufacturerCode);
  return writer.u8(frame.sequence).u8(frame.commandId).octets(frame.payload).finish();
}
