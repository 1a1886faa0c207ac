import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cloud } from "../../support/cloud/cloud.ts";
import { nodeFlags } from "../../support/runner/node-flags.ts";
import { CutLine } from "../soak/cut-line.ts";
import { startBroker } from "./broker.ts";
import { type Figure, spreadOf } from "./figures.ts";
import { LineProcess, numberIn } from "./processes/line-process.ts";

const catchUpLimitMs = 110_000;

/**
 * Measures a journal that grows to `records` while the broker is down and drains when it returns: the
 * memory that this needs, and how fast the gateway catches up.
 */
export async function measureQueue(records: number): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "latchd-queue-"));
  const broker = await startBroker();
  const line = await CutLine.to(broker.url);
  const cloud = await Cloud.connect({ url: broker.url, keep: 1 });
  const gateway = LineProcess.start(
    "queue-process",
    [line.url, join(folder, "store")],
    nodeFlags(),
  );
  try {
    await gateway.next("the queueing gateway", (fields) => fields["ready"] === true);
    line.cut();
    await gateway.ask("connect");
    const marks = [records / 10, records / 2, records];
    const kib = new Map<number, number>();
    for (const mark of marks) {
      const reported = await gateway.ask("fill", { records: mark });
      if (reported["backlog"] !== mark)
        throw new Error(`${mark} records, and not all of them wait`);
      kib.set(mark, numberIn(reported, "kib"));
    }
    line.mend();
    await cloud.online("queue");
    const startedMs = performance.timeOrigin + performance.now();
    const view = await cloud.upTo("queue", records, catchUpLimitMs);
    const tookS = (performance.timeOrigin + performance.now() - startedMs) / 1_000;
    if (view.received < records) throw new Error(`${view.received} of ${records} arrived`);
    const after = numberIn(await gateway.ask("emptied"), "kib") / 1024;
    await gateway.ask("stop");
    const at = (mark: number | undefined) => (kib.get(mark ?? 0) ?? Number.NaN) / 1024;
    const [few, half, all] = marks;
    return [
      {
        name: `memory (RssAnon) with ${all} records queued, beside ${few}`,
        unit: "MiB",
        ours: spreadOf([at(all)]),
        bare: spreadOf([at(few)]),
        parts: { [`at ${few}`]: at(few), [`at ${half}`]: at(half), "after catching up": after },
        target: null,
      },
      {
        name: `catching up with ${all} records`,
        unit: "1/s",
        ours: spreadOf([records / tookS]),
        bare: null,
        parts: {},
        target: null,
      },
    ];
  } finally {
    await gateway.end();
    await cloud.close();
    await line.close();
    await broker.end();
    rmSync(folder, { recursive: true, force: true });
  }
}
