import { GatewayError } from "../../core/model/errors.ts";
import { type AccountRecord, accountKey } from "../../core/model/gateway/account.ts";
import { type Change, remove } from "../../store/store.ts";
import type { CommandView } from "../ports.ts";

/** @throws GatewayError `notFound` */
export function findAccount(view: CommandView, name: string): AccountRecord {
  const account = view.get("account", [accountKey(name)]);
  if (account !== undefined) return account;
  throw new GatewayError("notFound", `name: ${name} has no account`, { field: "name" });
}

/** @throws GatewayError `unsupported` when no manager would be left, so that nobody could manage people */
export function requireOtherManager(view: CommandView, account: AccountRecord): void {
  const isOther = (one: AccountRecord) => one.scope === "manager" && one.name !== account.name;
  if (account.scope !== "manager" || [...view.list("account")].some(isOther)) return;
  throw new GatewayError(
    "unsupported",
    `name: ${account.name} is the only manager; make another one first`,
    { field: "name" },
  );
}

/** Returns what ends the sessions of an account or a pass, but for one of them. */
export function endSessions(
  view: CommandView,
  of: { readonly kind: "account" | "pass"; readonly subject: string },
  exceptId?: string,
): readonly Change[] {
  return [...view.list("session")]
    .filter(
      ({ kind, subject, sessionId }) =>
        kind === of.kind && subject === of.subject && sessionId !== exceptId,
    )
    .map(({ cookieHash }) => remove("session", [cookieHash]));
}
