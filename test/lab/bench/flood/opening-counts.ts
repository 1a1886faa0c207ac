import { nowNs } from "../monotonic.ts";
import type { Arrival, CloudEar } from "../processes/cloud-ear.ts";
import { gatewayId } from "../rig.ts";

/** Counts what arrives at the cloud's end about openings. */
export class OpeningCounts {
  /** Openings that arrived one by one. */
  openings = 0;
  /** Openings that a `journalGap` counts instead. */
  counted = 0;
  /** When the last of both arrived. */
  lastNs = nowNs();
  readonly #unwatch: () => void;

  constructor(ear: CloudEar) {
    this.#unwatch = ear.watch((arrival) => this.#count(arrival));
  }

  end(): void {
    this.#unwatch();
  }

  #count({ topic, body, atNs }: Arrival): void {
    if (topic !== `latch/1/${gatewayId}/up/event`) return;
    if (body.includes('"event":"lockerOpenAlarm"')) {
      this.openings += 1;
      this.lastNs = atNs;
    } else if (body.includes('"event":"journalGap"')) {
      this.counted += foldedOpenings(body);
      this.lastNs = atNs;
    }
  }
}

function foldedOpenings(body: string): number {
  const { detail }: { detail?: { events?: { lockerOpenAlarm?: number } } } = JSON.parse(body);
  return detail?.events?.lockerOpenAlarm ?? 0;
}
