import { Controller } from "zigbee-herdsman";
import { delay } from "../../../daemon/base/delay.ts";
import { errorLabel } from "../failures.ts";
import { FormationForbiddenError } from "../stick/formation-guard.ts";
import { fileFault, mismatch, RadioFaultError, startFault } from "../stick/radio-fault.ts";
import { clearTimers, closePort, startProgress } from "./herdsman-internals.ts";
import type { DriverLogger } from "./herdsman-log.ts";
import type { NetworkFiles } from "./network-files.ts";
import type { NetworkParameters } from "./network-parameters.ts";

/** The serial or TCP (`tcp://host:port`) link to the stick. */
export interface StickOptions {
  readonly path: string;
  readonly baudRateBps: number;
  readonly rtscts: boolean;
}

export interface ControllerOptions {
  readonly stick: StickOptions;
  readonly files: NetworkFiles;
  /** Resolves with whether a device may join; never resolves for one that is neither let in nor sent away. */
  readonly acceptsDevice: (ieee: string) => Promise<boolean>;
}

interface StartOptions {
  /** Of the stick. */
  readonly path: string;
  /** Called when herdsman has begun its own start and waits for the stick. */
  readonly onBegun: () => void;
  readonly logger: DriverLogger;
}

/** Forming takes up to 100 s, a restore some more; after this a start counts as hung. */
const startTimeoutMs = 180_000;
/** A clean stop reads the stick's tables for the backup (about 2 s); then the port is closed anyway. */
const stopTimeoutMs = 20_000;

/** Makes herdsman's controller for a stick and this gateway's network, without opening the port. */
export function createController(
  options: ControllerOptions,
  parameters: NetworkParameters,
): Controller {
  const { stick, files } = options;
  return new Controller({
    network: {
      panID: parameters.panId,
      extendedPanID: [...parameters.extendedPanId],
      networkKey: [...parameters.networkKey],
      channelList: [parameters.channel],
      networkKeyDistribute: false,
    },
    // Path and adapter are always set: otherwise herdsman's discovery needs udevadm and ends the
    // process if it is missing.
    serialPort: {
      path: stick.path,
      baudRate: stick.baudRateBps,
      rtscts: stick.rtscts,
      adapter: "zstack",
    },
    databasePath: files.database,
    databaseBackupPath: files.databaseBackup,
    backupPath: files.backup,
    adapter: { disableLED: false },
    acceptJoiningDeviceHandler: (ieee) => options.acceptsDevice(ieee),
  });
}

/**
 * Starts it, within a bounded time; closes it when that fails.
 * @param signal ends the start; its reason is thrown if it is a RadioFaultError
 * @throws RadioFaultError
 */
export async function startController(
  controller: Controller,
  options: StartOptions,
  signal: AbortSignal,
): Promise<Awaited<ReturnType<Controller["start"]>>> {
  const over = new AbortController();
  const ended = AbortSignal.any([signal, over.signal]);
  const hung = delay(startTimeoutMs, ended).then(() => null);
  try {
    const started = controller.start(signal);
    options.onBegun();
    const result = await Promise.race([started, hung]);
    if (result === null) throw new Error(signal.aborted ? "stopped" : "the start hangs");
    return result;
  } catch (error) {
    const progress = startProgress(controller);
    await closeController(controller, options.logger, signal.reason instanceof RadioFaultError);
    if (signal.reason instanceof RadioFaultError) throw signal.reason;
    if (signal.aborted) throw new RadioFaultError("stopped", "The radio was stopped.", error);
    if (error instanceof FormationForbiddenError) throw mismatch(error);
    options.logger.warn(
      { reason: errorLabel(error), progress },
      "failed to start the Zigbee stick",
    );
    throw fileFault(error) ?? startFault(options.path, progress, error);
  } finally {
    over.abort();
  }
}

/**
 * Stops the controller cleanly if that goes quickly, else closes the port under it. Herdsman keeps its
 * devices in static registries; its `stop` is what empties them for the next controller.
 */
export async function closeController(
  controller: Controller,
  logger: DriverLogger,
  isSilent = false,
): Promise<void> {
  const over = new AbortController();
  const hung = delay(stopTimeoutMs, over.signal);
  const note = (error: unknown): void =>
    logger.debug({ reason: errorLabel(error) }, "zigbee-herdsman did not stop cleanly");
  const stopped =
    controller.isAdapterDisconnected() || isSilent
      ? closePort(controller)
          .catch(note)
          .then(() => controller.stop())
      : controller.stop();
  const isHung = await Promise.race([stopped.catch(note).then(() => false), hung]);
  over.abort();
  clearTimers(controller);
  if (!isHung) return;
  await closePort(controller).catch(note);
  await controller.stop().catch(note);
}
