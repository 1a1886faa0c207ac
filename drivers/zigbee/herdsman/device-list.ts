import type { Controller } from "zigbee-herdsman";
import { fileFault } from "../stick/radio-fault.ts";
import { member } from "./herdsman-internals.ts";

/** What writes a controller's list of devices, as herdsman has it. */
const writers = new WeakMap<Controller, () => void>();

/**
 * Keeps a disk that refuses herdsman's list of devices from ending the process: herdsman writes it in a timer and while
 * it handles frames. The next write has everything that this one would have had. Call it when the controller has started.
 */
export function containListFailures(
  controller: Controller,
  onFailure: (error: unknown) => void,
): void {
  const database = member(controller, "database");
  const write = member(database, "write");
  if (typeof database !== "object" || database === null || typeof write !== "function") return;
  const writeNow = (): void => {
    Reflect.apply(write, database, []);
  };
  writers.set(controller, writeNow);
  Reflect.set(database, "write", (): void => {
    try {
      writeNow();
    } catch (error) {
      if (fileFault(error) === null) throw error;
      onFailure(error);
    }
  });
}

/**
 * Returns why herdsman cannot write its list of devices now, or null if it can. A device that joins meanwhile would be
 * lost with the process, and the network would still have it.
 */
export function deviceListFault(controller: Controller | null): string | null {
  try {
    if (controller !== null) writers.get(controller)?.();
    return null;
  } catch (error) {
    const fault = fileFault(error);
    if (fault === null) throw error;
    return fault.message;
  }
}
