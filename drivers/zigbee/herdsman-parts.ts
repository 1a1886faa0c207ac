/**
 * Parts of herdsman that its index does not export. They are required, not imported: an import of
 * CommonJS has its exports looked for in its text first, and with V8's own threads off that takes 15 to
 * 50 ms for each of these, all of it before the radio can start.
 */
import { createRequire } from "node:module";
import type * as AdapterModule from "zigbee-herdsman/dist/adapter/index.js";
import type * as ManagerModule from "zigbee-herdsman/dist/adapter/z-stack/adapter/manager.js";
import type * as ZStackModule from "zigbee-herdsman/dist/adapter/z-stack/adapter/zStackAdapter.js";
import type * as InstallCodesModule from "zigbee-herdsman/dist/controller/helpers/installCodes.js";
import type sequenceModule from "zigbee-herdsman/dist/controller/helpers/zclTransactionSequenceNumber.js";

const require = createRequire(import.meta.url);

const sequence: typeof sequenceModule = require("zigbee-herdsman/dist/controller/helpers/zclTransactionSequenceNumber.js");

/** Herdsman's counter of ZCL transactions: one for the process. */
export const nextSequenceNumber = (): number => sequence.default.next();

/** The address and the key that the text of an install code names. @throws Error for a text of no known form */
export function parseInstallCode(text: string): [address: string, key: string] {
  const codes: typeof InstallCodesModule = require("zigbee-herdsman/dist/controller/helpers/installCodes.js");
  return codes.parseInstallCode(text);
}

/** What decides what is done with a stick and its network, and does it; loaded by the first call. */
export function adapterManagerPrototype(): object {
  const manager: typeof ManagerModule = require("zigbee-herdsman/dist/adapter/z-stack/adapter/manager.js");
  return manager.ZnpAdapterManager.prototype;
}

/** Loads what herdsman would load within its start, while stick and disk are busy. */
export function loadAdapter(): void {
  adapterModules();
}

/**
 * Has herdsman take the stick as it is given. By itself it would first list every serial port through
 * udevadm, to fill in options that a controller of this driver always has, and import the adapter.
 * @param isAwakeOnTcp the stick has just answered over TCP. There herdsman's call to leave a bootloader
 * cannot be sent before the line counts as open, and is followed by a second of waiting: it is left out.
 * On a serial line it stays, for a port that is opened again may have reset the stick.
 * @param onLine is given herdsman's side of the line before the port is opened
 */
export function takeStickAsGiven(isAwakeOnTcp: boolean, onLine: (znp: unknown) => void): void {
  const { adapters, zStack } = adapterModules();
  adapters.Adapter.create = (network, stick, backupPath, options) => {
    const adapter = new zStack.ZStackAdapter(network, stick, backupPath, options);
    const znp: unknown = Reflect.get(adapter, "znp");
    onLine(znp);
    if (isAwakeOnTcp && typeof znp === "object" && znp !== null) {
      Reflect.set(znp, "skipBootloader", () => Promise.resolve());
    }
    return Promise.resolve(adapter);
  };
}

function adapterModules(): {
  readonly adapters: typeof AdapterModule;
  readonly zStack: typeof ZStackModule;
} {
  return {
    adapters: require("zigbee-herdsman/dist/adapter/index.js"),
    zStack: require("zigbee-herdsman/dist/adapter/z-stack/adapter/zStackAdapter.js"),
  };
}
