import { GatewayError } from "../../core/model/errors.ts";
import type { Scope } from "../../core/model/gateway/account.ts";
import type { CommandContext } from "../command.ts";

/**
 * People are administered by whoever may open the unix socket, and by managers on the page; never by an API client or
 * the cloud, whose secrets live in other machines.
 * @throws GatewayError `permissionDenied`
 */
export function requirePerson({ caller }: CommandContext): void {
  if (caller.transport === "socket" || caller.session !== undefined) return;
  throw new GatewayError(
    "permissionDenied",
    "people are administered on the page, or with latchctl on the gateway itself",
  );
}

/** @throws GatewayError `badParameters` for homes with a scope that is not limited to homes */
export function requireFittingHomes(scope: Scope, homes: readonly string[] | undefined): void {
  if (homes === undefined || scope === "installer") return;
  throw new GatewayError("badParameters", `homes: only an installer has homes, not a ${scope}`, {
    field: "homes",
  });
}
