import { isLockId } from "../../core/model/door-lock.ts";
import { GatewayError } from "../../core/model/errors.ts";
import type { Command, CommandContext } from "../command.ts";
import { findHome } from "../homes/lock-location.ts";
import { addressOf } from "../locks/address.ts";
import { mayPair, mayTouch } from "./may-touch.ts";
import { wholeOf } from "./work-view.ts";

/**
 * Checks the lock and the home that a call names against the caller's work. The answer is the same as for one that does
 * not exist. A room of another home is missing in the caller's view.
 * @throws GatewayError `notFound`
 */
export function checkNamed(
  { caller, view, site }: CommandContext,
  { namesNewLock }: Pick<Command, "namesNewLock">,
  params: unknown,
): void {
  if (caller.homes === undefined) return;
  const { uuid, home_id: homeId } = addressOf(params);
  if (homeId !== undefined) findHome(view, homeId);
  if (uuid === undefined || !isLockId(uuid) || uuid === site.gateway().gatewayId) return;
  const may = namesNewLock === true ? mayPair : mayTouch;
  if (may(caller, wholeOf(view), uuid)) return;
  throw new GatewayError("notFound", `uuid: no lock ${uuid} is paired`, { field: "uuid" });
}
