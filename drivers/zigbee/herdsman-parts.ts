/**
 * Parts of herdsman that its index does not export. They are required, not imported: an import of
 * CommonJS has its exports looked for in its text first, and with V8's own threads off that takes 15 to
 * 50 ms for each of these, all of it before the radio can start.
 */
import { createRequire } from "node:module";
import type * as PortModule from "zigbee-herdsman/dist/adapter/serialPort.js";
import type * as ManagerModule from "zigbee-herdsman/dist/adapter/z-stack/adapter/manager.js";
import type sequenceModule from "zigbee-herdsman/dist/controller/helpers/zclTransactionSequenceNumber.js";

const require = createRequire(import.meta.url);

const manager: typeof ManagerModule = require("zigbee-herdsman/dist/adapter/z-stack/adapter/manager.js");
const port: typeof PortModule = require("zigbee-herdsman/dist/adapter/serialPort.js");
const sequence: typeof sequenceModule = require("zigbee-herdsman/dist/controller/helpers/zclTransactionSequenceNumber.js");

/** Decides what is done with a stick and its network, and does it. */
export const { ZnpAdapterManager } = manager;

/** The serial port as herdsman opens it: a second library for it would be a second native module. */
export const { SerialPort } = port;

/** Herdsman's counter of ZCL transactions: one for the process. */
export const nextSequenceNumber = (): number => sequence.default.next();

/**
 * Loads what herdsman would load within its start, while nothing else is to be done.
 * @returns a promise that never rejects: a part that cannot be loaded is told by herdsman's own start.
 */
export function loadAdapter(): Promise<void> {
  return import("zigbee-herdsman/dist/adapter/z-stack/adapter/zStackAdapter.js").then(
    () => undefined,
    () => undefined,
  );
}
