import type { Controller, Models } from "zigbee-herdsman";
import { isLockId, type LockId } from "../../daemon/core/door-lock.ts";
import type { EventOrder } from "./event-order.ts";
import { errorLabel } from "./failures.ts";
import type { DriverLogger } from "./herdsman-log.ts";
import type { LockFrames } from "./lock-frames.ts";
import { interviewed, type Pairing } from "./pairing.ts";
import type { Presence } from "./presence.ts";

/** Who takes what a controller tells. */
export interface ControllerEars {
  readonly frames: LockFrames;
  readonly events: EventOrder;
  readonly pairing: Pairing;
  readonly presence: Presence;
  /** Readies a device that has just joined. */
  readonly takeOver: (device: Models.Device) => void;
  readonly onLeft: (lock: LockId) => void;
  readonly logger: DriverLogger;
}

/** Attaches the driver to a controller that is about to start. */
export function hearController(controller: Controller, ears: ControllerEars): void {
  const { frames, events, pairing, presence, takeOver, logger } = ears;
  // A throw in here would be an unhandled rejection inside herdsman.
  const guarded = (call: () => void): void => {
    try {
      call();
    } catch (error) {
      logger.error({ reason: errorLabel(error) }, "the driver has thrown");
    }
  };
  controller.on("message", (message) => guarded(() => frames.take(message)));
  controller.on("lastSeenChanged", ({ device, reason }) => {
    const lock = device.ieeeAddr;
    if (device.type === "Coordinator" || !isLockId(lock)) return;
    if (reason !== "deviceJoined") {
      if (reason.startsWith("message")) presence.heard(lock);
      if (reason === "messageEmitted") return;
      events.emit(lock, { kind: "heard" });
      return;
    }
    void presence.moved(device).then((isThere) => {
      if (!isThere) return;
      presence.heard(lock);
      events.emit(lock, { kind: "heard" });
      if (device.interviewState !== interviewed) return;
      guarded(() => pairing.rejoined(controller, device));
    });
  });
  // Comes after the address that was announced.
  controller.on("deviceAnnounce", ({ device }) => {
    if (isLockId(device.ieeeAddr)) presence.heard(device.ieeeAddr);
  });
  controller.on("deviceNetworkAddressChanged", ({ device }) => {
    guarded(() => void presence.moved(device));
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
