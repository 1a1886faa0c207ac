import { constants, promises as fs } from "node:fs";
import { isFileError, isSystemError } from "../../../daemon/base/durable-file.ts";
import type { RadioFault } from "../../lock-driver.ts";
import type { StartProgress } from "../herdsman/herdsman-internals.ts";

/** The radio cannot be brought up, and why. `message` is a sentence for people. */
export class RadioFaultError extends Error {
  override readonly name = "RadioFaultError";
  readonly fault: RadioFault;

  constructor(fault: RadioFault, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.fault = fault;
  }
}

const tcpPrefix = "tcp://";

/**
 * Checks the stick's path before herdsman opens it, without opening it: an open would toggle the
 * control lines that reset some sticks.
 * @throws RadioFaultError when there is nothing there or access is not allowed.
 */
export async function checkStickPath(path: string): Promise<void> {
  if (path.startsWith(tcpPrefix)) return;
  try {
    await fs.access(path, constants.R_OK | constants.W_OK);
  } catch (error) {
    if (isFileError(error, "EACCES") || isFileError(error, "EPERM")) {
      throw new RadioFaultError(
        "noPermission",
        `No permission to open the Zigbee stick at ${path}: the user needs its group (dialout).`,
        error,
      );
    }
    throw new RadioFaultError("stickMissing", `There is no Zigbee stick at ${path}.`, error);
  }
}

/**
 * Returns the fault of a failed start by its progress: herdsman's errors carry nothing but text.
 */
export function startFault(path: string, progress: StartProgress, error: unknown): RadioFaultError {
  switch (progress) {
    case "notOpened":
      return path.startsWith(tcpPrefix)
        ? new RadioFaultError("stickMissing", `No Zigbee stick can be reached at ${path}.`, error)
        : new RadioFaultError(
            "stickBusy",
            `The Zigbee stick at ${path} cannot be opened: another program uses it, or it was unplugged.`,
            error,
          );
    case "opened":
      return new RadioFaultError(
        "stickSilent",
        `What is at ${path} does not answer as a Zigbee coordinator: wrong device, firmware or baud rate.`,
        error,
      );
    case "answered":
      return new RadioFaultError(
        "notACoordinator",
        `The Zigbee stick at ${path} answers but does not start as a coordinator.`,
        error,
      );
  }
}

/** Errors that a serial port or a socket does not have. */
const diskErrors: ReadonlySet<unknown> = new Set([
  "EDQUOT",
  "EEXIST",
  "EFBIG",
  "EISDIR",
  "ENOSPC",
  "ENOTDIR",
  "EROFS",
]);

/**
 * Returns the fault for an error of the disk, or null for any other. Its message has nothing of a file's
 * content.
 */
export function fileFault(error: unknown): RadioFaultError | null {
  if (!isSystemError(error)) return null;
  // An error of an open file has no path, one of a port neither.
  const isOfDisk = "path" in error || ("code" in error && diskErrors.has(error.code));
  if (!isOfDisk) return null;
  const text = `The files of the Zigbee network cannot be used (${error.message}).`;
  return new RadioFaultError("filesUnusable", text, error);
}

/** The stick, the files and the locks do not belong together, and no new network may be formed. */
export function mismatch(cause?: unknown): RadioFaultError {
  return new RadioFaultError(
    "networkMismatch",
    "The stick holds another network than the one the locks are paired with, and there is no coordinator " +
      "backup that fits. Going on would form a new network and every lock would have to be paired " +
      "again. Plug the former stick in, or put coordinator_backup.json back.",
    cause,
  );
}
