import { Controller } from "zigbee-herdsman";
import { readIfPresent } from "../../daemon/base/durable-file.ts";
import type { LockId } from "../../daemon/core/door-lock.ts";
import type { RadioState } from "../lock-driver.ts";
import { delay } from "./delay.ts";
import { errorLabel } from "./failures.ts";
import { FormationForbiddenError, setFormationAllowed } from "./formation-guard.ts";
import {
  clearTimers,
  closePort,
  listenForPortErrors,
  startProgress,
} from "./herdsman-internals.ts";
import type { DriverLogger } from "./herdsman-log.ts";
import { loadAdapter, takeStickAsGiven } from "./herdsman-parts.ts";
import type { NetworkFiles } from "./network-files.ts";
import {
  loadNetworkParameters,
  NetworkLostError,
  type NetworkParameters,
} from "./network-parameters.ts";
import type { Session } from "./radio.ts";
import { checkStickPath, RadioFaultError, startFault } from "./radio-fault.ts";
import { StickBackup } from "./stick-backup.ts";
import { resolveStickPath } from "./stick-discovery.ts";
import { checkFirmware, isTcpPath, oldestGoodRevision, probeStick } from "./stick-probe.ts";

/** The serial or TCP (`tcp://host:port`) link to the stick. */
export interface StickOptions {
  readonly path: string;
  readonly baudRateBps: number;
  readonly rtscts: boolean;
}

export interface SessionOptions {
  readonly stick: StickOptions;
  readonly files: NetworkFiles;
  /** For a network that is formed anew, 11 … 26. */
  readonly channel: number;
  /** Locks that the gateway holds records of. */
  readonly knownLocks: () => ReadonlySet<LockId>;
  readonly acceptsDevice: (ieee: string) => boolean;
  /** Attaches listeners before anything can be heard. */
  readonly attach: (controller: Controller) => void;
  /** Told when herdsman has begun its own start: what follows is waiting for the stick. */
  readonly onBegun: () => void;
  readonly logger: DriverLogger;
}

/** Forming takes up to 100 s, a restore some more; after this a start counts as hung. */
const startTimeoutMs = 180_000;
/** A clean stop reads the stick's tables for the backup (about 2 s); then the port is closed anyway. */
const stopTimeoutMs = 20_000;

/**
 * Starts a controller on this gateway's network.
 * @throws RadioFaultError
 */
export async function openSession(options: SessionOptions, signal: AbortSignal): Promise<Session> {
  const { files, logger } = options;
  const stick = await findStick(options.stick);
  const looking = lookAtStick(stick, { logger, signal });
  const preparing = files.prepare();
  // Both have ended, however they did, before anything else begins.
  const ended = Promise.allSettled([looking, preparing]);
  loadAdapter();
  await ended;
  const hasAnswered = await looking;
  await preparing;
  takeStickAsGiven(hasAnswered && isTcpPath(stick.path));
  const mayForm = !(await hasLocks(options));
  const parameters = await parametersOrFault(options, mayForm);
  setFormationAllowed(mayForm);
  const controller = createController({ ...options, stick }, parameters);
  let isLost = false;
  let lost = (): void => {
    isLost = true;
  };
  controller.on("adapterDisconnected", () => lost());
  options.attach(controller);
  const result = await startController(controller, { ...options, stick }, signal);
  if (result === "reset" && !mayForm) {
    // The guard did not hold. Nothing more is done to this network; what was lost is put back.
    await closeController(controller, options.logger);
    await files.putBack();
    throw mismatch();
  }
  listenForPortErrors(controller, (error) =>
    options.logger.warn({ reason: errorLabel(error) }, "the stick's port reports an error"),
  );
  const backup = new StickBackup(controller, options.logger);
  backup.catchUp(await files.readBackup());
  return {
    controller,
    online: await describe(controller, parameters),
    onLost: (callback) => {
      lost = callback;
      if (isLost) callback();
    },
    close: (isSilent) => {
      backup.stop();
      return closeController(controller, options.logger, isSilent);
    },
  };
}

/**
 * @returns the stick with the path that it is at
 * @throws RadioFaultError
 */
async function findStick(given: StickOptions): Promise<StickOptions> {
  const stick = { ...given, path: await resolveStickPath(given.path) };
  await checkStickPath(stick.path);
  return stick;
}

/**
 * Asks the stick for its firmware.
 * @returns whether it has answered
 * @throws RadioFaultError
 */
async function lookAtStick(
  stick: StickOptions,
  { logger, signal }: { readonly logger: DriverLogger; readonly signal: AbortSignal },
): Promise<boolean> {
  const firmware = await probeStick(stick, signal);
  if (firmware === null) return false;
  checkFirmware(stick.path, firmware);
  const { revision } = firmware;
  if (revision < oldestGoodRevision) {
    const text = `the stick's firmware is old: ${oldestGoodRevision} or newer is advised`;
    logger.warn({ revision }, text);
  }
  return true;
}

/** Locks in the gateway's records, or devices in herdsman's: both would be orphaned by a new network. */
async function hasLocks(options: SessionOptions): Promise<boolean> {
  if (options.knownLocks().size > 0) return true;
  const database = await readIfPresent(options.files.database);
  return database !== null && /"type":"(EndDevice|Router)"/.test(database.toString("utf8"));
}

async function parametersOrFault(
  options: SessionOptions,
  mayForm: boolean,
): Promise<NetworkParameters> {
  try {
    return await loadNetworkParameters(options.files, { channel: options.channel, mayForm });
  } catch (error) {
    if (error instanceof NetworkLostError) {
      throw new RadioFaultError("networkMismatch", error.message, error);
    }
    throw error;
  }
}

function mismatch(cause?: unknown): RadioFaultError {
  return new RadioFaultError(
    "networkMismatch",
    "The stick holds another network than the one the locks are paired with, and there is no coordinator " +
      "backup that fits. Going on would form a new network and every lock would have to be paired " +
      "again. Plug the former stick in, or put coordinator_backup.json back.",
    cause,
  );
}

function createController(options: SessionOptions, parameters: NetworkParameters): Controller {
  const { stick, files } = options;
  return new Controller({
    network: {
      panID: parameters.panId,
      extendedPanID: [...parameters.extendedPanId],
      networkKey: [...parameters.networkKey],
      channelList: [parameters.channel],
      networkKeyDistribute: false,
    },
    // Path and adapter are always given: herdsman's discovery needs udevadm and ends the process without.
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
    acceptJoiningDeviceHandler: (ieee) => Promise.resolve(options.acceptsDevice(ieee)),
  });
}

async function startController(
  controller: Controller,
  options: SessionOptions,
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
    await closeController(controller, options.logger);
    if (signal.aborted) throw new RadioFaultError("stopped", "The radio was stopped.", error);
    if (error instanceof FormationForbiddenError) throw mismatch(error);
    options.logger.warn({ reason: errorLabel(error), progress }, "the Zigbee stick did not start");
    throw startFault(options.stick.path, progress, error);
  } finally {
    over.abort();
  }
}

async function describe(
  controller: Controller,
  parameters: NetworkParameters,
): Promise<Extract<RadioState, { kind: "online" }>> {
  const { type, meta } = await controller.getCoordinatorVersion();
  const { revision } = meta;
  return {
    kind: "online",
    firmware: revision === undefined ? type : `${type} ${revision}`,
    channel: parameters.channel,
    panId: parameters.panId,
  };
}

/**
 * Stops the controller cleanly if that goes quickly, else closes the port under it. Herdsman keeps its
 * devices in static registries; its `stop` is what empties them for the next controller.
 */
async function closeController(
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
