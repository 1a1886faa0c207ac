import type { OperationCode } from "../../../daemon/core/model/door-lock.ts";
import type { LockEvent } from "../../lock-driver.ts";
import { decodeLockFrame } from "../frames/lock-reports.ts";
import { standardQuirks } from "../quirks/quirks.ts";
import type { LockFrame } from "./lock-frame.ts";

/** Frames that are counted because newer ones of the same kind stand for them. */
export type FoldedFrames = Extract<LockEvent, { kind: "folded" }>;

/** Counts frames that are folded. Each kind is decoded once, however many there are. */
export class FoldCount {
  readonly #kinds = new Map<string, { readonly sample: LockFrame; count: number }>();
  #frames = 0;

  /** Frames counted so far. */
  get frames(): number {
    return this.#frames;
  }

  add(frame: LockFrame): void {
    this.#frames += 1;
    const kind = kindOf(frame);
    const known = this.#kinds.get(kind);
    if (known === undefined) this.#kinds.set(kind, { sample: frame, count: 1 });
    else known.count += 1;
  }

  /** Returns what was counted, and begins again. */
  take(): FoldedFrames {
    const operations: { readonly code: OperationCode; readonly count: number }[] = [];
    let unlockReports = 0;
    for (const { sample, count } of this.#kinds.values()) {
      for (const event of decodeLockFrame(sample.clusterId, sample.zcl, standardQuirks)) {
        if (event.kind === "operationEvent") operations.push({ code: event.code, count });
        if (event.kind === "lockState" && event.lockState === "unlocked") unlockReports += count;
      }
    }
    this.#kinds.clear();
    this.#frames = 0;
    return { kind: "folded", operations, unlockReports };
  }
}

/** Reports differ by their values, operations by what {@link LockFrame.key} names. */
function kindOf({ key, text, zcl }: LockFrame): string {
  return zcl.isClusterSpecific ? (key ?? "") : text.slice(text.length - zcl.payload.length);
}
