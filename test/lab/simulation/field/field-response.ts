/** The effect of an operation on a simulated lock, and what the checks record of its answer. */
import type { OperationArgs, OperationName } from "../../../../daemon/core/model/operation.ts";
import type { Outcome } from "../../../../drivers/lock-driver.ts";
import type { House, Placement } from "../house.ts";
import { answerOf } from "./field-answers.ts";
import { isWrite } from "./field-lock.ts";
import type { SentOperation } from "./sent-operation.ts";
import type { WriteAftermath } from "./write-aftermath.ts";

/** Performs an operation on the lock. @returns the lock's answer */
export function carryOut<K extends OperationName>(
  aftermath: WriteAftermath,
  { placement, nowMs }: { readonly placement: Placement; readonly nowMs: number },
  operation: { readonly name: K } & OperationArgs[K],
): Outcome<K> {
  const { name, userId }: SentOperation = operation;
  if (isWrite(name) && nowMs < placement.refusesUntilMs) {
    return { kind: "refused", status: "failure", statusCode: 1 };
  }
  const before = userId === undefined ? undefined : placement.lock.slots.get(userId);
  const outcome = answerOf(placement.lock, operation);
  if (outcome.kind !== "done") return outcome;
  if (name === "readTime") placement.clockReportedMs = nowMs;
  if (userId !== undefined) aftermath.written(placement, { name, userId }, before);
  return outcome;
}

/** Records what the checks need from an answer: refusals, and slots that a read has shown to be empty. */
export function noteAnswer(
  house: House,
  placement: Placement,
  { operation, outcome }: { readonly operation: SentOperation; readonly outcome: Outcome },
): void {
  const { time, touched } = house;
  touched.add(placement.lock.id);
  const { name, userId } = operation;
  house.note(`${placement.lock.id} ${name} ${userId} ${outcome.kind}`);
  if (userId === undefined) return;
  if (outcome.kind === "refused") placement.refusedMs.set(userId, time.nowMs);
  const isShown = name === "getPinCode" || name === "getUserStatus";
  if (isShown && !placement.lock.slots.has(userId)) placement.written.delete(userId);
}
