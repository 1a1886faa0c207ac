import { isObject } from "../../base/json.ts";

/** Fields in which callers name a lock: the published calls', and the lock actions'. */
const lockNames = ["uuid", "devId"] as const;
/** Fields in which they name several. */
const lockLists = ["locks"] as const;
const address = /^0x[0-9a-f]{16}$/i;

/**
 * Returns parameters with the lock's address in lower case, as latchd keeps it: people and other systems write it in
 * capitals too.
 * @param gatewayId stays as it is: a gateway's own id may look like an address
 */
export function withLockSpelling(params: unknown, gatewayId: string): unknown {
  if (!isObject(params)) return params;
  const spelled = (value: unknown) =>
    typeof value === "string" && address.test(value) && value !== gatewayId
      ? value.toLowerCase()
      : value;
  const single = lockNames.flatMap((name) => {
    const value = spelled(params[name]);
    return value === params[name] ? [] : [[name, value] as const];
  });
  const lists = lockLists.flatMap((name) => {
    const value = params[name];
    return Array.isArray(value) ? [[name, value.map(spelled)] as const] : [];
  });
  const changed = [...single, ...lists];
  return changed.length === 0 ? params : { ...params, ...Object.fromEntries(changed) };
}
