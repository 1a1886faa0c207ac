import { PinCode } from "../core/model/secret.ts";

/** Bytes from here on are drawn again, so that no digit is more likely than another. */
const fairBytes = 250;

/** Returns random digits from the system's cryptographic generator. */
export function randomCode(digits: number): PinCode {
  let text = "";
  while (text.length < digits) {
    for (const byte of crypto.getRandomValues(new Uint8Array(digits))) {
      if (byte < fairBytes && text.length < digits) text += String(byte % 10);
    }
  }
  return new PinCode(text);
}
