import Type from "typebox";
import { hasPassEnded } from "../../core/model/gateway/session-life.ts";
import { answer, readCommand } from "../definition.ts";
import { orNull, time } from "../schema/reply-fields.ts";
import { noFields } from "../schema/request-fields.ts";
import { requirePerson } from "./people-caller.ts";

/** latchd's own. */
export const passList = readCommand({
  name: "pass_list",
  summary: "Lists the installers' passes that have not ended.",
  access: "manager",
  errors: [],
  phrases: [{ words: ["pass", "list"], isDefault: true }],
  input: noFields,
  output: Type.Object({
    passes: Type.Array(
      Type.Object({
        pass_id: Type.String(),
        name: Type.String({ description: "for whom" }),
        homes: orNull(Type.Array(Type.String()), "null = all"),
        created_by: Type.String(),
        created_at: time("made"),
        expires_at: time("ends"),
        used_at: time("signed in with it; 0 = nobody has"),
      }),
    ),
  }),
  run(context) {
    requirePerson(context);
    const passes = [...context.view.list("pass")]
      .filter((pass) => !hasPassEnded(pass, context.time.nowMs))
      .map((pass) => ({
        pass_id: pass.passId,
        name: pass.name,
        homes: pass.homes === null ? null : [...pass.homes],
        created_by: pass.createdBy,
        created_at: Math.floor(pass.createdAtMs / 1000),
        expires_at: Math.floor(pass.expiresAtMs / 1000),
        used_at: pass.usedAtMs === null ? 0 : Math.floor(pass.usedAtMs / 1000),
      }));
    return answer({ passes });
  },
});
