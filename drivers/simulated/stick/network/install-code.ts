import { createCipheriv } from "node:crypto";

/** Lengths of an install code with its CRC (Base Device Behaviour, 10.1.1). */
const lengthsWithCrc = [8, 10, 14, 18];
const blockLength = 16;

/** CRC-16/X-25 over the code, as the two bytes behind it, low byte first. */
export function installCodeCrc(code: Uint8Array): Uint8Array {
  let crc = 0xffff;
  for (const byte of code) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0x8408 : crc >>> 1;
  }
  const final = crc ^ 0xffff;
  return Uint8Array.of(final & 0xff, final >>> 8);
}

/** Whether these bytes are an install code followed by its right CRC. */
export function isInstallCode(bytes: Uint8Array): boolean {
  if (!lengthsWithCrc.includes(bytes.length)) return false;
  return Buffer.compare(installCodeCrc(bytes.subarray(0, -2)), bytes.subarray(-2)) === 0;
}

/** Returns the link key of an install code (with CRC): its AES-MMO hash. */
export function linkKeyOfInstallCode(codeWithCrc: Uint8Array): Uint8Array {
  return matyasMeyerOseas(codeWithCrc);
}

/** Returns the link key of a code with or without its CRC, as printed on a device's label. */
export function linkKeyOfLabel(code: Uint8Array): Uint8Array {
  const complete = isInstallCode(code) ? code : Uint8Array.of(...code, ...installCodeCrc(code));
  return linkKeyOfInstallCode(complete);
}

/** Matyas-Meyer-Oseas hash with AES-128 (Zigbee specification, B.6); for inputs below 8 KiB. */
function matyasMeyerOseas(input: Uint8Array): Uint8Array {
  const paddedLength = Math.ceil((input.length + 3) / blockLength) * blockLength;
  const padded = new Uint8Array(paddedLength);
  padded.set(input);
  padded[input.length] = 0x80;
  new DataView(padded.buffer).setUint16(paddedLength - 2, input.length * 8, false);
  let hash = new Uint8Array(blockLength);
  for (let start = 0; start < paddedLength; start += blockLength) {
    const block = padded.subarray(start, start + blockLength);
    const cipher = createCipheriv("aes-128-ecb", hash, null).setAutoPadding(false);
    const encrypted = cipher.update(block);
    hash = Uint8Array.from(block, (byte, index) => byte ^ (encrypted[index] ?? 0));
  }
  return hash;
}
