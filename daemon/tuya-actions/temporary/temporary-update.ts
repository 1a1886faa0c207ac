import Type from "typebox";
import { withActivityLine } from "../../commands/activity/activity-entry.ts";
import type { Command, CommandContext, Decision } from "../../commands/command.ts";
import { deletePassword } from "../../commands/passwords/delete-password.ts";
import { frozenPassword } from "../../commands/passwords/frozen-password.ts";
import { unfrozenPassword } from "../../commands/passwords/unfrozen-password.ts";
import { updatePassword } from "../../commands/passwords/update-password.ts";
import { GatewayError } from "../../core/model/errors.ts";
import type { PasswordRecord } from "../../core/model/password.ts";
import { type Change, remove } from "../../store/store.ts";
import {
  action,
  answer,
  changeErrors,
  decisionOf,
  devId,
  lockErrors,
  lockOf,
  version,
  withAnswer,
} from "../action.ts";
import { sendCode } from "../code-message.ts";
import type { ActionPorts } from "../ports.ts";
import { done, newPassword } from "../results.ts";
import type { SchedulePorts } from "../schedule.ts";
import { isInvalid } from "./password-status.ts";
import { changedPassword, messageRequest } from "./temporary-create.ts";
import {
  commandFields,
  commonFields,
  isSet,
  nameField,
  newGenerationFields,
  type PasswordFields,
} from "./temporary-fields.ts";
import {
  findTemporary,
  newGenerationRecord,
  sealedInAnswer,
  temporaryPasswords,
} from "./temporary-records.ts";

const update = withActivityLine(updatePassword);
const deleted = withActivityLine(deletePassword);
const frozen = withActivityLine(frozenPassword);
const unfrozen = withActivityLine(unfrozenPassword);

/** 125 delete, 126 modify, 127 freeze, 128 unfreeze. */
type Operate = 125 | 126 | 127 | 128;

const passwordIdField = Type.Integer({
  minimum: 0,
  maximum: 0x7fffffff,
  description: "the password's id on its lock",
});

const newInput = Type.Object(
  {
    v: version,
    id: passwordIdField,
    devId,
    ...commonFields,
    ...newGenerationFields,
    operate: Type.Optional(
      Type.Union([Type.Literal(125), Type.Literal(126)], {
        description: "125 delete, 126 modify (the default)",
      }),
    ),
  },
  { additionalProperties: false },
);

const oldInput = Type.Object(
  {
    v: version,
    id: passwordIdField,
    devId,
    ...commonFields,
    operate: Type.Union(
      [125, 126, 127, 128].map((code) => Type.Literal(code)),
      {
        description: "125 delete, 126 modify, 127 freeze, 128 unfreeze",
      },
    ),
  },
  { additionalProperties: false },
);

const renameInput = Type.Object(
  { v: version, devId, pwdId: passwordIdField, name: nameField },
  { additionalProperties: false },
);

const devInput = Type.Object({ v: version, devId }, { additionalProperties: false });

export function updateActions(ports: ActionPorts): readonly Command[] {
  return [
    action({
      name: "tuya.m.device.zigbee.newTempPwd.update",
      summary: "Changes or deletes a temporary password (new generation).",
      result: newPassword,
      errors: [...lockErrors, ...changeErrors],
      input: newInput,
      run(context, input) {
        const before = findTemporary(context, lockOf(context, input.devId), ["id", input.id]);
        const decision = operated(context, before, [input.operate ?? 126, input, ports]);
        const password = changedPassword(decision);
        const isSent = isSet(input.sendMsg) && !password.isDeleted;
        const message = isSent ? [messageRequest(context, password, input.countryCode)] : [];
        const changes = [...decision.changes, ...message];
        const shown = newGenerationRecord(context, password, {
          workingDay: ports.workingDay,
          changes,
        });
        const after = () => {
          if (isSent) void sendCode(ports, context, password);
        };
        return {
          ...withAnswer({ ...decision, changes }, shown.fields, sealedInAnswer(shown)),
          after,
        };
      },
    }),
    action({
      name: "tuya.m.zigbee.lock.temppwd.update",
      summary: "Changes, deletes, freezes or unfreezes a temporary password (old generation).",
      result: done,
      errors: [...lockErrors, ...changeErrors],
      input: oldInput,
      run(context, input) {
        const before = findTemporary(context, lockOf(context, input.devId), ["id", input.id]);
        const operate = operateOf(input.operate);
        return withAnswer(operated(context, before, [operate, input, ports]), true);
      },
    }),
    rename,
    removeInvalid,
  ];
}

const rename = action({
  name: "tuya.m.device.lock.temppwd.name.update",
  summary: "Renames a one-time (1.0) or any (2.0) temporary password.",
  result: done,
  errors: [...lockErrors, "clockLost"],
  input: renameInput,
  run(context, input) {
    const before = findTemporary(context, lockOf(context, input.devId), ["pwdId", input.pwdId]);
    if (input.v !== "2.0" && !before.isOneTime) {
      const text = "pwdId: version 1.0 renames one-time passwords only; call version 2.0";
      throw new GatewayError("badParameters", text, { field: "pwdId" });
    }
    const params = { uuid: before.lock, password_id: before.id, name: input.name };
    return withAnswer(decisionOf(update, context, params), true);
  },
});

const removeInvalid = action({
  name: "tuya.m.device.lock.zigbee.temppwdList.remove",
  summary: "Clears the list of temporary passwords that expired, were used, or failed.",
  result: done,
  errors: lockErrors,
  input: devInput,
  run(context, input) {
    const lock = lockOf(context, input.devId);
    const gone = temporaryPasswords(context, lock)
      .filter((password) => !password.isDeleted && isInvalid(password, context.time.nowMs))
      .map((password) => withoutMessage(context, password, deletion(context, password)));
    return {
      ...answer(true),
      changes: gone.flatMap(({ changes }) => changes),
      journal: gone.flatMap(({ journal }) => journal),
      activities: gone.flatMap(({ activities }) => activities ?? []),
      wake: [lock.lock],
    };
  },
});

function deletion(context: CommandContext, { lock, id }: PasswordRecord): Decision {
  return decisionOf(deleted, context, { uuid: lock, password_id: id });
}

/** Adds the removal of a password's message request. */
function withoutMessage(
  { view }: CommandContext,
  { lock, id }: PasswordRecord,
  decision: Decision,
): Decision {
  if (view.get("message", [lock, id]) === undefined) return decision;
  const removal: Change = remove("message", [lock, id]);
  return { ...decision, changes: [...decision.changes, removal] };
}

function operateOf(code: number): Operate {
  switch (code) {
    case 125:
    case 126:
    case 127:
    case 128:
      return code;
    default:
      throw new GatewayError("badParameters", "operate: must be 125 … 128", { field: "operate" });
  }
}

function operated(
  context: CommandContext,
  before: PasswordRecord,
  [operate, given, ports]: readonly [Operate, PasswordFields, SchedulePorts],
): Decision {
  const address = { uuid: before.lock, password_id: before.id };
  switch (operate) {
    case 125:
      return withoutMessage(context, before, deletion(context, before));
    case 126:
      return modified(context, before, [given, ports]);
    case 127:
      return decisionOf(frozen, context, address);
    case 128:
      return decisionOf(unfrozen, context, address);
  }
}

/** Changes the fields that are given. An unchanged code is not sent to the lock again. */
function modified(
  context: CommandContext,
  before: PasswordRecord,
  [given, ports]: readonly [PasswordFields, SchedulePorts],
): Decision {
  const { begin, end, weekly, password, ...words } = commandFields(context, given, ports);
  const { beginMs, endMs } = before.window;
  const isBounded = begin !== undefined || end !== undefined;
  const bounds = {
    begin: begin ?? Math.floor((beginMs ?? 0) / 1000),
    end: end ?? Math.floor((endMs ?? 0) / 1000),
  };
  const isSameCode = password !== undefined && isCodeOf(context, before, password);
  return decisionOf(update, context, {
    uuid: before.lock,
    password_id: before.id,
    ...words,
    ...(password === undefined || isSameCode ? {} : { password }),
    ...(isBounded ? { permission: bounds } : {}),
    ...(weekly === undefined ? {} : { weekly }),
  });
}

function isCodeOf({ sealer }: CommandContext, password: PasswordRecord, digits: string): boolean {
  if (password.code === null) return false;
  return sealer.open(password.code, password.sealedFor).reveal() === digits;
}
