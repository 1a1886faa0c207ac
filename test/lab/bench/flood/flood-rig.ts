import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cloud } from "../../../support/cloud/cloud.ts";
import { Mosquitto } from "../../../support/cloud/mosquitto.ts";
import { Daemon } from "../daemon.ts";
import { CloudEar } from "../processes/cloud-ear.ts";
import type { Fields } from "../processes/line-service.ts";
import { configOf, type House, pairOurs, startHouse } from "../rig.ts";

/** The daemon with its locks and a real mosquitto, without bare parts beside them. */
export interface FloodRig {
  readonly ours: House;
  readonly daemon: Daemon;
  readonly ear: CloudEar;
  /** A well-behaved cloud, for the set-up. */
  readonly cloud: Cloud;
  close(): Promise<void>;
}

/** Mosquitto drops messages above 1,000 for one client by default; a cloud that pushes more needs this. */
const brokerConfig = ["max_queued_messages 20000"];

/** Builds it all, pairs the locks and gives each the opening code. */
export async function buildFloodRig(locks: number, slots: number): Promise<FloodRig> {
  const folder = mkdtempSync(join(tmpdir(), "latchd-bench-flood-"));
  const broker = await Mosquitto.start({ config: brokerConfig });
  const ours = await startHouse(locks, slots);
  const configFile = join(folder, "latchd.yaml");
  const passwords = { refuse_trivial: false };
  writeFileSync(configFile, JSON.stringify({ ...configOf(folder, ours, broker), passwords }));
  const daemon = new Daemon(configFile);
  const ear = await CloudEar.connect(broker.url);
  const cloud = await Cloud.connect({ url: broker.url });
  const close = async () => {
    await daemon.stop();
    await cloud.close();
    await ear.close();
    await ours.process.end();
    await broker.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  await pairOurs({ daemon, cloud, ours });
  return { ours, daemon, ear, cloud, close };
}

/** Whether a line of the house says that the first lock got the frame which clears the revoked code. */
export function isCleared({ frame, lock, userId }: Fields): boolean {
  // The first user's code opens; the next free slot got the one that is revoked.
  return frame === "clearPinCode" && lock === 0 && userId === 2;
}
