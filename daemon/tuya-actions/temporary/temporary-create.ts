import Type from "typebox";
import { withActivityLine } from "../../commands/activity/activity-entry.ts";
import type { Command, CommandContext, Decision } from "../../commands/command.ts";
import { addPassword } from "../../commands/passwords/add-password.ts";
import { GatewayError } from "../../core/model/errors.ts";
import type { LockRecord } from "../../core/model/lock.ts";
import type { PasswordRecord } from "../../core/model/password.ts";
import { type Change, put } from "../../store/store.ts";
import {
  action,
  changeErrors,
  decisionOf,
  devId,
  lockErrors,
  lockOf,
  version,
  withAnswer,
} from "../action.ts";
import { codeInput } from "../code-input.ts";
import { sendCode } from "../code-message.ts";
import type { ActionPorts } from "../ports.ts";
import { done, newPassword } from "../results.ts";
import type { SchedulePorts } from "../schedule.ts";
import { eitherTime } from "../times.ts";
import {
  commandFields,
  commonFields,
  isSet,
  nameField,
  newGenerationFields,
  type PasswordFields,
} from "./temporary-fields.ts";
import { newGenerationRecord, sealedInAnswer, temporaryPasswords } from "./temporary-records.ts";

const add = withActivityLine(addPassword);

const requiredFields = {
  v: version,
  devId,
  name: nameField,
  effectiveTime: eitherTime("valid from"),
  invalidTime: eitherTime("valid until"),
  password: codeInput,
};

const newInput = Type.Object(
  { ...commonFields, ...newGenerationFields, ...requiredFields },
  { additionalProperties: false },
);

const oldInput = Type.Object(
  {
    ...commonFields,
    ...requiredFields,
    createLimit: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 100_000, description: "at most how many; 0 = no limit" }),
    ),
  },
  { additionalProperties: false },
);

export function createActions(ports: ActionPorts): readonly Command[] {
  return [
    action({
      name: "tuya.m.device.zigbee.newTempPwd.create",
      summary: "Creates a temporary password (new generation).",
      result: newPassword,
      errors: [...lockErrors, ...changeErrors],
      input: newInput,
      run(context, input) {
        const lock = lockOf(context, input.devId);
        const created = create(context, lock, [input, ports]);
        const isSent = isSet(input.sendMsg);
        const changes = isSent
          ? [messageRequest(context, created.password, input.countryCode)]
          : [];
        const decision = {
          ...created.decision,
          changes: [...created.decision.changes, ...changes],
        };
        const shown = newGenerationRecord(context, created.password, {
          workingDay: ports.workingDay,
          changes: decision.changes,
        });
        const after = () => {
          if (isSent) void sendCode(ports, context, created.password);
        };
        return { ...withAnswer(decision, shown.fields, sealedInAnswer(shown)), after };
      },
    }),
    action({
      name: "tuya.m.zigbee.lock.temppwd.create",
      summary:
        "Creates a temporary password (old generation), unless there are createLimit already.",
      result: done,
      errors: [...lockErrors, ...changeErrors],
      input: oldInput,
      run(context, input) {
        const lock = lockOf(context, input.devId);
        const max = input.createLimit ?? 0;
        if (max > 0 && temporaryPasswords(context, lock, true).length >= max) {
          const text = `createLimit: there are ${max} temporary passwords already`;
          throw new GatewayError("lockFull", text, { field: "createLimit" });
        }
        return withAnswer(create(context, lock, [input, ports]).decision, true);
      },
    }),
  ];
}

/** Creates a password with the same command as every other API. */
function create(
  context: CommandContext,
  lock: LockRecord,
  [given, ports]: readonly [PasswordFields & { readonly password: string }, SchedulePorts],
): { readonly decision: Decision; readonly password: PasswordRecord } {
  const { begin, end, weekly, password, ...words } = commandFields(context, given, ports);
  const decision = decisionOf(add, context, {
    uuid: lock.lock,
    ...words,
    password: password ?? given.password,
    ...(begin === undefined ? {} : { permission_begin: begin }),
    ...(end === undefined ? {} : { permission_end: end }),
    ...(weekly === undefined || weekly === null ? {} : { weekly }),
  });
  return { decision, password: changedPassword(decision) };
}

/** Returns the password that a decision writes. */
export function changedPassword({ changes }: Decision): PasswordRecord {
  for (const change of changes) {
    if (change.table === "password" && change.value !== null) return change.value;
  }
  throw new Error("the decision writes no password");
}

export function messageRequest(
  { time }: CommandContext,
  { lock, id, sendTo }: PasswordRecord,
  countryCode: string | undefined,
): Change {
  if (sendTo === "") {
    throw new GatewayError("badParameters", "phone: is missing; there is nobody to send it to", {
      field: "phone",
    });
  }
  return put("message", [lock, id], {
    lock,
    passwordId: id,
    countryCode: countryCode ?? "",
    wantedAtMs: time.nowMs,
  });
}
