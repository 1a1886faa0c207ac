import type { EventEntry, JsonObject } from "./journal.ts";
import type { OperationStage, PasswordOperation, PasswordRecord } from "./password.ts";

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

/** The second answer to a password command: what the lock made of it. */
export function passwordOperationEvent(password: PasswordRecord): EventEntry {
  const detail: JsonObject = {
    password_id: password.id,
    operation: operationNumbers[password.operation],
    operation_stage: stageNumbers[password.operationStage],
  };
  return {
    kind: "event",
    event: "pwdOperation",
    lock: password.lock,
    detail: password.failure === null ? detail : { ...detail, reason: password.failure },
  };
}
