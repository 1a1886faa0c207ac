import { foundDeviceSetting } from "../../core/model/gateway/network.ts";
import type { StoreView } from "../../store/store.ts";
import type { Caller } from "../caller.ts";

/** The part of a caller that says which locks and homes belong to its work. */
export type Worker = Pick<Caller, "homes" | "session">;

/** Returns whether a home belongs to the caller's work. */
export function mayEnter({ homes }: Worker, homeId: string): boolean {
  return homes === undefined || homes.includes(homeId);
}

/**
 * Returns whether a lock belongs to the caller's work. For a caller that is limited to homes these are the locks in
 * those homes, and the locks without a home that were paired since the caller's session began.
 */
export function mayTouch(caller: Worker, view: StoreView, lock: string): boolean {
  if (caller.homes === undefined) return true;
  const binding = view.get("binding", [lock]);
  if (binding !== undefined) return mayEnter(caller, binding.homeId);
  return wasPairedInSession(caller, view, lock);
}

/** Returns whether a lock was paired since the caller's session began. */
export function wasPairedInSession({ session }: Worker, view: StoreView, lock: string): boolean {
  const pairedAtMs = view.get("lock", [lock])?.pairedAtMs;
  return session !== undefined && pairedAtMs !== undefined && pairedAtMs >= session.beganAtMs;
}

/**
 * Returns whether the caller may take a lock out of its home. A caller that is limited to homes would lose sight of the
 * lock, and could not put it anywhere again.
 */
export function mayRelease(caller: Worker, view: StoreView, lock: string): boolean {
  return caller.homes === undefined || wasPairedInSession(caller, view, lock);
}

/** Returns whether the caller may pair a device: a lock that hangs in another home stays out of its reach. */
export function mayPair(caller: Worker, view: StoreView, device: string): boolean {
  const binding = view.get("binding", [device]);
  return binding === undefined || mayEnter(caller, binding.homeId);
}

/**
 * Returns whether the caller may see and adopt a lock that has no records here. One that was on the network before the
 * session began may hang in another home.
 */
export function mayAdopt({ homes, session }: Worker, view: StoreView, device: string): boolean {
  if (homes === undefined) return true;
  const foundAtMs = view.get("setting", foundDeviceSetting(device))?.value;
  return session !== undefined && typeof foundAtMs === "number" && foundAtMs >= session.beganAtMs;
}
