import { hash } from "node:crypto";

const digestBytes = 16;
const modulus = 1n << BigInt(digestBytes * 8);

/** The digest of empty tables. */
export const emptyTablesDigest = "0".repeat(digestBytes * 2);

/** A record that is removed or added: its key and its JSON text. */
export interface DigestedRecord {
  readonly key: Uint8Array;
  readonly text: string;
}

/**
 * Returns the digest over all records of all tables after a change. It is written with every batch: LevelDB does
 * not verify its own checksums when it reads, so an altered or lost record would be used as if it were right.
 *
 * The digest is the sum, modulo 2^128, of each record's SHA-256 cut to 128 bits. It does not depend on the
 * order of records and is updated by what a batch removes and adds. It finds damage, but gives no protection
 * against a forger who can write into the store; the seals do.
 */
export function changedDigest(
  digest: string,
  taken: readonly DigestedRecord[],
  added: readonly DigestedRecord[],
): string {
  return movedDigest(digest, taken.map(recordDigest), added.map(recordDigest));
}

/** {@link changedDigest} for records whose own digests are known. */
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

/** Returns one record's part of the digest. */
export function recordDigest({ key, text }: DigestedRecord): bigint {
  // The key's length separates key and text.
  const bytes = Buffer.concat([Buffer.from(`${key.length}:`), key, Buffer.from(text)]);
  return BigInt(`0x${hash("sha256", bytes, "hex").slice(0, digestBytes * 2)}`);
}
