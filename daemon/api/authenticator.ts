import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { type Static, Type } from "typebox";
import { Check } from "typebox/value";
import type { Caller } from "../commands/caller.ts";
import type { Decision } from "../commands/command.ts";
import { requireValid } from "../commands/schema/schema-faults.ts";
import { GatewayError } from "../core/model/errors.ts";
import { addressBlock } from "./listener/address-block.ts";
import type { CredentialStore, TrustedClock } from "./ports.ts";
import { Throttle } from "./throttle.ts";

/** Life of an access token. */
export const tokenLifeMs = 15 * 60_000;
/** The gateway forgets a token this long after its end, and answers 101 instead of 102. */
const expiredMemoryMs = 60 * 60_000;
/** Limit of valid tokens of one client; one more ends the oldest. */
export const maxTokensPerClient = 8;

const throttleSetting = "apiThrottle";

const pairSchema = Type.Object(
  {
    client_id: Type.String({ minLength: 1, maxLength: 64 }),
    client_secret: Type.String({ minLength: 1, maxLength: 256 }),
  },
  { additionalProperties: false },
);

/** What became of a request for a token. */
export type TokenGrant =
  | { readonly kind: "granted"; readonly accessToken: string; readonly expiresAtMs: number }
  | { readonly kind: "refused" }
  | { readonly kind: "wait"; readonly waitMs: number };

/**
 * Issues and checks access tokens (V1.6 section 4). Secrets and tokens are 256 random bits, so that a plain
 * SHA-256 is enough to store them. A token ends by trusted time, which never goes back.
 */
export class Authenticator {
  readonly #store: CredentialStore;
  readonly #now: TrustedClock;
  readonly #throttle: Throttle;

  constructor(store: CredentialStore, now: TrustedClock) {
    this.#store = store;
    this.#now = now;
    this.#throttle = new Throttle(store.view.get("setting", [throttleSetting])?.value);
  }

  /**
   * Compares the secret before it slows anybody down, so that the right secret always gets its token. The
   * secret's 256 bits prevent guessing; the waits limit the work and the writes. An unknown client and a
   * wrong secret take the same path and get the same answer.
   * @param address the caller's, for slowing down
   * @throws (rejects) GatewayError `badParameters`, or `store` when the disk did not take it
   */
  async issue(params: unknown, address: string): Promise<TokenGrant> {
    const pair = pairOf(params);
    const { nowMs } = this.#now();
    const client = this.#store.view.get("client", [pair.client_id]);
    const isRight = sameHash(client?.secretHash ?? "", hash(pair.client_secret));
    if (client === undefined || !isRight) {
      const subjects = [`client ${pair.client_id}`, `address ${addressBlock(address)}`];
      const waitMs = this.#throttle.waitMs(subjects, nowMs);
      if (waitMs > 0) return { kind: "wait", waitMs };
      this.#throttle.fail(subjects, nowMs);
      await this.#write([this.#throttleChange()]);
      return { kind: "refused" };
    }
    const accessToken = randomBytes(32).toString("base64url");
    const tokenHash = hash(accessToken);
    const expiresAtMs = nowMs + tokenLifeMs;
    const changes: Decision["changes"][number][] = [
      ...this.#outdated(client.clientId, nowMs),
      {
        table: "token",
        key: [tokenHash],
        value: { tokenHash, clientId: client.clientId, scope: client.scope, expiresAtMs },
      },
    ];
    if (this.#throttle.forget(`client ${pair.client_id}`)) {
      changes.push(this.#throttleChange());
    }
    await this.#write(changes);
    return { kind: "granted", accessToken, expiresAtMs };
  }

  /** @throws GatewayError tokenInvalid (101) or tokenExpired (102). */
  authenticate(accessToken: string): Caller {
    const token = this.#store.view.get("token", [hash(accessToken)]);
    if (token === undefined || this.#store.view.get("client", [token.clientId]) === undefined) {
      throw new GatewayError("tokenInvalid", "access_token: is not valid");
    }
    if (hasExpired(token, this.#now().nowMs)) {
      throw new GatewayError("tokenExpired", "access_token: has expired");
    }
    return { transport: "rest", name: token.clientId, scope: token.scope, origin: "local" };
  }

  async #write(changes: Decision["changes"]): Promise<void> {
    try {
      await this.#store.write(changes);
    } catch (cause) {
      throw new GatewayError("store", "no token was given", { cause });
    }
  }

  #throttleChange(): Decision["changes"][number] {
    return { table: "setting", key: [throttleSetting], value: { value: this.#throttle.save() } };
  }

  /** Returns what removes the tokens that end when this client gets one more. */
  #outdated(clientId: string, nowMs: number): readonly Decision["changes"][number][] {
    const tokens = [...this.#store.view.list("token")];
    const alive = tokens
      .filter((token) => token.clientId === clientId && !hasExpired(token, nowMs))
      .sort((left, right) => right.expiresAtMs - left.expiresAtMs);
    const overflow = new Set(alive.slice(maxTokensPerClient - 1).map((token) => token.tokenHash));
    return tokens
      .filter(
        (token) =>
          overflow.has(token.tokenHash) ||
          isOfFuture(token, nowMs) ||
          nowMs >= token.expiresAtMs + expiredMemoryMs,
      )
      .map((token) => ({ table: "token", key: [token.tokenHash], value: null }));
  }
}

/** When a token ends, ms UTC. */
interface Expiry {
  readonly expiresAtMs: number;
}

function hasExpired({ expiresAtMs }: Expiry, nowMs: number): boolean {
  return nowMs >= expiresAtMs || isOfFuture({ expiresAtMs }, nowMs);
}

/** A token that lives longer than any is from before the time was set back, and nobody knows how old it is. */
function isOfFuture({ expiresAtMs }: Expiry, nowMs: number): boolean {
  return expiresAtMs > nowMs + tokenLifeMs;
}

/** @throws GatewayError `badParameters`, naming each field at fault. */
function pairOf(params: unknown): Static<typeof pairSchema> {
  if (Check(pairSchema, params)) return params;
  requireValid(pairSchema, params);
  throw new Error("what does not fit the schema has a fault");
}

/** Returns the SHA-256 of a text of high entropy, as base64url. */
function hash(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

function sameHash(kept: string, given: string): boolean {
  const left = createHash("sha256").update(kept).digest();
  const right = createHash("sha256").update(given).digest();
  return timingSafeEqual(left, right);
}
