import type { LockId } from "../core/model/door-lock.ts";
import type { StoreView } from "../store/store.ts";

/** The names of a device in the event envelope of V1.6, section 9. */
export interface DeviceName {
  readonly nickname: string;
  /** Null while the device is bound to no home. */
  readonly homeId: string | null;
  /** Null for the gateway and for a lock at a home's outer door. */
  readonly roomId: string | null;
}

/** The gateway's own name and home, from its configuration. */
export interface GatewayName {
  readonly name: string;
  readonly homeId: string | null;
}

/** @param lock null = the gateway, which belongs to the home that it was bound to first */
export function deviceName(view: StoreView, gateway: GatewayName, lock: LockId | null): DeviceName {
  if (lock === null) {
    return { nickname: gateway.name, homeId: homeOfGateway(view, gateway), roomId: null };
  }
  const binding = view.get("binding", [lock]);
  return {
    nickname: view.get("lock", [lock])?.name ?? lock,
    homeId: binding?.homeId ?? homeOfGateway(view, gateway),
    roomId: binding?.roomId ?? null,
  };
}

function homeOfGateway(view: StoreView, gateway: GatewayName): string | null {
  if (gateway.homeId !== null) return gateway.homeId;
  let first: { readonly homeId: string; readonly atMs: number } | null = null;
  for (const { homeId, gatewayBoundAtMs: atMs } of view.list("home")) {
    if (atMs !== null && (first === null || atMs < first.atMs)) first = { homeId, atMs };
  }
  return first === null ? null : first.homeId;
}
