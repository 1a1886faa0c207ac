import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { parseZclFrame } from "../../../drivers/zigbee/frames/zcl-frame.ts";

const configureReporting = 0x06;
let sequence = 0;

/** A report of batteryPercentageRemaining (0x0021) as a lock sends it. */
export function batteryReport(raw: number): Uint8Array {
  sequence = (sequence + 1) & 0xff;
  return Uint8Array.of(0x18, sequence, 0x0a, 0x21, 0x00, 0x20, raw);
}

/** The reports that a lock was asked for, as they came over the air. */
export class ReportRequests {
  readonly #asked = new Set<string>();

  constructor(lock: VirtualLock) {
    lock.frameObservers.add(({ clusterId, payload }) => {
      const zcl = parseZclFrame(payload);
      if (zcl === null || zcl.isClusterSpecific || zcl.commandId !== configureReporting) return;
      // Direction, then the attribute's id; latchd asks for one at a time.
      const attributeId = (zcl.payload[1] ?? 0) | ((zcl.payload[2] ?? 0) << 8);
      this.#asked.add(`${clusterId}:${attributeId}`);
    });
  }

  has(clusterId: number, attributeId: number): boolean {
    return this.#asked.has(`${clusterId}:${attributeId}`);
  }
}
