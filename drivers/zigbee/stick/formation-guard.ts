import { adapterManagerPrototype, partsOfManager } from "../herdsman/herdsman-parts.ts";
import { type RepairContext, strategyAfterRepair } from "./stick-repair.ts";

/** Herdsman was about to form a new network where none may be formed. */
export class FormationForbiddenError extends Error {
  override readonly name = "FormationForbiddenError";
}

export interface StartGuard {
  /** Whether the controller that starts next may form a network. */
  readonly mayForm: boolean;
  readonly losses: RepairContext;
}

/** Of the controller that starts next: herdsman allows one controller at a time. */
let guard: StartGuard | null = null;
let isInstalled = false;

/**
 * Intercepts herdsman's decision about a stick before herdsman acts on it. Herdsman compares stick,
 * backup and configuration in `determineStrategy` and, when they do not fit together, wipes the stick and
 * forms a new network: every lock would have to be paired again. There is no option to forbid that, so
 * the decision itself is intercepted, before the network on the stick is touched.
 * @throws Error when herdsman has changed so that this is impossible: no start is safe then
 */
export function guardNextStart(next: StartGuard): void {
  guard = next;
  if (isInstalled) return;
  const prototype = adapterManagerPrototype();
  const determineStrategy: unknown = Reflect.get(prototype, "determineStrategy");
  if (typeof determineStrategy !== "function") {
    throw new Error("this version of zigbee-herdsman cannot be kept from forming a network");
  }
  Reflect.set(prototype, "determineStrategy", async function guarded(this: unknown) {
    const current = guard;
    const parts = partsOfManager(this);
    const determine = async (): Promise<unknown> => Reflect.apply(determineStrategy, this, []);
    const strategy =
      current === null || parts === null
        ? await determine()
        : await strategyAfterRepair(parts, determine, current.losses);
    if (strategy === "startCommissioning" && current?.mayForm !== true) {
      throw new FormationForbiddenError("formation of a new network prevented");
    }
    return strategy;
  });
  isInstalled = true;
}
