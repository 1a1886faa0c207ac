import type { Controller, Models } from "zigbee-herdsman";
import { delay } from "../../../daemon/base/delay.ts";
import { cleanText } from "../../../daemon/core/input/plain-text.ts";
import { isLockId, type LockId } from "../../../daemon/core/model/door-lock.ts";
import type { ServedTime } from "../../../daemon/core/time/served-time.ts";
import type { PairingStep } from "../../lock-driver.ts";
import { errorLabel } from "../failures.ts";
import { clusterIds } from "../frames/zcl-frame.ts";
import type { DriverLogger } from "../herdsman/herdsman-log.ts";
import type { Exchanger } from "../operations/exchange.ts";
import { LockLink } from "../operations/lock-link.ts";
import type { ModelQuirks } from "../quirks/quirk-model.ts";
import { quirksOf } from "../quirks/quirks.ts";
import { sendAway } from "./device-removal.ts";
import { probeLock } from "./lock-probe.ts";
import { identifyModel } from "./model-identity.ts";
import { sleepOf } from "./receiver-sleep.ts";

/** Attempts after a failed interview, each after a wait. Herdsman runs the interview by itself. */
const maxMoreInterviews = 2;
const interviewPauseMs = 2_000;

/** The work on one device, until its last step is reported. */
export interface SetupRun {
  /** Aborted when the device leaves by itself, or when the work is abandoned; the reason says which. */
  readonly departure: AbortController;
  /** The gateway sends the device away, so its departure is not a failure. */
  isSentAway: boolean;
  /** Whether the interview is still running. */
  isInterviewing: boolean;
  /** The network was open for exactly this device when it joined. */
  readonly isExpected: boolean;
}

export interface SetupPorts {
  readonly controller: Controller;
  readonly device: Models.Device;
  readonly exchanger: Exchanger;
  readonly quirks: readonly ModelQuirks[];
  readonly getTime: () => ServedTime;
  readonly isKnown: (lock: LockId) => boolean;
  readonly report: (step: PairingStep) => void;
  readonly logger: DriverLogger;
}

/**
 * Sets up a device that has joined as a lock: interviews it if necessary, refuses it if it is not a
 * lock, and probes it.
 * @returns the last step
 * @throws ProbeFailedError, or the reason with which `work` was ended
 */
export async function setUpLock(parts: SetupPorts, work: SetupRun): Promise<PairingStep> {
  const { controller, device, exchanger, getTime, logger } = parts;
  const lock = device.ieeeAddr;
  if (!isLockId(lock)) throw new Error("the device has no lock's address");
  const { signal } = work.departure;
  if (work.isInterviewing && !(await interviewAgain(parts, signal))) {
    return { step: "failed", device: lock, reason: "The device does not answer its interview." };
  }
  work.isInterviewing = false;
  const endpoint = device.endpoints.find((candidate) =>
    candidate.inputClusters.includes(clusterIds.doorLock),
  );
  if (endpoint === undefined) {
    const reason = `${cleanText(device.modelID ?? "The device")} is not a door lock.`;
    // A device with the address of one of our locks must not cost that lock its membership.
    if (parts.isKnown(lock)) return { step: "failed", device: lock, reason };
    work.isSentAway = true;
    await sendAway(device);
    return { step: "refused", device: lock, reason };
  }
  const coordinator = controller.getDevicesByType("Coordinator")[0]?.getEndpoint(1);
  if (coordinator === undefined) throw new Error("the coordinator has no endpoint 1");
  const identity = await identifyModel(device, logger);
  signal.throwIfAborted();
  parts.report({ step: "probing", device: lock, model: identity.model });
  const quirks = quirksOf(device.modelID ?? "", device.manufacturerName ?? "", parts.quirks);
  const linkTo = (to: Models.Endpoint): LockLink => new LockLink(to, exchanger, signal);
  const { capabilities, slots } = await probeLock({
    endpoint,
    coordinator,
    link: linkTo(endpoint),
    quirks,
    sleep: await sleepOf(controller, device, quirks),
    power:
      device.endpoints.find(({ inputClusters }) =>
        inputClusters.includes(clusterIds.powerConfiguration),
      ) ?? null,
    linkTo,
    time: getTime(),
    signal,
  });
  const firmware = cleanText(
    device.softwareBuildID ?? String(device.applicationVersion ?? "unknown"),
  );
  const description = { lock, ...identity, firmware, capabilities };
  return { step: "paired", device: lock, description, slots, isExpected: work.isExpected };
}

async function interviewAgain(
  { device, logger }: SetupPorts,
  signal: AbortSignal,
): Promise<boolean> {
  for (let tries = 0; tries < maxMoreInterviews; tries++) {
    await delay(interviewPauseMs);
    signal.throwIfAborted();
    try {
      await device.interview();
      return true;
    } catch (error) {
      logger.debug({ reason: errorLabel(error) }, "a repeated interview failed");
    }
  }
  return false;
}
