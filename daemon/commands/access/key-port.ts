import Type from "typebox";
import { GatewayError } from "../../core/model/errors.ts";
import type { CommandContext } from "../command.ts";
import type { KeyPort } from "../ports.ts";

export const keysReply = Type.Object({
  gateway: Type.Array(
    Type.Object({
      kid: Type.String({ description: "RFC 7638 thumbprint" }),
      created_at: Type.Integer({ description: "Unix seconds" }),
      is_current: Type.Boolean(),
      public_key: Type.Object(
        {},
        { description: "JWK: give it to the cloud", additionalProperties: true },
      ),
    }),
  ),
  cloud: Type.Array(Type.Object({ kid: Type.String(), use: Type.String() })),
});

/**
 * Returns the keys, for the socket only: a caller over the network who rotates keys could lock the cloud out.
 * @throws GatewayError `permissionDenied`, or `unsupported` where no protection is configured
 */
export function keysOf({ caller, keys }: CommandContext): KeyPort {
  if (caller.transport !== "socket") {
    throw new GatewayError("permissionDenied", "keys are administered on the gateway itself");
  }
  if (keys === undefined) {
    const text = "end-to-end protection is off: sync.protection is not configured";
    throw new GatewayError("unsupported", text);
  }
  return keys;
}
