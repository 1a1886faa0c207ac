import { Type } from "typebox";
import type { LockId } from "../core/model/door-lock.ts";
import { GatewayError } from "../core/model/errors.ts";
import type { CommandContext } from "./command.ts";

/** A message that removes more passwords of a lock than this, and more than half, must confirm it. */
const freeRemovals = 3;

export const confirmation = Type.Optional(
  Type.Boolean({
    description: "true = remove more than half of a lock's passwords, and more than 3",
  }),
);

/** @throws GatewayError `confirmationNeeded` */
export function checkRemovals(removals: number, alive: number, confirm: boolean | undefined): void {
  if (confirm === true || removals <= freeRemovals || removals * 2 <= alive) return;
  const text = `confirm: this removes ${removals} of ${alive} passwords; say confirm: true`;
  throw new GatewayError("confirmationNeeded", text, { field: "confirm" });
}

/**
 * Unpairing a lock removes all of its passwords. Only the cloud must confirm that: people at the REST API and
 * at latchctl unpair one lock and see which, while a cloud that is wrong is wrong about many.
 * @throws GatewayError `confirmationNeeded`
 */
export function checkUnpairing(
  { view, caller }: CommandContext,
  locks: readonly LockId[],
  confirm: boolean | undefined,
): void {
  if (caller.transport !== "mqtt") return;
  for (const lock of locks) {
    const alive = [...view.list("password", [lock])].filter(({ isDeleted }) => !isDeleted).length;
    checkRemovals(alive, alive, confirm);
  }
}
