import type { JsonObject } from "../../base/json.ts";
import type { EventEntry } from "../model/journal.ts";
import type {
  OperationStage,
  PasswordFailure,
  PasswordOperation,
  PasswordRecord,
} from "../model/password.ts";

/** V1.6 numbers of `operation` (section 6, password record). */
export const operationNumbers: Readonly<Record<PasswordOperation, number>> = {
  add: 1,
  delete: 2,
  update: 3,
  freeze: 4,
  unfreeze: 5,
};

/** V1.6 numbers of `operation_stage`. */
export const stageNumbers: Readonly<Record<OperationStage, number>> = {
  inProgress: 1,
  failed: 2,
  done: 3,
};

/** Why a command was not carried out. */
export type CompletionReason =
  | PasswordFailure
  /** Another command for the same password arrived before the lock had confirmed this one. */
  | "superseded"
  /** The lock was unpaired. */
  | "lockRemoved";

/**
 * Returns the second answer to a password command, `pwdOperation`, with its result. Each command has exactly one.
 * A later event about the same command has `correction`, for example if the lock accepts a deletion after all.
 * @param before the stage of the password's last command until now
 */
export function passwordOperationEvent(
  password: PasswordRecord,
  before: OperationStage = "inProgress",
): EventEntry {
  const event = operationEvent(password, password.failure);
  if (before === "inProgress") return event;
  return { ...event, detail: { ...event.detail, correction: 1 } };
}

/** Returns the second answer to a command that another event replaced; null = it has had its answer. */
export function supersededEvent(
  before: PasswordRecord,
  reason: "superseded" | "lockRemoved",
): EventEntry | null {
  if (before.operationStage !== "inProgress") return null;
  return operationEvent({ ...before, operationStage: "failed" }, reason);
}

function operationEvent(password: PasswordRecord, reason: CompletionReason | null): EventEntry {
  const detail: JsonObject = {
    password_id: password.id,
    operation: operationNumbers[password.operation],
    operation_stage: stageNumbers[password.operationStage],
    ...(reason === null ? {} : { reason }),
    ...(password.grant === undefined ? {} : { grant_id: password.grant }),
  };
  return { kind: "event", event: "pwdOperation", lock: password.lock, detail };
}
