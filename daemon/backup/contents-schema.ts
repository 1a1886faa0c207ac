import { type Static, Type } from "typebox";
import { Check } from "typebox/value";

/** What stands in a backup. */
export const contentsSchema = Type.Object({
  version: Type.Literal(1),
  schema: Type.Integer(),
  createdAtMs: Type.Number(),
  gatewayId: Type.String(),
  /** base64url; absent in the gateway's own copies, which its key opens. */
  masterKey: Type.Optional(Type.String()),
  /** Files of the Zigbee network by name, base64. */
  zigbee: Type.Record(Type.String({ pattern: "^[a-z_.]{1,64}$" }), Type.String()),
  records: Type.Array(
    Type.Object({
      table: Type.String(),
      key: Type.Array(Type.Union([Type.String(), Type.Integer()])),
      value: Type.Unknown(),
    }),
  ),
});

export function isContents(value: unknown): value is Static<typeof contentsSchema> {
  return Check(contentsSchema, value);
}
