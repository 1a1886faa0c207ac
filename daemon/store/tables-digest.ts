import { hash } from "node:crypto";

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
  return movedDigest(digest, taken.map(recordDigest), added.map(recordDigest));
}

/** {@link changedDigest} of records whose own digests are known. */
export function movedDigest(
  digest: string,
  taken: readonly bigint[],
  added: readonly bigint[],
): string {
  let sum = BigInt(`0x${digest}`);
  for (const one of taken) sum -= one;
  for (const one of added) sum += one;
  const rest = ((sum % modulus) + modulus) % modulus;
  return rest.toString(16).padStart(digestBytes * 2, "0");
}

/** What one record adds to the digest. */
export function recordDigest({ key, text }: DigestedRecord): bigint {
  // The key's length keeps key and text apart.
  const bytes = Buffer.concat([Buffer.from(`${key.length}:`), key, Buffer.from(text)]);
  return BigInt(`0x${hash("sha256", bytes, "hex").slice(0, digestBytes * 2)}`);
}
