import Type from "typebox";
import { activityIds } from "../../core/logs/activity-log.ts";
import { GatewayError } from "../../core/model/errors.ts";
import { backupMadeSetting } from "../../core/model/gateway/storage.ts";
import { put } from "../../store/store.ts";
import { changing, writeCommand } from "../definition.ts";

/** All keys and codes leave the gateway with a backup, sealed; only the socket gets one. */
export const makeBackup = writeCommand({
  name: "make_backup",
  summary: "Everything the gateway is made of, sealed with a passphrase; see latchctl backup",
  access: "manager",
  errors: ["unsupported"],
  activity: activityIds.backupMade,
  input: Type.Object(
    {
      // An attacker can try passphrases offline, so that a short one is refused.
      passphrase: Type.String({
        minLength: 12,
        maxLength: 1024,
        description: "12 characters or more; the backup opens with nothing else",
      }),
    },
    { additionalProperties: false },
  ),
  /** The sealed file, in base64. */
  output: Type.Object({ backup: Type.String() }),
  async run({ caller, site, time }, { passphrase }) {
    if (caller.transport !== "socket") {
      throw new GatewayError("permissionDenied", "backups are made on the gateway itself");
    }
    if (site.backup === undefined) {
      throw new GatewayError("unsupported", "this gateway makes no backups");
    }
    const sealed = await site.backup(passphrase);
    const made = put("setting", backupMadeSetting, { value: time.nowMs });
    return changing([made], { backup: sealed.toString("base64") });
  },
});
