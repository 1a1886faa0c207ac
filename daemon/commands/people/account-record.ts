import Type from "typebox";
import { PassphraseBusy, passphrases } from "../../base/passphrase.ts";
import { hiddenCharacter } from "../../core/input/plain-text.ts";
import { GatewayError } from "../../core/model/errors.ts";
import { type AccountRecord, accountKey } from "../../core/model/gateway/account.ts";
import { setUpCodeSetting } from "../../core/model/gateway/set-up-code.ts";
import { type Change, put, remove } from "../../store/store.ts";

/** Limit of accounts, more than the people of one gateway; one more is refused as busy. */
export const maxAccounts = 64;

export const accountName = Type.String({
  pattern: "^\\S(.{0,62}\\S)?$",
  description: "the person's name, 1 … 64 characters, without spaces at its ends",
});

/** The one source of these limits: the page takes them from the description of the API. */
export const passphraseLength = { min: 12, max: 128 } as const;

export const accountPassphrase = Type.String({
  minLength: passphraseLength.min,
  maxLength: passphraseLength.max,
  description: `${passphraseLength.min} … ${passphraseLength.max} characters`,
});

export const accountScope = Type.Union(
  [
    Type.Literal("manager"),
    Type.Literal("steward"),
    Type.Literal("installer"),
    Type.Literal("technician"),
  ],
  { description: "what the person may do" },
);

export const workHomes = Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
  minItems: 1,
  maxItems: 32,
  description: "an installer's homes, by id; absent = all of this gateway",
});

/** @throws (rejects) GatewayError `busy` */
export async function passphraseHash(passphrase: string): Promise<string> {
  try {
    return await passphrases.hash(passphrase);
  } catch (cause) {
    if (!(cause instanceof PassphraseBusy)) throw cause;
    throw new GatewayError("busy", "too many passphrases are set at once, try again", { cause });
  }
}

/**
 * Returns what makes the first account, which manages everything, and ends the set-up code.
 * @throws (rejects) GatewayError `badParameters` for a name or a passphrase that is not accepted, `busy`
 */
export async function firstAccountChanges(
  given: { readonly name: string; readonly passphrase: string },
  nowMs: number,
): Promise<readonly Change[]> {
  const { name, passphrase } = given;
  requireName(name);
  const { min, max } = passphraseLength;
  if (passphrase.length < min) {
    const text = `passphrase: must have ${min} to ${max} characters`;
    throw new GatewayError("badParameters", text, { field: "passphrase" });
  }
  const record: AccountRecord = {
    name,
    scope: "manager",
    homes: null,
    passphraseHash: await passphraseHash(passphrase),
    createdAtMs: nowMs,
  };
  return [put("account", [accountKey(name)], record), remove("setting", [setUpCodeSetting])];
}

function requireName(name: string): void {
  if (name.trim() === name && name !== "" && hiddenCharacter(name) === null) return;
  throw new GatewayError(
    "badParameters",
    "name: must be 1 to 64 visible characters without spaces at its ends",
    { field: "name" },
  );
}
