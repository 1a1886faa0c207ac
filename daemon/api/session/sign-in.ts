import { createHash, timingSafeEqual } from "node:crypto";
import { type Static, Type } from "typebox";
import { Check } from "typebox/value";
import { PassphraseBusy, passphrases } from "../../base/passphrase.ts";
import type { Decision } from "../../commands/command.ts";
import { firstAccountChanges } from "../../commands/people/account-record.ts";
import { requireValid } from "../../commands/schema/schema-faults.ts";
import { GatewayError } from "../../core/model/errors.ts";
import { accountKey, type SessionRecord } from "../../core/model/gateway/account.ts";
import { setUpCodeSetting, validSetUpCode } from "../../core/model/gateway/set-up-code.ts";
import { addressBlock } from "../listener/address-block.ts";
import type { CredentialStore } from "../ports.ts";
import { Throttle } from "../throttle.ts";

const secret = Type.String({ minLength: 1, maxLength: 128 });
const name = Type.String({ minLength: 1, maxLength: 64 });
const passphrase = Type.String({ minLength: 1, maxLength: 128 });

const byPassphrase = Type.Object({ name, passphrase }, { additionalProperties: false });
const byPass = Type.Object({ pass: secret }, { additionalProperties: false });
const bySetUp = Type.Object({ setup: secret, name, passphrase }, { additionalProperties: false });

const throttleSetting = "pageThrottle";

type Change = Decision["changes"][number];

/** Who may have a session, and what has to be written with it. */
export interface Admitted {
  readonly kind: SessionRecord["kind"];
  /** Key of the account, or id of the pass. */
  readonly subject: string;
  /** A pass ends its session. */
  readonly expiresAtMs: number | null;
  readonly changes: readonly Change[];
}

/** Nobody is let in, because a secret is wrong; `name` as the caller gave it. */
export interface Refused {
  readonly kind: "refused";
  readonly name: string;
  readonly changes: readonly Change[];
}

/** Nothing was looked at, because there were too many wrong secrets. */
export interface Waiting {
  readonly kind: "wait";
  readonly waitMs: number;
}

export type SignInResult =
  | { readonly kind: "admitted"; readonly admitted: Admitted }
  | Refused
  | Waiting;

/**
 * Decides who may sign in on the page. The secrets of passes and of the first set-up have 256 bits and are compared at
 * once; a passphrase is checked only when its name and its address may try, because it could be guessed.
 */
export class SignInCheck {
  readonly #store: CredentialStore;
  readonly #throttle: Throttle;

  constructor(store: CredentialStore) {
    this.#store = store;
    this.#throttle = new Throttle(store.view.get("setting", [throttleSetting])?.value);
  }

  /**
   * @param address the caller's, for slowing down
   * @throws (rejects) GatewayError `badParameters`, `busy`
   */
  async check(body: object, address: string, nowMs: number): Promise<SignInResult> {
    if ("pass" in body) {
      return this.#withPass(checked(byPass, body).pass, address, nowMs);
    }
    if ("setup" in body) {
      return await this.#withSetUp(checked(bySetUp, body), address, nowMs);
    }
    return await this.#withPassphrase(checked(byPassphrase, body), address, nowMs);
  }

  #withPass(pass: string, address: string, nowMs: number): SignInResult {
    const wanted = sha256(pass);
    const found = [...this.#store.view.list("pass")].find(({ secretHash }) =>
      isSame(secretHash, wanted),
    );
    if (found === undefined || found.usedAtMs !== null || nowMs >= found.expiresAtMs) {
      return this.#refused("pass", [`address ${addressBlock(address)}`], nowMs);
    }
    const used: Change = {
      table: "pass",
      key: [found.passId],
      value: { ...found, usedAtMs: nowMs },
    };
    return {
      kind: "admitted",
      admitted: {
        kind: "pass",
        subject: found.passId,
        expiresAtMs: found.expiresAtMs,
        changes: [used],
      },
    };
  }

  async #withSetUp(
    { setup, name: given, passphrase: phrase }: Static<typeof bySetUp>,
    address: string,
    nowMs: number,
  ): Promise<SignInResult> {
    const isRight = (): boolean =>
      [...this.#store.view.list("account")].length === 0 &&
      isSame(
        validSetUpCode(this.#store.view.get("setting", [setUpCodeSetting]), nowMs) ?? "",
        sha256(setup),
      );
    if (!isRight()) return this.#refused(given, [`address ${addressBlock(address)}`], nowMs);
    const changes = await firstAccountChanges({ name: given, passphrase: phrase }, nowMs);
    // Somebody else may have used the code while the passphrase was hashed.
    if (!isRight()) return this.#refused(given, [`address ${addressBlock(address)}`], nowMs);
    return {
      kind: "admitted",
      admitted: { kind: "account", subject: accountKey(given), expiresAtMs: null, changes },
    };
  }

  async #withPassphrase(
    { name: given, passphrase: phrase }: Static<typeof byPassphrase>,
    address: string,
    nowMs: number,
  ): Promise<SignInResult> {
    const key = accountKey(given);
    const subjects = [`account ${key}`, `address ${addressBlock(address)}`];
    const waitMs = this.#throttle.waitMs(subjects, nowMs);
    if (waitMs > 0) return { kind: "wait", waitMs };
    const fits = await this.#fits(phrase, key);
    const account = this.#store.view.get("account", [key]);
    if (!fits || account === undefined) return this.#refused(given, subjects, nowMs);
    const changes = this.#throttle.forget(`account ${key}`) ? [this.#throttleChange()] : [];
    return {
      kind: "admitted",
      admitted: { kind: "account", subject: key, expiresAtMs: null, changes },
    };
  }

  /** An unknown name takes the same time as a wrong passphrase. */
  async #fits(phrase: string, key: string): Promise<boolean> {
    const stored = this.#store.view.get("account", [key])?.passphraseHash ?? "";
    try {
      return await passphrases.fits(phrase, stored);
    } catch (cause) {
      if (!(cause instanceof PassphraseBusy)) throw cause;
      throw new GatewayError("busy", "too many people sign in at once, try again", { cause });
    }
  }

  #refused(given: string, subjects: readonly string[], nowMs: number): SignInResult {
    this.#throttle.fail(subjects, nowMs);
    return { kind: "refused", name: given, changes: [this.#throttleChange()] };
  }

  #throttleChange(): Change {
    return { table: "setting", key: [throttleSetting], value: { value: this.#throttle.save() } };
  }
}

/** @throws GatewayError `badParameters`, naming each field at fault */
function checked<S extends typeof byPass | typeof byPassphrase | typeof bySetUp>(
  schema: S,
  body: unknown,
): Static<S> {
  if (Check(schema, body)) return body;
  requireValid(schema, body);
  throw new Error("what does not fit the schema has a fault");
}

/** Returns the SHA-256 of a text of high entropy, as base64url. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

function isSame(left: string, right: string): boolean {
  const [one, other] = [Buffer.from(left), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}
