import { createHash, timingSafeEqual } from "node:crypto";
import type { Static } from "typebox";
import { PassphraseBusy, passphrases } from "../../base/passphrase.ts";
import { type Activity, firstAccountActivity } from "../../commands/activity/activity-notes.ts";
import type { Decision } from "../../commands/command.ts";
import { firstAccountChanges } from "../../commands/people/account-record.ts";
import { GatewayError } from "../../core/model/errors.ts";
import { accountKey, type SessionRecord } from "../../core/model/gateway/account.ts";
import { hasPassEnded } from "../../core/model/gateway/session-life.ts";
import { setUpCodeSetting, validSetUpCode } from "../../core/model/gateway/set-up-code.ts";
import { addressBlock } from "../listener/address-block.ts";
import type { CredentialStore } from "../ports.ts";
import { Throttle } from "../throttle.ts";
import { byPass, byPassphrase, bySetUp, checked } from "./sign-in-forms.ts";

/** Waits after wrong passphrases, and after wrong passes and set-up codes: two, so that neither delays the other. */
const throttleSettings = { passphrase: "pageThrottle", link: "pageLinkThrottle" } as const;

type ThrottleKind = keyof typeof throttleSettings;

type Change = Decision["changes"][number];

/** Who may have a session, and what has to be written with it. */
export interface Admitted {
  readonly kind: SessionRecord["kind"];
  /** Key of the account, or id of the pass. */
  readonly subject: string;
  /** A pass ends its session. */
  readonly expiresAtMs: number | null;
  readonly changes: readonly Change[];
  /** What is noted in the same batch. */
  readonly activities?: readonly Activity[];
}

/** Nobody is let in, because a secret is wrong. */
export interface Refused {
  readonly kind: "refused";
  /** As the caller gave it; null = it came with a link. */
  readonly name: string | null;
  readonly changes: readonly Change[];
}

/** Nothing was counted or written, because there were too many wrong secrets. */
export interface Waiting {
  readonly kind: "wait";
  readonly waitMs: number;
}

export type SignInResult =
  | { readonly kind: "admitted"; readonly admitted: Admitted }
  | Refused
  | Waiting;

/**
 * Decides who may sign in on the page. The secrets of passes and of the first set-up have 256 bits: they are compared
 * before anybody waits, so that the right one always works. A passphrase could be guessed: it is checked only when its
 * name and its address may try, one guess after the other.
 */
export class SignInCheck {
  readonly #store: CredentialStore;
  readonly #throttles: Readonly<Record<ThrottleKind, Throttle>>;

  constructor(store: CredentialStore) {
    this.#store = store;
    const saved = (kind: ThrottleKind) =>
      new Throttle(store.view.get("setting", [throttleSettings[kind]])?.value);
    this.#throttles = { passphrase: saved("passphrase"), link: saved("link") };
  }

  /**
   * @param address the caller's, for slowing down
   * @throws (rejects) GatewayError `badParameters`, `busy`
   */
  async check(body: object, address: string, nowMs: number): Promise<SignInResult> {
    const block = addressBlock(address);
    if ("setup" in body) return await this.#withSetUp(checked(bySetUp, body), address, nowMs);
    if ("pass" in body) return this.#withPass(checked(byPass, body).pass, block, nowMs);
    return await this.#withPassphrase(checked(byPassphrase, body), block, nowMs);
  }

  #withPass(pass: string, block: string, nowMs: number): SignInResult {
    const wanted = sha256(pass);
    const found = [...this.#store.view.list("pass")].find(({ secretHash }) =>
      isSame(secretHash, wanted),
    );
    if (found === undefined || found.usedAtMs !== null || hasPassEnded(found, nowMs)) {
      return this.#refusedLink(`pass from ${block}`, nowMs);
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
    const refused = () => this.#refusedLink(`set-up code from ${addressBlock(address)}`, nowMs);
    const isRight = (): boolean =>
      [...this.#store.view.list("account")].length === 0 &&
      isSame(
        validSetUpCode(this.#store.view.get("setting", [setUpCodeSetting]), nowMs) ?? "",
        sha256(setup),
      );
    if (!isRight()) return refused();
    const changes = await firstAccountChanges({ name: given, passphrase: phrase }, nowMs);
    // Somebody else may have used the code while the passphrase was hashed.
    if (!isRight()) return refused();
    return {
      kind: "admitted",
      admitted: {
        kind: "account",
        subject: accountKey(given),
        expiresAtMs: null,
        changes,
        activities: [firstAccountActivity(given, address)],
      },
    };
  }

  async #withPassphrase(
    { name: given, passphrase: phrase }: Static<typeof byPassphrase>,
    block: string,
    nowMs: number,
  ): Promise<SignInResult> {
    const key = accountKey(given);
    const subjects = [`account ${key} from ${block}`, `address ${block}`];
    const throttle = this.#throttles.passphrase;
    const waiting = (): Waiting | null => {
      const waitMs = throttle.waitMs(subjects, nowMs);
      return waitMs > 0 ? { kind: "wait", waitMs } : null;
    };
    // Asked before the turn too, so that guesses during a wait take nobody's place.
    return (
      waiting() ??
      (await inTurn(async (fits) => {
        const wait = waiting();
        if (wait !== null) return wait;
        const stored = this.#store.view.get("account", [key])?.passphraseHash;
        // An unknown name takes the same time as a wrong passphrase.
        const isRight = await fits(phrase, stored ?? "");
        if (!isRight || this.#store.view.get("account", [key])?.passphraseHash !== stored) {
          throttle.fail(subjects, nowMs);
          return { kind: "refused", name: given, changes: [this.#throttleChange("passphrase")] };
        }
        const isForgotten = throttle.forget(`account ${key} from ${block}`);
        const changes = isForgotten ? [this.#throttleChange("passphrase")] : [];
        return {
          kind: "admitted",
          admitted: { kind: "account", subject: key, expiresAtMs: null, changes },
        };
      }))
    );
  }

  #refusedLink(subject: string, nowMs: number): SignInResult {
    const throttle = this.#throttles.link;
    const waitMs = throttle.waitMs([subject], nowMs);
    if (waitMs > 0) return { kind: "wait", waitMs };
    throttle.fail([subject], nowMs);
    return { kind: "refused", name: null, changes: [this.#throttleChange("link")] };
  }

  #throttleChange(kind: ThrottleKind): Change {
    const value = { value: this.#throttles[kind].save() };
    return { table: "setting", key: [throttleSettings[kind]], value };
  }
}

/** @throws (rejects) GatewayError `busy` */
async function inTurn(
  work: Parameters<typeof passphrases.inTurn<SignInResult>>[0],
): Promise<SignInResult> {
  try {
    return await passphrases.inTurn(work);
  } catch (cause) {
    if (!(cause instanceof PassphraseBusy)) throw cause;
    throw new GatewayError("busy", "too many people sign in at once, try again", { cause });
  }
}

/** Returns the SHA-256 of a text of high entropy, as base64url. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

function isSame(left: string, right: string): boolean {
  const [one, other] = [Buffer.from(left), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}
