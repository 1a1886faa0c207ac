import { PinCode } from "../../../daemon/core/model/secret.ts";

/**
 * Reads the code field of Get PIN Code Response and of programming events: ASCII digits.
 * A lock with SendPINOverTheAir off keeps the length and sends 0xFF for each digit.
 * @returns null for an absent or empty field and for what are no digits at all.
 */
export function pinFromOctets(octets: Uint8Array | null): PinCode | "masked" | null {
  if (octets === null || octets.length === 0) return null;
  if (octets.every((octet) => octet === 0xff)) return "masked";
  return PinCode.parse(Buffer.from(octets).toString("latin1"));
}
