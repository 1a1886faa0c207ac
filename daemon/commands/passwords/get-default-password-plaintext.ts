import Type from "typebox";
import { activityIds } from "../../core/logs/activity-log.ts";
import { GatewayError } from "../../core/model/errors.ts";
import { administratorId } from "../../core/model/password.ts";
import { lockErrors } from "../call-errors.ts";
import { answer, readCommand } from "../definition.ts";
import { findLock } from "../locks/address.ts";
import { lockOnly } from "../schema/request-fields.ts";

/** V1.6 `get_default_password_plaintext`. */
export const getDefaultPasswordPlaintext = readCommand({
  name: "get_default_password_plaintext",
  summary: "The administrator password in clear.",
  access: "manager",
  errors: lockErrors,
  phrases: [{ words: ["password", "show-admin"], isOfLock: true }],
  lockActivity: activityIds.administratorCodeRead,
  input: lockOnly,
  output: Type.Object({ password: Type.String() }),
  run({ view }, input) {
    const { lock } = findLock(view, input);
    const administrator = view.get("password", [lock, administratorId]);
    if (administrator === undefined || administrator.code === null) {
      throw new GatewayError("notFound", "uuid: the lock has no known administrator password", {
        field: "uuid",
      });
    }
    const { code, sealedFor } = administrator;
    return answer({ password: null }, [{ path: ["password"], code, boundTo: sealedFor }]);
  },
});
