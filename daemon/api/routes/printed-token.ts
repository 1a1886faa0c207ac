/** The name of the token's parameter. */
const right = "access_token";

/** The calls whose tables in the published document print the name wrong, by what they print. */
const printedNames: ReadonlyMap<string, readonly string[]> = new Map([
  [
    "accesst_token",
    [
      "find_home_state",
      "find_home_states",
      "find_home_device",
      "find_home_devices",
      "fetch_passwords",
      "get_default_password_plaintext",
      "get_dynamic_password_plaintext",
      "add_password",
      "update_password",
      "delete_password",
      "frozen_password",
      "unfrozen_password",
      "order_add",
      "order_update",
      "find_orders",
    ],
  ],
  ["acccess_token", ["get_center_info", "get_lock_info"]],
]);

const printedByCall: ReadonlyMap<string, string> = new Map(
  [...printedNames].flatMap(([name, calls]) => calls.map((call) => [call, name] as const)),
);

/** The names under which a request may give its token: the right one first. */
export type TokenNames = readonly [string, ...string[]];

export const rightTokenName: TokenNames = [right];

/** Returns the names of the token in a published call: the right one, and the misprint of its table. */
export function tokenNamesOf(call: string): TokenNames {
  const printed = printedByCall.get(call);
  return printed === undefined ? rightTokenName : [right, printed];
}
