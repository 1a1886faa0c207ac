import { Type } from "typebox";
import { GatewayError } from "../../core/model/errors.ts";
import type { Command } from "../command.ts";
import { answer } from "../read-command.ts";

/** A passphrase that is tried out offline has to stand much. */
const passphrase = Type.String({
  minLength: 12,
  maxLength: 1024,
  description: "12 characters or more; the backup opens with nothing else",
});

const input = Type.Object({ passphrase }, { additionalProperties: false });
const output = Type.Object({
  /** The sealed file, base64. */
  backup: Type.String(),
});

/** All keys and codes leave the gateway with it, sealed: only who may open the socket gets it. */
export const makeBackup: Command<typeof input, typeof output> = {
  name: "make_backup",
  summary: "Everything the gateway is made of, sealed with a passphrase; see latchctl backup",
  access: "manager",
  isReadOnly: false,
  input,
  output,
  async run(context, given) {
    if (context.caller.transport !== "socket") {
      throw new GatewayError("permissionDenied", "backups are made on the gateway itself");
    }
    if (context.site.backup === undefined) {
      throw new GatewayError("unsupported", "this gateway makes no backups");
    }
    const sealed = await context.site.backup(given.passphrase);
    return answer({ backup: sealed.toString("base64") });
  },
};
