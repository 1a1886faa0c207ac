import assert from "node:assert/strict";
import type { LockEvent } from "../../../../../drivers/lock-driver.ts";
import { decodeLockFrame } from "../../../../../drivers/zigbee/frames/lock-reports.ts";
import { clusterIds, parseZclFrame } from "../../../../../drivers/zigbee/frames/zcl-frame.ts";
import type { Quirks } from "../../../../../drivers/zigbee/quirks/quirk-model.ts";
import { standardQuirks } from "../../../../../drivers/zigbee/quirks/quirks.ts";

export function bytes(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(" ", ""), "hex");
}

/** Returns the events of a frame that is written as hex. */
export function decode(
  hex: string,
  quirks: Quirks = standardQuirks,
  clusterId: number = clusterIds.doorLock,
) {
  const frame = parseZclFrame(bytes(hex));
  assert.ok(frame !== null);
  return decodeLockFrame(clusterId, frame, quirks);
}

/** The only event, its code revealed so that it can be compared. */
export function only(events: readonly LockEvent[]): object {
  assert.equal(events.length, 1);
  const event = events[0];
  assert.ok(event !== undefined);
  if (event.kind !== "programmingEvent" || event.pinCode === null || event.pinCode === "masked") {
    return event;
  }
  return { ...event, pinCode: event.pinCode.reveal() };
}

/** Compares the named fields alone. */
export function assertHas(event: object, expected: object): void {
  const fields = Object.keys(expected).map((name) => [name, Reflect.get(event, name)]);
  assert.deepEqual(Object.fromEntries(fields), expected);
}
