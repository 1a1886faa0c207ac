import Type from "typebox";
import { GatewayError } from "../../core/model/errors.ts";
import type { Command, CommandContext } from "../command.ts";
import type { KeyPort } from "../ports.ts";
import { answer } from "../read-command.ts";

const input = Type.Object({}, { additionalProperties: false });

const output = Type.Object({
  gateway: Type.Array(
    Type.Object({
      kid: Type.String({ description: "RFC 7638 thumbprint" }),
      created_at: Type.Integer({ description: "Unix seconds" }),
      is_current: Type.Boolean(),
      public_key: Type.Object({}, { description: "JWK: give it to the cloud" }),
    }),
  ),
  cloud: Type.Array(Type.Object({ kid: Type.String(), use: Type.String() })),
});

/** Only who may open the unix socket: whoever could turn keys from afar could lock the cloud out. */
function keysOf(context: CommandContext): KeyPort {
  if (context.caller.transport !== "socket") {
    throw new GatewayError("permissionDenied", "keys are looked after on the gateway itself");
  }
  if (context.keys === undefined) {
    const text = "end-to-end protection is off: sync.protection is not configured";
    throw new GatewayError("unsupported", text);
  }
  return context.keys;
}

const keysShow: Command<typeof input, typeof output> = {
  name: "keys_show",
  summary: "Show the public keys of the end-to-end protection: the gateway's own and the cloud's",
  access: "manager",
  isReadOnly: true,
  input,
  output,
  run: (context) => answer(keysOf(context).show()),
};

const keysRotate: Command<typeof input, typeof output> = {
  name: "keys_rotate",
  summary: "Make a new key for the cloud to encrypt to; the one before still opens what comes",
  access: "manager",
  isReadOnly: false,
  input,
  output,
  run: async (context) => answer(await keysOf(context).rotate()),
};

export const keyCommands: readonly Command[] = [keysShow, keysRotate];
