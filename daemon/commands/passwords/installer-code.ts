import { GatewayError } from "../../core/model/errors.ts";
import type { LockView } from "../../core/model/lock.ts";
import { administratorId } from "../../core/model/password.ts";
import { isRefusedAdministrator } from "../../core/plan/password-stage.ts";
import type { CommandContext } from "../command.ts";
import { wasPairedInSession } from "../work/may-touch.ts";

/** What an installer may say of the administrator's code: no message to anybody, no limit, no alarm. */
const plainFields: ReadonlySet<string> = new Set([
  "uuid",
  "room_id",
  "home_id",
  "is_default",
  "password_id",
  "password",
  "name",
  "description",
]);

/**
 * An installer hands a lock over with its administrator's code, and sets no other code. He has a session of the page,
 * because an API client pairs without a person at the door.
 * @throws GatewayError `permissionDenied`
 */
export function checkKindOfCode({ caller }: CommandContext, wanted: object): void {
  if (caller.scope === "manager") return;
  const fields = new Map<string, unknown>(Object.entries(wanted));
  const isPlain = [...fields].every(([name, value]) => plainFields.has(name) || isEmpty(value));
  const isHandOver = caller.scope === "installer" && caller.session !== undefined;
  const isAdministrator =
    fields.get("is_default") === 1 || fields.get("password_id") === administratorId;
  if (isHandOver && isAdministrator && isPlain) return;
  throw denied("an installer on the page may set the administrator's code, and no other");
}

/** Says the same as an absent field: no limit, nobody to send it to. */
function isEmpty(value: unknown): boolean {
  return value === 0 || value === null || value === "";
}

/**
 * An installer sets the first administrator's code that a lock accepts: of one that was paired since his session began,
 * or of one in a home of his work. Whoever has a session without homes works in all of them.
 * @throws GatewayError `permissionDenied`
 */
export function checkLockOfCode({ caller, view }: CommandContext, stored: LockView): void {
  if (caller.scope === "manager") return;
  const { lock } = stored.lock;
  const administrator = stored.passwords.find(({ id }) => id === administratorId);
  if (administrator !== undefined && !isRefusedAdministrator(administrator, stored.slots)) {
    throw denied("the lock has an administrator's code; a manager may change it");
  }
  const isBound = view.get("binding", [lock]) !== undefined;
  if (isBound || wasPairedInSession(caller, view, lock)) return;
  throw denied("the lock is in no home, and was paired before you signed in");
}

function denied(text: string): GatewayError {
  return new GatewayError("permissionDenied", text);
}
