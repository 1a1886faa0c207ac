import { type Static, Type } from "typebox";
import { Check } from "typebox/value";
import { passphraseLength } from "../../commands/people/account-record.ts";
import { requireValid } from "../../commands/schema/schema-faults.ts";

const secret = Type.String({ minLength: 1, maxLength: 128 });
const name = Type.String({ minLength: 1, maxLength: 64 });
const passphrase = Type.String({ minLength: 1, maxLength: passphraseLength.max });

export const byPassphrase = Type.Object({ name, passphrase }, { additionalProperties: false });
export const byPass = Type.Object({ pass: secret }, { additionalProperties: false });
export const bySetUp = Type.Object(
  { setup: secret, name, passphrase },
  { additionalProperties: false },
);

/** Returns the body in one of the three forms. @throws GatewayError `badParameters`, naming each field at fault */
export function checked<S extends typeof byPass | typeof byPassphrase | typeof bySetUp>(
  schema: S,
  body: unknown,
): Static<S> {
  if (Check(schema, body)) return body;
  requireValid(schema, body);
  throw new Error("what does not fit the schema has a fault");
}
