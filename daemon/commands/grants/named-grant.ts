import type { GrantDoor, GrantRecord } from "../../core/grant/grant.ts";
import { GatewayError } from "../../core/model/errors.ts";
import type { LockView } from "../../core/model/lock.ts";
import type { PasswordRecord } from "../../core/model/password.ts";
import { isOver } from "../../core/plan/target.ts";
import type { CommandContext } from "../command.ts";
import { lockView } from "../locks/address.ts";

/** A door of a grant whose lock has the grant's password. */
export interface LiveDoor {
  readonly door: GrantDoor;
  readonly lock: LockView;
  readonly password: PasswordRecord;
}

/** @throws GatewayError `notFound` */
export function findGrant({ view }: Pick<CommandContext, "view">, id: string): GrantRecord {
  const grant = view.get("grant", [id]);
  if (grant !== undefined) return grant;
  throw new GatewayError("notFound", `grant_id: there is no grant ${id}`, { field: "grant_id" });
}

/** Returns a grant that may be changed. @throws GatewayError `notFound`, `badParameters` for one that is revoked */
export function findGranted(context: Pick<CommandContext, "view">, id: string): GrantRecord {
  const grant = findGrant(context, id);
  if (grant.revokedAtMs === null) return grant;
  throw new GatewayError("badParameters", "grant_id: the grant is revoked; make another", {
    field: "grant_id",
  });
}

/** Returns the doors whose locks have the grant's password and are not asked to clear it. */
export function liveDoors({ view }: CommandContext, grant: GrantRecord): readonly LiveDoor[] {
  return grant.doors.flatMap((door): LiveDoor[] => {
    const password = view.get("password", [door.lock, door.passwordId]);
    const lock = view.get("lock", [door.lock]);
    if (door.gone !== null || password === undefined || lock === undefined) return [];
    return password.isDeleted ? [] : [{ door, password, lock: lockView(view, lock) }];
  });
}

/** Returns whether a password still counts for changes of its grant: a used one-time password never opens again. */
export function isUnused({ password }: LiveDoor): boolean {
  return password.consumedAtMs === null;
}

/** Returns whether a door's password is over, so that a freeze changes nothing at its lock. */
export function isOverNow({ password }: LiveDoor, { time }: CommandContext): boolean {
  return isOver(password, time.nowMs);
}
