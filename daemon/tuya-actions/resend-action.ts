import Type from "typebox";
import type { Command, CommandContext } from "../commands/command.ts";
import { GatewayError } from "../core/model/errors.ts";
import type { PasswordRecord } from "../core/model/password.ts";
import { action, answer, devId, lockErrors, lockOf, version } from "./action.ts";
import { sendCode } from "./code-message.ts";
import type { ActionPorts } from "./ports.ts";
import { handoverResult } from "./results.ts";
import { findTemporary, temporaryPasswords } from "./temporary/temporary-records.ts";

const input = Type.Object(
  {
    v: version,
    id: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 0x7fffffff, description: "the password's id" }),
    ),
    devId: Type.Optional(devId),
  },
  { additionalProperties: false },
);

export function resendAction(ports: ActionPorts): Command {
  return action({
    name: "tuya.m.device.zigbee.sms.resend",
    summary: "Sends a temporary password's code again; true only when a carrier has accepted it.",
    result: handoverResult,
    errors: lockErrors,
    isOneShot: true,
    input,
    async run(context, request) {
      const password = passwordOf(context, request);
      if (password.sendTo === "") {
        throw new GatewayError("badParameters", "id: the password has no telephone number", {
          field: "id",
        });
      }
      return answer(await sendCode(ports, context, password));
    },
  });
}

/** Finds the password by its id, and by its lock if several have that id; by the lock alone its newest message. */
function passwordOf(
  context: CommandContext,
  { id, devId: lock }: { readonly id?: number; readonly devId?: string },
): PasswordRecord {
  if (lock !== undefined && id !== undefined) {
    return findTemporary(context, lockOf(context, lock), ["id", id]);
  }
  const { view } = context;
  const locks = lock === undefined ? [...view.list("lock")] : [lockOf(context, lock)];
  const candidates = locks
    .flatMap((one) => temporaryPasswords(context, one, true))
    .filter((password) =>
      id === undefined
        ? view.get("message", [password.lock, password.id]) !== undefined
        : password.id === id,
    )
    .sort((left, right) => right.createdAtMs - left.createdAtMs || right.id - left.id);
  const [newest, other] = candidates;
  if (id === undefined && lock === undefined) {
    throw new GatewayError("badParameters", "id: give id or devId", { field: "id" });
  }
  if (newest === undefined) {
    const field = id === undefined ? "devId" : "id";
    throw new GatewayError("notFound", `${field}: there is no message to send again`, { field });
  }
  if (lock === undefined && other !== undefined) {
    throw new GatewayError("badParameters", "devId: more than one lock has a password of this id", {
      field: "devId",
    });
  }
  return newest;
}
