import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cloud } from "../../support/cloud/cloud.ts";
import { type Broker, startBroker } from "./broker.ts";
import { Daemon } from "./daemon.ts";
import { nowNs } from "./monotonic.ts";
import { CloudEar } from "./processes/cloud-ear.ts";
import { LineProcess, numberIn } from "./processes/line-process.ts";

export const gatewayId = "bench";
export const lockCount = 20;
/** Opens every lock of both houses. */
export const openingCode = "135790";
const pairingLimitMs = 90_000;

/** A stick with its locks, in a process of its own. */
export interface House {
  readonly process: LineProcess;
  readonly ieees: readonly string[];
  readonly stickPath: string;
}

/** zigbee-herdsman alone on a stick of the same kind; started and ended like the daemon. */
export class BareHerdsman {
  readonly #args: readonly string[];
  #process: LineProcess | null = null;

  constructor(house: House, folder: string) {
    this.#args = [house.stickPath, folder];
  }

  get process(): LineProcess {
    if (this.#process === null) throw new Error("the bare herdsman does not run");
    return this.#process;
  }

  /** @returns ms from the spawn until its Controller.start() has resolved. */
  async start(): Promise<number> {
    const startedNs = nowNs();
    const child = LineProcess.start("herdsman-process", this.#args);
    this.#process = child;
    await child.next("herdsman's start", (fields) => fields["started"] === true);
    return (nowNs() - startedNs) / 1e6;
  }

  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (child === null) return;
    await child.ask("stop");
    await child.end();
  }
}

/** Everything of the bench: on our side house and daemon, on the bare side the parts by themselves. */
export interface Rig {
  readonly broker: Broker;
  readonly ours: House;
  readonly daemon: Daemon;
  readonly bare: House;
  readonly herdsman: BareHerdsman;
  readonly edge: LineProcess;
  readonly ear: CloudEar;
  /** A well-behaved cloud, for the set-up. */
  readonly cloud: Cloud;
  close(): Promise<void>;
}

/** Builds it all and starts all but daemon and herdsman. */
export async function buildRig(): Promise<Rig> {
  const folder = mkdtempSync(join(tmpdir(), "latchd-bench-"));
  const broker = await startBroker();
  const [ours, bare] = await Promise.all([startHouse(), startHouse()]);
  for (const name of ["edge", "herdsman"]) mkdirSync(join(folder, name));
  const edge = LineProcess.start("edge-process", [broker.url, join(folder, "edge")]);
  await edge.next("the bare edge", (fields) => fields["ready"] === true);
  const herdsman = new BareHerdsman(bare, join(folder, "herdsman"));
  const configFile = join(folder, "latchd.yaml");
  writeFileSync(configFile, JSON.stringify(configOf(folder, ours, broker)));
  const daemon = new Daemon(configFile);
  const ear = await CloudEar.connect(broker.url);
  const cloud = await Cloud.connect({ url: broker.url });
  const close = async () => {
    await Promise.all([daemon.stop(), herdsman.stop()]);
    await cloud.close();
    await ear.close();
    await Promise.all([edge.end(), ours.process.end(), bare.process.end()]);
    await broker.end();
    rmSync(folder, { recursive: true, force: true });
  };
  return { broker, ours, daemon, bare, herdsman, edge, ear, cloud, close };
}

/** Pairs all locks on both sides and gives each the opening code. */
export async function pairAll(rig: Rig): Promise<void> {
  await Promise.all([pairOurs(rig), pairBare(rig)]);
}

/** Pairs the daemon's locks and gives each the opening code. The daemon runs afterwards. */
export async function pairOurs({
  daemon,
  cloud,
  ours,
}: Pick<Rig, "daemon" | "cloud" | "ours">): Promise<void> {
  const lockCount = ours.ieees.length;
  await daemon.start();
  await cloud.online(gatewayId);
  const isPaired = new Set<string>();
  await cloud.command(gatewayId, "permit_join", { seconds: 254 });
  await cloud.until(
    () => `${lockCount} locks to be paired; there are ${isPaired.size}`,
    () => {
      for (const { fields } of cloud.gateway(gatewayId).records) {
        if (fields["event"] === "lockPaired") isPaired.add(String(fields["uuid"]));
      }
      return isPaired.size === lockCount ? true : null;
    },
    pairingLimitMs,
  );
  await cloud.command(gatewayId, "permit_join", { seconds: 0 });
  for (const ieee of ours.ieees) {
    const uuid = `0x${ieee}`;
    const params = { uuid, password: openingCode, is_default: 1 };
    const reply = await cloud.command(gatewayId, "add_password", params);
    if (reply.ErrNo !== 0) throw new Error(`add_password: ${reply.ErrMsg}`);
    await cloud.event(gatewayId, "pwdOperation", (event) => event.uuid === uuid);
  }
}

async function pairBare({ herdsman, bare }: Rig): Promise<void> {
  await herdsman.start();
  await herdsman.process.ask("pair", { locks: lockCount });
  for (const [lock] of bare.ieees.entries()) {
    await bare.process.ask("program", { lock, userId: 1, code: openingCode });
  }
}

/** @param slots of each lock; absent = as many as the model has */
export async function startHouse(locks = lockCount, slots?: number): Promise<House> {
  const args = slots === undefined ? [locks] : [locks, slots];
  const child = LineProcess.start("house-process", args.map(String));
  const reported = await child.next("a house", (fields) => "port" in fields);
  const { ieees } = await child.ask("locks");
  if (!Array.isArray(ieees)) throw new Error("a house without locks");
  const stickPath = `tcp://127.0.0.1:${numberIn(reported, "port")}`;
  return { process: child, ieees: ieees.map(String), stickPath };
}

export function configOf(folder: string, house: House, broker: Pick<Broker, "url">): object {
  return {
    gateway: { id: gatewayId },
    data_dir: join(folder, "data"),
    stick: { path: house.stickPath },
    cloud: { url: broker.url, protocol: "3.1.1" },
    api: { port: 0, socket: join(folder, "latchd.sock") },
    log: { level: "info", format: "json" },
  };
}
