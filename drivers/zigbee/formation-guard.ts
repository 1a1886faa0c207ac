import { adapterManagerPrototype } from "./herdsman-parts.ts";

/** Herdsman was about to form a new network where none may be formed. */
export class FormationForbiddenError extends Error {
  override readonly name = "FormationForbiddenError";
}

/** Whether the controller that starts next may form a network. Herdsman allows one controller at a time. */
let mayForm = false;
let isInstalled = false;

/**
 * Stands between herdsman's decision what to do with a stick and the deed. Herdsman compares stick,
 * backup and configuration in `determineStrategy` and, when they do not fit together, wipes the stick and
 * forms a new network: every lock would have to be paired again. There is no option to forbid that, so
 * the decision itself is intercepted, before anything is written to the stick.
 * @throws Error when herdsman has changed so that this cannot be done; no start is safe then.
 */
export function setFormationAllowed(isAllowed: boolean): void {
  mayForm = isAllowed;
  if (isInstalled) return;
  const prototype = adapterManagerPrototype();
  const determineStrategy: unknown = Reflect.get(prototype, "determineStrategy");
  if (typeof determineStrategy !== "function") {
    throw new Error("this version of zigbee-herdsman cannot be kept from forming a network");
  }
  Reflect.set(prototype, "determineStrategy", async function guarded(this: unknown) {
    const strategy: unknown = await Reflect.apply(determineStrategy, this, []);
    if (strategy === "startCommissioning" && !mayForm) {
      throw new FormationForbiddenError("formation of a new network prevented");
    }
    return strategy;
  });
  isInstalled = true;
}
