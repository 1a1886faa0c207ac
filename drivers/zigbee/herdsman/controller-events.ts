import type { Controller, Models } from "zigbee-herdsman";
import { isLockId, type LockId } from "../../../daemon/core/model/door-lock.ts";
import { errorLabel } from "../failures.ts";
import type { EventSequence } from "../frames/event-sequence.ts";
import type { LockFrames } from "../frames/lock-frames.ts";
import { interviewed, type Pairing } from "../pairing/pairing.ts";
import type { Presence } from "../presence/presence.ts";
import type { DriverLogger } from "./herdsman-log.ts";

/** Receivers of a controller's events. */
export interface ControllerListeners {
  readonly frames: LockFrames;
  readonly events: EventSequence;
  readonly pairing: Pairing;
  readonly presence: Presence;
  /** Readies a device that has just joined. */
  readonly takeOver: (device: Models.Device) => void;
  readonly onLeft: (lock: LockId) => void;
  readonly logger: DriverLogger;
}

/** Attaches the driver to a controller that is about to start. */
export function listenToController(controller: Controller, ears: ControllerListeners): void {
  const { frames, events, pairing, presence, takeOver, logger } = ears;
  // A throw in here would be an unhandled rejection inside herdsman.
  const guarded = (call: () => void): void => {
    try {
      call();
    } catch (error) {
      logger.error({ reason: errorLabel(error) }, "an event handler of the driver failed");
    }
  };
  const claims = new AddressClaims(ears);
  presence.attach(controller);
  controller.on("message", (message) => guarded(() => frames.take(message)));
  controller.on("lastSeenChanged", ({ device, reason }) => {
    const lock = device.ieeeAddr;
    if (device.type === "Coordinator" || !isLockId(lock)) return;
    if (reason === "deviceJoined") {
      guarded(() => claims.joined(lock, device, () => pairing.rejoined(controller, device)));
      return;
    }
    presence.note(device);
    if (reason === "deviceAnnounce" || reason === "networkAddress") {
      guarded(() => claims.begun(lock, reason));
      return;
    }
    presence.departures.frameReceived(lock);
    if (reason !== "messageEmitted") events.emit(lock, { kind: "heard" });
  });
  controller.on("deviceNetworkAddressChanged", ({ device }) => {
    guarded(() => claims.moved(device));
  });
  controller.on("deviceJoined", ({ device }) => {
    takeOver(device);
    guarded(() => pairing.joined(device));
  });
  controller.on("deviceInterview", ({ device, status }) =>
    guarded(() => pairing.interviewed(controller, device, status)),
  );
  controller.on("deviceLeave", ({ ieeeAddr }) => {
    if (isLockId(ieeeAddr)) guarded(() => ears.onLeft(ieeeAddr));
  });
}

/**
 * Announcements and address answers. Herdsman reports that the device was heard, and then in the same turn
 * which address it claims: it was heard only if that is true.
 */
class AddressClaims {
  readonly #ears: ControllerListeners;
  /** Whether the claims of this turn are true. */
  readonly #verdicts = new Map<LockId, Promise<boolean>>();

  constructor(ears: ControllerListeners) {
    this.#ears = ears;
  }

  begun(lock: LockId, reason: "deviceAnnounce" | "networkAddress"): void {
    const { presence } = this.#ears;
    this.#verdicts.set(lock, Promise.resolve(true));
    queueMicrotask(() => {
      const verdict = this.#verdicts.get(lock) ?? Promise.resolve(true);
      this.#verdicts.delete(lock);
      void verdict.then((isTrue) => {
        if (!isTrue) return;
        if (reason === "deviceAnnounce") presence.departures.frameReceived(lock);
        this.#heard(lock);
      });
    });
  }

  moved(device: Models.Device): void {
    const verdict = this.#ears.presence.addressClaimed(device, false);
    const lock = device.ieeeAddr;
    if (isLockId(lock) && this.#verdicts.has(lock)) this.#verdicts.set(lock, verdict);
  }

  /** @param rejoined called when a device that herdsman knows has joined, and is where it says it is */
  joined(lock: LockId, device: Models.Device, rejoined: () => void): void {
    const { presence, logger } = this.#ears;
    void presence.addressClaimed(device, true).then((isThere) => {
      if (!isThere) return;
      presence.departures.frameReceived(lock);
      try {
        // First, because work for the lock is sent as soon as it is heard.
        if (device.interviewState === interviewed) rejoined();
      } catch (error) {
        logger.error({ reason: errorLabel(error) }, "an event handler of the driver failed");
      }
      this.#heard(lock);
    });
  }

  #heard(lock: LockId): void {
    this.#ears.events.emit(lock, { kind: "heard" });
  }
}
