import Type from "typebox";
import { GatewayError } from "../../core/model/errors.ts";
import type { CommandContext } from "../command.ts";

export const clientId = Type.String({
  pattern: "^[A-Za-z0-9._-]{1,64}$",
  description: "the client's name: 1 … 64 of A-Z a-z 0-9 . _ -",
});

/**
 * API clients are administered by whoever may open the unix socket, never over the network.
 * @throws GatewayError `permissionDenied`
 */
export function requireSocket({ caller }: CommandContext): void {
  if (caller.transport === "socket") return;
  throw new GatewayError("permissionDenied", "clients are administered on the gateway itself");
}
