import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ControlServer } from "../../../drivers/simulated/control/control-server.ts";
import { SimulatedHouse } from "../../../drivers/simulated/house.ts";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { TestBroker } from "../../support/cloud/broker.ts";
import { Cloud } from "../../support/cloud/cloud.ts";
import { DaemonProcess, getOverSocket } from "../../support/rigs/daemon-process.ts";
import { freePort } from "../../support/rigs/free-port.ts";

export const gatewayId = "demo-gateway";

/** Everything of the demo on this machine: stick and locks, broker, cloud, and the real daemon. */
export interface Rig {
  readonly folder: string;
  readonly house: SimulatedHouse;
  readonly control: ControlServer;
  readonly controlPort: number;
  readonly stickUrl: string;
  readonly broker: TestBroker;
  readonly cloud: Cloud;
  readonly daemon: DaemonProcess;
  readonly socketPath: string;
  readonly apiPort: number;
  close(): Promise<void>;
}

/** Builds everything but does not start the daemon yet. */
export async function buildRig(): Promise<Rig> {
  const folder = mkdtempSync(join(tmpdir(), "latchd-demo-"));
  const house = new SimulatedHouse({ isAutoJoining: true });
  house.open();
  const stick = await house.stick.listenTcp({ host: "127.0.0.1", port: 0 });
  const control = new ControlServer(house);
  const controlPort = await control.open(0);
  const broker = await TestBroker.start();
  const cloud = await Cloud.connect({ url: broker.url });
  const stickUrl = `tcp://${stick.host}:${stick.port}`;
  const socketPath = join(folder, "latchd.sock");
  const apiPort = await freePort();
  const daemon = new DaemonProcess({
    configFile: join(folder, "latchd.yaml"),
    config: {
      gateway: { id: gatewayId, name: "Demo house", home_id: "home-1" },
      data_dir: join(folder, "data"),
      stick: { path: stickUrl },
      cloud: {
        url: broker.url,
        protocol: "3.1.1",
        reconnect: { min_ms: 200, max_ms: 1_000, first_max_ms: 500 },
      },
      api: { socket: socketPath, port: apiPort },
      locks: { deadline_ms: 3_000 },
      log: { level: "info", format: "json" },
    },
  });
  const close = async () => {
    await daemon.stop();
    await cloud.close();
    await broker.stop();
    await control.close();
    await house.close();
    rmSync(folder, { recursive: true, force: true });
  };
  const addresses = { stickUrl, socketPath, apiPort, controlPort };
  return { folder, house, control, broker, cloud, daemon, ...addresses, close };
}

/** What the daemon says of one of its parts: `ok`, `degraded` or `down`. */
export async function partState(rig: Rig, part: string): Promise<string> {
  const state = fieldOf(fieldOf(fieldOf(await health(rig), "parts"), part), "state");
  return typeof state === "string" ? state : "unknown";
}

function health(rig: Rig): Promise<unknown> {
  return getOverSocket(rig.socketPath, "/api/health");
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}

/** A lock's uuid as the APIs have it. */
export function uuidOf(lock: VirtualLock): string {
  return `0x${lock.ieee}`;
}
