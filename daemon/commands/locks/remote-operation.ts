import { GatewayError } from "../../core/model/errors.ts";
import { lockErrors, radioErrors } from "../call-errors.ts";
import type { CommandContext, Decision } from "../command.ts";
import { answer } from "../definition.ts";
import { findLock, type LockAddress } from "./address.ts";
import { immediateOptions } from "./immediate-options.ts";

/** The gateway reports a remote lock or unlock as failed after this time, and never sends it again. */
const deadlineMs = 10_000;

export const remoteErrors = [...lockErrors, ...radioErrors, "stickOffline"] as const;

/**
 * Locks or unlocks from afar: one try, which the dispatcher marked on disk before.
 * @throws GatewayError `notFound`, or why the lock did not do it
 */
export async function operateRemotely(
  context: CommandContext,
  address: LockAddress,
  action: "lock" | "unlock",
): Promise<Decision> {
  const { lock } = findLock(context.view, address);
  const result = await context.site.operate(lock, action, deadlineMs, immediateOptions(context));
  switch (result.kind) {
    case "done":
      return answer({});
    case "refused":
      throw new GatewayError("refusedByLock", `uuid: the lock refused to ${action}`, {
        field: "uuid",
      });
    case "unsupported":
      throw new GatewayError("unsupported", `uuid: the lock cannot ${action} by radio`, {
        field: "uuid",
      });
    case "unreachable":
      throw new GatewayError("unreachable", "uuid: the lock did not answer", { field: "uuid" });
    case "stickOffline":
      throw new GatewayError("stickOffline", "the Zigbee stick is not available");
  }
}
