import Type from "typebox";
import { activityIds } from "../../core/logs/activity-log.ts";
import { changing, writeCommand } from "../definition.ts";
import { time } from "../schema/reply-fields.ts";
import { workHomes } from "./account-record.ts";
import { pageAddress, pageAddressFields, pageUrls } from "./page-address.ts";
import { newSecret, passChanges, passLife, passName } from "./pass-record.ts";
import { requirePerson } from "./people-caller.ts";

/** latchd's own: a link that lets an installer in once; the session ends with the pass. */
export const passAdd = writeCommand({
  name: "pass_add",
  summary: "Makes an installer's pass: a link for one sign-in, shown this once.",
  access: "manager",
  errors: ["busy", "unsupported"],
  activity: activityIds.passAdded,
  input: Type.Object(
    { life_s: passLife, name: Type.Optional(passName), homes: Type.Optional(workHomes) },
    { additionalProperties: false },
  ),
  output: Type.Object({ pass_id: Type.String(), expires_at: time("ends"), ...pageAddressFields }),
  async run(context, { life_s: lifeS, name = "installer", homes }) {
    requirePerson(context);
    const address = pageAddress(context.site);
    const { secret, hash } = await newSecret();
    return () => {
      const { pass, changes } = passChanges(context, hash, { name, homes: homes ?? null, lifeS });
      return changing(changes, {
        pass_id: pass.passId,
        expires_at: Math.floor(pass.expiresAtMs / 1000),
        ...pageUrls(address, `pass=${secret}`),
      });
    };
  },
});
