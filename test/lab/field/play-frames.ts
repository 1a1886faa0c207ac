import type { FieldLock } from "../../../drivers/simulated/lock/field-record.ts";
import type { FieldFrame } from "./field-frames.ts";
import { FrameBench } from "./frame-bench.ts";
import { judgeFrame } from "./frame-judgement.ts";
import type { ReportLine } from "./report-line.ts";

/** Feeds every frame through herdsman and latchd's decoding, one after the other. */
export async function playFrames(
  locks: readonly FieldLock[],
  frames: readonly FieldFrame[],
  tell: (line: ReportLine) => void,
): Promise<number> {
  const bench = new FrameBench(locks);
  let wrong = 0;
  try {
    await bench.open();
    // All at once, because a lock without a model id delays its interview. A failure is reported with its frames.
    await Promise.allSettled(frames.map((frame) => bench.lockOf(frame)));
    for (const frame of frames) {
      const fault = await judgeFrame(bench, frame).catch((error: unknown) =>
        error instanceof Error ? error.message : String(error),
      );
      if (fault !== null) wrong += 1;
      tell({ id: frame.id, what: `${frame.model ?? "unknown model"}: ${frame.did}`, fault });
    }
  } finally {
    await bench.close();
  }
  return wrong;
}
