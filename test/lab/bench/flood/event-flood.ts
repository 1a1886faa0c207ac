import { bareFigure, type Figure } from "../figures.ts";
import { nowNs } from "../monotonic.ts";
import { numberIn } from "../processes/line-process.ts";
import { gatewayId, lockCount, openingCode } from "../rig.ts";
import { buildFloodRig, type FloodRig, isCleared } from "./flood-rig.ts";
import { OpeningCounts } from "./opening-counts.ts";
import { countsOf } from "./process-counts.ts";

/** What is offered: openings a second of all locks together, and for how long. */
export interface OfferedFlood {
  readonly perSecond: number;
  readonly seconds: number;
}

/** A flood counts as over when nothing has arrived for this time. */
const quietMs = 20_000;
const recoveryLimitMs = 600_000;
const slots = 60;

/** Openings faster than the daemon can take them: what arrives, what is counted, what it costs, and a revocation. */
export async function measureEventFlood(offered: OfferedFlood): Promise<Figure[]> {
  const rig = await buildFloodRig(lockCount, slots);
  try {
    return await flooded(rig, offered);
  } finally {
    await rig.close();
  }
}

async function flooded(rig: FloodRig, offered: OfferedFlood): Promise<Figure[]> {
  const { daemon, ear, ours } = rig;
  const password = await addPassword(rig);
  const before = countsOf(daemon.pid);
  const counts = new OpeningCounts(ear);
  const startedNs = nowNs();
  const revoked = revokedInTheMiddle(rig, password, offered);
  const flood = await ours.process.ask("flood", { ...offered, code: openingCode });
  const endNs = nowNs();
  const inTime = counts.openings + counts.counted;
  const sent = numberIn(flood, "sent");
  await recovered(counts, sent);
  counts.end();
  const after = countsOf(daemon.pid);
  const arrived = counts.openings + counts.counted;
  const lastNs = Math.max(counts.lastNs, endNs);
  const name = `flood of ${offered.perSecond}/s for ${offered.seconds} s`;
  const row = (what: string, unit: Figure["unit"], value: number) =>
    bareFigure(`${name}: ${what}`, unit, [value]);
  return [
    row("openings that left the stick", "openings", sent),
    row("arrived or counted by its end", "openings", inTime),
    row("arrived one by one", "openings", counts.openings),
    row("counted in a journalGap", "openings", counts.counted),
    row("neither arrived nor counted", "openings", sent - arrived),
    row("rate until the last one", "1/s", arrived / ((lastNs - startedNs) / 1e9)),
    row("time to recover", "ms", (lastNs - endNs) / 1e6),
    row("a revocation in the middle, until its frame", "ms", await revoked),
    row("peak of RSS", "MiB", after.peakMib),
    row("CPU per 1,000 openings", "ms", ((after.cpuS - before.cpuS) * 1e6) / sent),
    row("written per opening", "KiB", (after.writtenKib - before.writtenKib) / sent),
  ];
}

/** One password in its slot, on the first lock. */
async function addPassword({ cloud, ours }: FloodRig): Promise<object> {
  const uuid = `0x${ours.ieees[0]}`;
  const params = { uuid, password: "246824", name: "revoked" };
  const reply = await cloud.command(gatewayId, "add_password", params);
  if (reply.ErrNo !== 0) throw new Error(`add_password: ${reply.ErrMsg}`);
  await cloud.event(gatewayId, "pwdOperation", (event) => event.seq > reply.seq);
  return { uuid, password_id: reply["password_id"] };
}

/** @returns ms from the cloud's publication to the frame that clears the slot */
async function revokedInTheMiddle(
  { ear, ours }: FloodRig,
  params: object,
  { seconds }: OfferedFlood,
): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, seconds * 500));
  const cleared = ours.process.next("clearPinCode", isCleared);
  const body = JSON.stringify({ id: "revoked", command: "delete_password", params });
  const { atNs } = ear.publish(`latch/1/${gatewayId}/down/command`, body);
  return (numberIn(await cleared, "atNs") - atNs) / 1e6;
}

/** Waits until everything has arrived, or nothing more arrives. */
async function recovered(counts: OpeningCounts, wanted: number): Promise<void> {
  const deadlineNs = nowNs() + recoveryLimitMs * 1e6;
  while (counts.openings + counts.counted < wanted && nowNs() < deadlineNs) {
    if (nowNs() - counts.lastNs > quietMs * 1e6) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
