import type { Controller } from "zigbee-herdsman";
import { isLockId, type LockId } from "../../../daemon/core/model/door-lock.ts";
import { errorLabel } from "../failures.ts";
import type { FoldedFrames } from "../intake/fold-count.ts";
import { AddressSearch } from "../presence/address-search.ts";
import { keyIsMissing } from "../stick/coordinator-backup.ts";
import { guardNextStart } from "../stick/formation-guard.ts";
import type { Session } from "../stick/radio.ts";
import { checkStickPath, mismatch, RadioFaultError } from "../stick/radio-fault.ts";
import { type RadioEvent, resetFault } from "../stick/radio-machine.ts";
import { StickBackup } from "../stick/stick-backup.ts";
import { resolveStickPath } from "../stick/stick-discovery.ts";
import { checkFirmware, isTcpPath, oldestGoodRevision, probeStick } from "../stick/stick-probe.ts";
import { askState, sendToItself, testFrames } from "../stick/stick-self-test.ts";
import { type OwnFrames, StickWatch, type WatchTiming } from "../stick/stick-watch.ts";
import {
  type ControllerOptions,
  closeController,
  createController,
  type StickOptions,
  startController,
} from "./controller-start.ts";
import { containListFailures } from "./device-list.ts";
import { listenForPortErrors, observeLine } from "./herdsman-internals.ts";
import type { DriverLogger } from "./herdsman-log.ts";
import { loadAdapter, takeStickAsGiven } from "./herdsman-parts.ts";
import type { FoundLocks, OwnLocks } from "./network-files.ts";
import {
  loadNetworkParameters,
  NetworkLostError,
  type NetworkParameters,
} from "./network-parameters.ts";

export interface SessionOptions extends ControllerOptions {
  /** Channel of a network that is formed here, 11 … 26. */
  readonly channel: number;
  /** Locks that the gateway holds records of. */
  readonly ownLocks: OwnLocks;
  /** Attaches listeners before anything can arrive. */
  readonly attach: (controller: Controller) => void;
  /** Called when herdsman has begun its own start: what follows is waiting for the stick. */
  readonly onBegun: () => void;
  /** Resolves when the events that were passed on so far are on disk. */
  readonly eventsStored: () => Promise<void>;
  /** Some frames of a lock were not passed on one by one. */
  readonly folded: (lock: LockId, frames: FoldedFrames) => void;
  readonly timing: WatchTiming;
  /** What the stick did with frames to itself in former sessions. */
  readonly ownFrames: OwnFrames;
  readonly logger: DriverLogger;
}

/** The events of a session, kept until a listener is attached. */
class SessionEvents {
  readonly #waiting: RadioEvent[] = [];
  #listener: ((event: RadioEvent) => void) | null = null;

  report(event: RadioEvent): void {
    if (this.#listener === null) this.#waiting.push(event);
    else this.#listener(event);
  }

  listen(listener: (event: RadioEvent) => void): void {
    this.#listener = listener;
    for (const event of this.#waiting.splice(0)) listener(event);
  }
}

/**
 * Starts a controller on this gateway's network, with every lock of ours among its devices, and proves that
 * the stick takes frames.
 * @throws RadioFaultError
 */
export async function openSession(options: SessionOptions, signal: AbortSignal): Promise<Session> {
  const { files, logger, ownLocks } = options;
  const stick = await findStick(options.stick);
  const looking = probeFirmware(stick, { logger, signal });
  const preparing = files.prepare(ownLocks, (error) =>
    logger.warn(
      { reason: errorLabel(error) },
      "failed to copy the network files; the radio starts without new copies",
    ),
  );
  // Wait until both have ended, whatever their outcome, before anything else begins.
  const ended = Promise.allSettled([looking, preparing]);
  loadAdapter();
  await ended;
  const hasAnswered = await looking;
  const found = await preparing;
  logFound(found, logger);
  const mayForm = ownLocks.locks.size === 0 && !(await files.hasDevices());
  const parameters = await parametersOrFault(options, mayForm);
  const watch = new StickWatch(options.timing, options.ownFrames);
  let stopReading = (): void => {};
  takeStickAsGiven(hasAnswered && isTcpPath(stick.path), (znp) => {
    stopReading = observeLine(znp, watch, {
      stored: options.eventsStored,
      folded: (peer, frames) => {
        const lock = controller.getDeviceByNetworkAddress(peer)?.ieeeAddr;
        if (lock !== undefined && isLockId(lock)) options.folded(lock, frames);
      },
    });
  });
  const isBackupWhole = (await files.readBackup())?.includes(keyIsMissing) === false;
  guardNextStart({
    mayForm,
    losses: {
      locks: ownLocks.locks,
      isBackupWhole,
      restoredFor: files.restoredFor,
      onLoss: (part, locks) =>
        logger.warn({ part, locks }, "restored a part of the network that the stick had lost"),
    },
  });
  const controller = createController({ ...options, stick }, parameters);
  const events = new SessionEvents();
  controller.on("adapterDisconnected", () => events.report({ kind: "lineLost" }));
  options.attach(controller);
  const endWatch = (): void => {
    watch.close();
    stopReading();
  };
  try {
    const start = { ...options, path: stick.path, mayForm };
    await startWatched(controller, { start, watch, events }, signal);
    await testFrames(controller, watch, options.ownFrames, options.timing.answerMs);
  } catch (error) {
    endWatch();
    await closeController(controller, logger, true);
    throw error;
  }
  watch.begin();
  listenForPortErrors(controller, (error) =>
    logger.warn({ reason: errorLabel(error) }, "the stick's port reported an error"),
  );
  containListFailures(controller, (error) =>
    logger.warn({ reason: errorLabel(error) }, "failed to write the list of Zigbee devices"),
  );
  const backup = new StickBackup(controller, logger, () => files.keep(ownLocks.locks));
  backup.catchUp(await files.readBackup());
  const addresses = new AddressSearch(controller, logger);
  addresses.start(new Set<string>([...found.restored, ...found.made]));
  return {
    controller,
    watch,
    online: await describe(controller, parameters),
    listen: (listener) => events.listen(listener),
    probe: async () => {
      // Herdsman waits 6 s for a state that is answered with an error.
      if (!watch.isStateRefused) await askState(controller);
      await sendToItself(controller, options.timing.answerMs);
    },
    close: (isSilent) => {
      backup.stop();
      addresses.stop();
      endWatch();
      return closeController(controller, logger, isSilent);
    },
  };
}

interface WatchedStart {
  readonly start: SessionOptions & { readonly path: string; readonly mayForm: boolean };
  readonly watch: StickWatch;
  readonly events: SessionEvents;
}

/** Starts the controller; a stick that restarts meanwhile ends the start at once, not after 60 s. */
async function startWatched(
  controller: Controller,
  { start, watch, events }: WatchedStart,
  signal: AbortSignal,
): Promise<void> {
  const failing = new AbortController();
  watch.listen({
    sign: (sign) => events.report({ kind: "sign", sign }),
    reset: (reason) => {
      const { cause, detail } = resetFault(reason);
      failing.abort(new RadioFaultError(cause, detail));
      events.report({ kind: "reset", reason });
    },
    notRunning: () => events.report({ kind: "notRunning" }),
  });
  const result = await startController(
    controller,
    start,
    AbortSignal.any([signal, failing.signal]),
  );
  if (result !== "reset" || start.mayForm) return;
  // The guard failed. Nothing more is done to this network; the lost files are restored.
  await closeController(controller, start.logger);
  await start.files.putBack();
  throw mismatch();
}

function logFound({ restored, made }: FoundLocks, logger: DriverLogger): void {
  for (const lock of restored) {
    logger.warn(
      { lock },
      "the lock was missing in the device database and was restored from its copy",
    );
  }
  for (const lock of made) {
    logger.warn(
      { lock },
      "the lock was missing in the device database and was restored from its record",
    );
  }
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
async function probeFirmware(
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

async function describe(
  controller: Controller,
  parameters: NetworkParameters,
): Promise<Session["online"]> {
  const { type, meta } = await controller.getCoordinatorVersion();
  const { revision } = meta;
  return {
    kind: "online",
    firmware: revision === undefined ? type : `${type} ${revision}`,
    channel: parameters.channel,
    panId: parameters.panId,
  };
}
