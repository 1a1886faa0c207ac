import { Type } from "typebox";
import { Compile } from "typebox/compile";
import type { CloudCommand } from "../../daemon/commands/execution.ts";
import { bodyFault } from "./sync-messages.ts";

export type CommandParse =
  | { readonly ok: true; readonly command: CloudCommand }
  | { readonly ok: false; readonly reason: string };

/** Unix seconds; at most the year 9999. */
const unixSeconds = (description: string) =>
  Type.Number({ minimum: 0, maximum: 253_402_300_799, description });

/** The envelope of `down/command`. It is closed: with a misspelt `exp` a command would never expire. */
export const commandSchema = Type.Object(
  {
    id: Type.String({
      minLength: 1,
      maxLength: 128,
      description: "the cloud's own id of the command: a repeat gets the stored reply",
    }),
    command: Type.String({ minLength: 1, maxLength: 128 }),
    params: Type.Optional(Type.Unknown({ description: "as the command's schema has them" })),
    iat: Type.Optional(unixSeconds("issued at, Unix seconds")),
    exp: Type.Optional(
      unixSeconds(
        "expires at, Unix seconds; what acts at once (remote_unlock, remote_lock) needs it, at most 60 s after iat",
      ),
    ),
  },
  { additionalProperties: false },
);

const envelope = Compile(commandSchema);

/** Reads a command's envelope; the command itself checks `params`. Never throws. */
export function parseCommandEnvelope(value: unknown): CommandParse {
  if (!envelope.Check(value)) return { ok: false, reason: bodyFault(commandSchema, value) };
  const { id, command, params, iat, exp } = value;
  return {
    ok: true,
    command: {
      id,
      command,
      params: params ?? {},
      ...(iat === undefined ? {} : { iat }),
      ...(exp === undefined ? {} : { exp }),
    },
  };
}
