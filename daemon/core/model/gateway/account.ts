/** What a person, a pass or an API client may do. */
export type Scope = "manager" | "steward" | "installer" | "technician";

/** A person who signs in on the page. */
export interface AccountRecord {
  /** As the person types it; names that differ only in case are one name (see {@link accountKey}). */
  readonly name: string;
  readonly scope: Scope;
  /** Homes that an installer's work is limited to, by id; null = all of this gateway. */
  readonly homes: readonly string[] | null;
  /** scrypt of the passphrase, with its salt and cost: `scrypt$<cost>$<salt>$<hash>`, base64url. */
  readonly passphraseHash: string;
  readonly createdAtMs: number;
}

/** An installer's pass: a secret in a link, for one sign-in, whose session ends with it. */
export interface PassRecord {
  readonly passId: string;
  /** For whom it was made, for the lists of people. */
  readonly name: string;
  /** base64url SHA-256 of the 256-bit random secret. */
  readonly secretHash: string;
  readonly homes: readonly string[] | null;
  readonly createdBy: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  /** When somebody signed in with it; null = nobody has. */
  readonly usedAtMs: number | null;
}

/** A browser that is signed in, by the hash of its cookie. */
export interface SessionRecord {
  /** base64url SHA-256 of the cookie's 256 random bits. */
  readonly cookieHash: string;
  /** Name of the session in lists; it opens nothing. */
  readonly sessionId: string;
  readonly kind: "account" | "pass";
  /** Key of the account, or id of the pass. */
  readonly subject: string;
  /** The browser as it describes itself. */
  readonly device: string;
  readonly createdAtMs: number;
  /** The last use that is on disk: up to {@link useMemoryMs} before the last one. */
  readonly usedAtMs: number;
  readonly expiresAtMs: number;
}

/** A session ends after this time without use. */
export const idleLimitMs = 30 * 60_000;
/** Longest life of a session. */
export const sessionLifeMs = 12 * 3_600_000;
/** A use is written when the written one is older than this, to spare the SD card. */
export const useMemoryMs = 5 * 60_000;

/** Returns the key of an account's record: names are one name whatever their case and their form in Unicode. */
export function accountKey(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}
