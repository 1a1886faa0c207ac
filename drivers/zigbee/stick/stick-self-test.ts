/** Requests to the stick that need no lock: they show its state while no lock has work. */
import { type Controller, Zcl, ZSpec } from "zigbee-herdsman";
import { delay } from "../../../daemon/base/delay.ts";
import { requestOfStick, sendBytes } from "../herdsman/herdsman-internals.ts";
import { mtSubsystem } from "./mt-frame.ts";
import { RadioFaultError } from "./radio-fault.ts";
import type { OwnFrames, StickWatch } from "./stick-watch.ts";

/** A frame to oneself is confirmed at once, by a firmware that confirms it at all. */
const ownConfirmMs = 300;
/** SYS_RESET_REQ, a soft reset. */
const resetRequest = Buffer.of(0xfe, 0x01, 0x41, 0x00, 0x01, 0x41);
const resetFlushMs = 100;

/** Asks the stick for its state (UTIL_GET_DEVICE_INFO); {@link StickWatch} gets the answer. */
export async function askState(controller: Controller): Promise<void> {
  try {
    await requestOfStick(controller, mtSubsystem.util, "getDeviceInfo", {});
  } catch {
    // The watch reports it: it has seen every frame.
  }
}

/**
 * Sends a frame the way a lock's goes (AF_DATA_REQUEST), to the stick itself: a default response, which
 * nobody answers. Resolves when herdsman is done with it, however it ended.
 */
export async function sendToItself(controller: Controller, timeoutMs: number): Promise<void> {
  const endpoint = controller.getDevicesByType("Coordinator")[0]?.getEndpoint(ZSpec.HA_ENDPOINT);
  if (endpoint === undefined) return;
  try {
    await endpoint.defaultResponse(0, Zcl.Status.SUCCESS, Zcl.Clusters.genBasic.ID, 0, {
      disableRecovery: true,
      sendPolicy: "immediate",
      timeout: timeoutMs,
    });
  } catch {
    // The watch reports it as well.
  }
}

/**
 * Proves that the stick takes frames before the radio counts as online. A stick that does not is reset:
 * only that helps when its memory is full.
 * @param own what this stick did with such frames before: only what it could do is asked of it
 * @throws RadioFaultError `stickStuck`
 */
export async function testFrames(
  controller: Controller,
  watch: StickWatch,
  own: OwnFrames,
  answerMs: number,
): Promise<void> {
  const over = new AbortController();
  const sent = sendToItself(controller, answerMs);
  await Promise.race([sent, delay(ownConfirmMs, over.signal)]);
  if (!isProven(watch, own)) await Promise.race([sent, delay(answerMs, over.signal)]);
  over.abort();
  if (isProven(watch, own)) return;
  sendBytes(controller, resetRequest);
  await delay(resetFlushMs);
  throw new RadioFaultError(
    "stickStuck",
    "The Zigbee stick answers but takes no frames for the locks. It was told to restart.",
  );
}

function isProven({ ownFate }: StickWatch, own: OwnFrames): boolean {
  switch (ownFate) {
    case "unknown":
    case "confirmed":
      return true;
    case "accepted":
    case "exhausted":
      return !own.isConfirmed;
    case "refused":
      return !own.isAccepted;
    case "sent":
    case "unanswered":
      return false;
  }
}
