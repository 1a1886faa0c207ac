import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { masterKeyOf } from "../../../../daemon/process/key-file.ts";
import { startBroker } from "../broker.ts";
import { Daemon } from "../daemon.ts";
import { bareFigure, type Figure, spreadOf } from "../figures.ts";
import { fillStore } from "../processes/crowded-store.ts";
import { LineProcess, numberIn } from "../processes/line-process.ts";
import { memoryOf, restMs } from "../start-and-rest.ts";

/** A house of this size is announced: 20 locks with 14 entities and 10 codes each. */
const crowd = { locks: 20, passwords: 10 };
/** Starts with Home Assistant, and as many without, in turn. */
const rounds = 3;
/** The most that it may take at rest, MiB. */
const limitMib = 3;

/**
 * Measures what Home Assistant costs in memory: the same gateway with a cloud at rest, with the section
 * `home_assistant` and without it, each after everything was announced to a broker of its own.
 */
export async function measureHomeMemory(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "latchd-bench-home-"));
  const cloudBroker = await startBroker();
  const homeBroker = await startBroker();
  const house = LineProcess.start("house-process", ["0"]);
  try {
    const reported = await house.next("a house", (fields) => "port" in fields);
    const dataDir = join(folder, "data");
    const config = {
      gateway: { id: "at-home" },
      data_dir: dataDir,
      stick: { path: `tcp://127.0.0.1:${numberIn(reported, "port")}` },
      cloud: { url: cloudBroker.url, protocol: "3.1.1" },
      api: { port: false, socket: join(folder, "latchd.sock") },
      log: { level: "info", format: "json" },
    };
    const home = { url: homeBroker.url, protocol: "3.1.1", codes: "manage" };
    const daemonWith = (name: string, more: object) => {
      const file = join(folder, name);
      writeFileSync(file, JSON.stringify({ ...config, ...more }));
      return new Daemon(file);
    };
    const off = daemonWith("off.yaml", {});
    const on = daemonWith("on.yaml", { home_assistant: home });
    // The first start forms the network: later ones find locks in the store and would form none.
    await off.start();
    await off.stop();
    const store = join(dataDir, "store");
    const masterKey = await masterKeyOf(join(dataDir, "keys", "master.key"), store, undefined);
    await fillStore(store, masterKey, crowd);
    const without: number[] = [];
    const withIt: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      without.push(await atRest(off));
      withIt.push(await atRest(on));
    }
    const restMib = spreadOf(without).p50;
    const more = withIt.map((mib) => mib - restMib);
    const name = "memory, RSS more with Home Assistant at rest";
    return [{ ...bareFigure(name, "MiB", more), parts: { rest: restMib }, target: limitMib }];
  } finally {
    await house.end();
    await homeBroker.end();
    await cloudBroker.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns RSS, MiB */
async function atRest(daemon: Daemon): Promise<number> {
  await daemon.start();
  try {
    await new Promise((resolve) => setTimeout(resolve, restMs));
    return memoryOf(daemon.pid).rssMib;
  } finally {
    await daemon.stop();
  }
}
