import type { SessionRecord } from "../../core/model/gateway/account.ts";

type Key = Pick<SessionRecord, "cookieHash">;

/** What is known of sessions beside their records. It has no more sessions than the store. */
export class SessionMemory {
  /** Uses that are not on disk yet, ms by cookie hash. */
  readonly #uses = new Map<string, number>();
  /** Numbers by cookie hash. */
  readonly #wrongPassphrases = new Map<string, number>();

  /** Returns the record with its last use. */
  withLastUse(stored: SessionRecord): SessionRecord {
    const usedAtMs = Math.max(stored.usedAtMs, this.#uses.get(stored.cookieHash) ?? 0);
    return { ...stored, usedAtMs };
  }

  noteUse({ cookieHash }: Key, nowMs: number): void {
    this.#uses.set(cookieHash, nowMs);
  }

  /** Returns how many wrong passphrases the session has had. */
  noteWrongPassphrase({ cookieHash }: Key): number {
    const count = (this.#wrongPassphrases.get(cookieHash) ?? 0) + 1;
    this.#wrongPassphrases.set(cookieHash, count);
    return count;
  }

  /** Forgets every session that is not among these. */
  keepOnly(sessions: readonly Key[]): void {
    const kept = new Set(sessions.map(({ cookieHash }) => cookieHash));
    for (const known of [this.#uses, this.#wrongPassphrases]) {
      for (const cookieHash of known.keys()) if (!kept.has(cookieHash)) known.delete(cookieHash);
    }
  }
}
