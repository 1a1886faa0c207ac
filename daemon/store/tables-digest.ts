import { createHash } from "node:crypto";

const digestBytes = 16;
const modulus = 1n << BigInt(digestBytes * 8);

/** The digest of tables without a record. */
export const emptyTablesDigest = "0".repeat(digestBytes * 2);

/** A record that leaves or comes: its key and its JSON text. */
export interface DigestedRecord {
  readonly key: Uint8Array;
  readonly text: string;
}

/**
 * A digest over all records of all tables, written with every batch: LevelDB does not look at its own
 * checksums when it reads, so an altered or lost record would otherwise come up as a true one.
 *
 * It is the sum, modulo 2^128, of each record's SHA-256 cut to 128 bits: independent of their order,
 * and brought up to date by what a batch takes away and adds. It finds damage. Against a forger who
 * can write into the store it is no protection; against him the codes are sealed.
 */
export function changedDigest(
  digest: string,
  taken: readonly DigestedRecord[],
  added: readonly DigestedRecord[],
): string {
  let sum = BigInt(`0x${digest}`);
  for (const record of taken) sum -= hashOf(record);
  for (const record of added) sum += hashOf(record);
  const rest = ((sum % modulus) + modulus) % modulus;
  return rest.toString(16).padStart(digestBytes * 2, "0");
}

function hashOf({ key, text }: DigestedRecord): bigint {
  // The key's length keeps key and text apart.
  const hash = createHash("sha256").update(`${key.length}:`).update(key).update(text).digest();
  return BigInt(`0x${hash.subarray(0, digestBytes).toString("hex")}`);
}
