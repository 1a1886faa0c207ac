import { type Static, Type } from "typebox";
import { Check } from "typebox/value";

/** Most bytes of one file. A network of hundreds of devices needs a tenth of this. */
export const maxNetworkFileBytes = 8 * 1024 * 1024;

const base64 = Type.Optional(Type.String({ maxLength: Math.ceil(maxNetworkFileBytes / 3) * 4 }));

/** The contents of a backup. */
export const contentsSchema = Type.Object({
  version: Type.Literal(1),
  schema: Type.Integer(),
  createdAtMs: Type.Number(),
  gatewayId: Type.String(),
  /** base64url; absent in the gateway's own copies, which are sealed with this key. */
  masterKey: Type.Optional(Type.String()),
  /** Files of the Zigbee network by name, base64. No other file is accepted. */
  zigbee: Type.Object(
    { "network.json": base64, "database.db": base64, "coordinator_backup.json": base64 },
    { additionalProperties: false },
  ),
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
