import { type Static, Type } from "typebox";
import { Check } from "typebox/value";

/** Bytes of one file, at most; a network of hundreds of devices has a tenth of it. */
export const maxNetworkFileBytes = 8 * 1024 * 1024;

const base64 = Type.Optional(Type.String({ maxLength: Math.ceil(maxNetworkFileBytes / 3) * 4 }));

/** What stands in a backup. */
export const contentsSchema = Type.Object({
  version: Type.Literal(1),
  schema: Type.Integer(),
  createdAtMs: Type.Number(),
  gatewayId: Type.String(),
  /** base64url; absent in the gateway's own copies, which its key opens. */
  masterKey: Type.Optional(Type.String()),
  /** Files of the Zigbee network by name, base64: these and no others. */
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
