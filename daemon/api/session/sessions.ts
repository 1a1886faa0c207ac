import { randomBytes } from "node:crypto";
import type { Logger } from "pino";
import type { Caller } from "../../commands/caller.ts";
import type { Decision } from "../../commands/command.ts";
import { GatewayError } from "../../core/model/errors.ts";
import type { Scope, SessionRecord } from "../../core/model/gateway/account.ts";
import { sessionLifeMs } from "../../core/model/gateway/account.ts";
import {
  hasSessionEnded,
  isSessionOfFuture,
  isUseToWrite,
  sessionEndMs,
} from "../../core/model/gateway/session-life.ts";
import type { CredentialStore, TrustedClock } from "../ports.ts";
import { SessionMemory } from "./session-memory.ts";
import { type Admitted, type Refused, SignInCheck, sha256, type Waiting } from "./sign-in.ts";

/** Limit of sessions of one account; one more ends the one that was used longest ago. */
export const maxSessionsPerAccount = 8;
/** Limit of wrong passphrases within a session; the last of them ends it. */
export const maxWrongPassphrases = 4;
/** The gateway forgets a session this long after its end, and answers 101 instead of 102. */
const endedMemoryMs = 60 * 60_000;

type Change = Decision["changes"][number];

/** A session that has not ended, and who it stands for. */
export interface FoundSession {
  readonly record: SessionRecord;
  readonly name: string;
  readonly scope: Scope;
  /** The homes of an installer's work; null = all. */
  readonly homes: readonly string[] | null;
  /** When it ends if it is not used again, ms. */
  readonly endsAtMs: number;
}

export type Entry = { readonly kind: "entered"; readonly cookie: string } | Refused | Waiting;

/**
 * The sessions of the page. Accounts and passes are looked up at each use, so that a change of either takes effect at
 * once; a session ends by trusted time, which never goes back.
 */
export class Sessions {
  readonly #store: CredentialStore;
  readonly #now: TrustedClock;
  readonly #securityLog: Logger;
  readonly #signIn: SignInCheck;
  readonly #memory = new SessionMemory();

  constructor(store: CredentialStore, now: TrustedClock, securityLog: Logger) {
    this.#store = store;
    this.#now = now;
    this.#securityLog = securityLog;
    this.#signIn = new SignInCheck(store);
  }

  /** Whether there is an account, so that people sign in; without one the first account is made. */
  get isSetUp(): boolean {
    return this.#store.view.list("account").next().done !== true;
  }

  /**
   * Signs in. The cookie is new each time, so that nobody can choose it before.
   * @throws (rejects) GatewayError `badParameters`, `busy`, `store`
   */
  async enter(
    body: object,
    from: { readonly address: string; readonly device: string },
  ): Promise<Entry> {
    const result = await this.#signIn.check(body, from.address, this.#now().nowMs);
    if (result.kind === "wait") return result;
    if (result.kind === "refused") {
      await this.#write(result.changes);
      return result;
    }
    const { admitted } = result;
    const cookie = randomBytes(32).toString("base64url");
    const record = this.#newRecord(admitted, cookie, from.device);
    const changes: readonly Change[] = [
      ...admitted.changes,
      ...this.#outdated(record),
      { table: "session", key: [record.cookieHash], value: record },
    ];
    await this.#write(changes, admitted.activities);
    return { kind: "entered", cookie };
  }

  /**
   * Returns the session of a cookie.
   * @param isUse false for what a browser does without its person: it keeps no session alive
   * @throws GatewayError tokenInvalid (101) or tokenExpired (102)
   */
  find(cookie: string, isUse: boolean): FoundSession {
    const cookieHash = sha256(cookie);
    const stored = this.#store.view.get("session", [cookieHash]);
    const person = stored === undefined ? null : this.#personOf(stored);
    if (stored === undefined || person === null) {
      throw new GatewayError("tokenInvalid", "there is no such session; sign in");
    }
    const { nowMs } = this.#now();
    const known = this.#memory.withLastUse(stored);
    if (hasSessionEnded(known, nowMs)) {
      throw new GatewayError("tokenExpired", "the session has ended; sign in again");
    }
    if (isUse) this.#used(stored, nowMs);
    const record = isUse ? { ...known, usedAtMs: nowMs } : known;
    return { record, ...person, endsAtMs: sessionEndMs(record) };
  }

  callerOf({ name, scope, homes, record }: FoundSession): Caller {
    const { sessionId: id, kind, subject, createdAtMs: beganAtMs } = record;
    const noteWrongPassphrase = () => this.#noteWrongPassphrase(record);
    const session = { id, kind, subject, beganAtMs, noteWrongPassphrase };
    const limited = homes === null ? {} : { homes };
    return { transport: "rest", name, scope, origin: "local", session, ...limited };
  }

  /** Ends this session, or every session of the same account. @throws (rejects) GatewayError `store` */
  async leave({ record }: FoundSession, isEverywhere: boolean): Promise<void> {
    const ended = [...this.#store.view.list("session")].filter((one) =>
      isEverywhere
        ? one.kind === record.kind && one.subject === record.subject
        : one.cookieHash === record.cookieHash,
    );
    await this.#write(ended.map(removal));
  }

  /** A browser that its person has left must not be a place to guess the person's passphrase. */
  async #noteWrongPassphrase(record: SessionRecord): Promise<void> {
    const count = this.#memory.noteWrongPassphrase(record);
    if (count < maxWrongPassphrases) return;
    const { sessionId, subject } = record;
    this.#securityLog.warn(
      { session: sessionId, account: subject },
      "signed out a browser after wrong passphrases",
    );
    await this.#write([removal(record)]);
  }

  #newRecord(
    { kind, subject, expiresAtMs }: Admitted,
    cookie: string,
    device: string,
  ): SessionRecord {
    const { nowMs } = this.#now();
    const longestMs = nowMs + sessionLifeMs;
    return {
      cookieHash: sha256(cookie),
      sessionId: randomBytes(9).toString("base64url"),
      kind,
      subject,
      device,
      createdAtMs: nowMs,
      usedAtMs: nowMs,
      expiresAtMs: Math.min(expiresAtMs ?? longestMs, longestMs),
    };
  }

  #personOf({
    kind,
    subject,
  }: SessionRecord): Pick<FoundSession, "name" | "scope" | "homes"> | null {
    if (kind === "pass") {
      const pass = this.#store.view.get("pass", [subject]);
      return pass === undefined ? null : { name: pass.name, scope: "installer", homes: pass.homes };
    }
    const account = this.#store.view.get("account", [subject]);
    if (account === undefined) return null;
    const { name, scope, homes } = account;
    return { name, scope, homes: scope === "installer" ? homes : null };
  }

  #used(stored: SessionRecord, nowMs: number): void {
    this.#memory.noteUse(stored, nowMs);
    if (!isUseToWrite(stored, nowMs)) return;
    const value = { ...stored, usedAtMs: nowMs };
    // A disk that refuses ends the process by itself; the session's life in memory is right meanwhile.
    this.#write([{ table: "session", key: [stored.cookieHash], value }]).catch(() => {});
  }

  /** Returns what removes the sessions that are over, and those that end when this account gets one more. */
  #outdated({ kind, subject }: SessionRecord): readonly Change[] {
    const { nowMs } = this.#now();
    const stored = [...this.#store.view.list("session")];
    this.#memory.keepOnly(stored);
    const all = stored.map((one) => this.#memory.withLastUse(one));
    const own = all
      .filter((one) => one.kind === kind && one.subject === subject)
      .filter((one) => !hasSessionEnded(one, nowMs))
      .sort((left, right) => sessionEndMs(right) - sessionEndMs(left));
    const surplus = new Set(
      own.slice(maxSessionsPerAccount - 1).map(({ cookieHash }) => cookieHash),
    );
    const gone = all.filter(
      (one) =>
        surplus.has(one.cookieHash) ||
        isSessionOfFuture(one, nowMs) ||
        nowMs >= sessionEndMs(one) + endedMemoryMs,
    );
    return gone.map(removal);
  }

  async #write(changes: readonly Change[], activities: Admitted["activities"] = []): Promise<void> {
    if (changes.length === 0) return;
    try {
      await this.#store.write(changes, activities);
    } catch (cause) {
      throw new GatewayError("store", "nobody was signed in or out", { cause });
    }
  }
}

function removal({ cookieHash }: SessionRecord): Change {
  return { table: "session", key: [cookieHash], value: null };
}
