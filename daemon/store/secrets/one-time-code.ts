import { createHmac } from "node:crypto";

/**
 * Returns the digits of RFC 4226 HOTP with HMAC-SHA-256, as RFC 6238 uses it: `counter` is the number of the time step.
 * @param digits 1 … 9
 */
export function oneTimeDigits(key: Uint8Array, counter: number, digits: number): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  const mac = createHmac("sha256", key).update(message).digest();
  const offset = mac.readUInt8(mac.length - 1) & 0x0f;
  const number = (mac.readUInt32BE(offset) & 0x7fffffff) % 10 ** digits;
  return String(number).padStart(digits, "0");
}
