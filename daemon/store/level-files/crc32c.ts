/** CRC-32C (Castagnoli), reflected polynomial 0x82f63b78: the checksum of LevelDB's files. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ 0x82f63b78;
  return crc;
});

const maskDelta = 0xa282ead8;

/** @param crc that of the bytes before, 0 for none. @returns that of the bytes before and these. */
export function crc32c(bytes: Uint8Array, crc = 0): number {
  let state = ~crc;
  for (const byte of bytes) state = (table[(state ^ byte) & 0xff] ?? 0) ^ (state >>> 8);
  return ~state >>> 0;
}

/** Returns the CRC of its stored form: LevelDB rotates it and adds a constant, because it also takes CRCs of data with CRCs. */
export function unmasked(stored: number): number {
  const turned = (stored - maskDelta) >>> 0;
  return ((turned >>> 17) | (turned << 15)) >>> 0;
}
