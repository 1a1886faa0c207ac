import { isObject } from "../../base/json.ts";

/** Fields in which callers name a lock: the published calls', and the lock actions'. */
const lockNames = ["uuid", "devId"] as const;
const address = /^0x[0-9a-f]{16}$/i;

/**
 * Returns parameters with the lock's address in lower case, as latchd keeps it: people and other systems write it in
 * capitals too.
 * @param gatewayId stays as it is: a gateway's own id may look like an address
 */
export function withLockSpelling(params: unknown, gatewayId: string): unknown {
  if (!isObject(params)) return params;
  const spelled = lockNames.flatMap((name) => {
    const value = params[name];
    const isOther = typeof value === "string" && address.test(value) && value !== gatewayId;
    return isOther ? [[name, value.toLowerCase()] as const] : [];
  });
  return spelled.length === 0 ? params : { ...params, ...Object.fromEntries(spelled) };
}
