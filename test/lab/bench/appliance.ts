import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { masterKeyOf } from "../../../daemon/process/key-file.ts";
import type { MasterKey } from "../../../daemon/store/secrets/master-key.ts";
import { firstHourAfterRestart } from "../../support/radio/restarted-house.ts";
import { startBroker } from "./broker.ts";
import { Daemon } from "./daemon.ts";
import { type Figure, type Spread, spreadOf } from "./figures.ts";
import { nowNs } from "./monotonic.ts";
import {
  type Crowd,
  fillStore,
  writeCommands,
  writeEvents,
  writtenKib,
} from "./processes/crowded-store.ts";
import { LineProcess, numberIn } from "./processes/line-process.ts";
import { memoryOf, restMs } from "./start-and-rest.ts";

/** Openings and commands of one day. */
const eventsPerDay = 160;
const commandsPerDay = 20;

const minuteMs = 60_000;

/**
 * Measures an appliance whose store is full of locks and passwords: start to READY beside a process that
 * only opens such a store, memory at rest with radio and cloud, and what a day's openings write.
 */
export async function measureAppliance(crowd: Crowd, starts: number): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "latchd-bench-appliance-"));
  const broker = await startBroker();
  const house = LineProcess.start("house-process", ["0"]);
  try {
    const reported = await house.next("a house", (fields) => "port" in fields);
    const dataDir = join(folder, "data");
    const configFile = join(folder, "latchd.yaml");
    const config = {
      passwords: { refuse_trivial: false },
      gateway: { id: "appliance" },
      data_dir: dataDir,
      stick: { path: `tcp://127.0.0.1:${numberIn(reported, "port")}` },
      cloud: { url: broker.url, protocol: "3.1.1" },
      api: { port: 0, socket: join(folder, "latchd.sock") },
      log: { level: "info", format: "json" },
    };
    writeFileSync(configFile, JSON.stringify(config));
    const daemon = new Daemon(configFile);
    // The first start forms the network: later ones find locks in the store and would form none.
    await daemon.start();
    await daemon.stop();
    const store = join(dataDir, "store");
    const masterKey = await masterKeyOf(join(dataDir, "keys", "master.key"), store, undefined);
    await fillStore(store, masterKey, crowd);
    const figures = await measureDaemon(daemon, { store, masterKey, crowd, starts });
    const dayKib = await writeEvents(store, masterKey, {
      events: eventsPerDay,
      locks: crowd.locks,
    });
    const commandsKib = await writeCommands(store, masterKey, {
      commands: commandsPerDay,
      locks: crowd.locks,
    });
    const { reads, busiestMinute } = firstHourAfterRestart(crowd.passwords);
    return [
      ...figures,
      row("reads of slots, first hour after a start", "reads", spreadOf([reads * crowd.locks])),
      row("the same, of one lock in a minute", "reads", spreadOf([busiestMinute])),
      row(`written for ${commandsPerDay} commands`, "KiB", spreadOf([commandsKib])),
      row("written per event", "KiB", spreadOf([dayKib / eventsPerDay])),
      row(`written per day of ${eventsPerDay} events`, "MiB", spreadOf([dayKib / 1024])),
    ];
  } finally {
    await house.end();
    await broker.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Given {
  readonly store: string;
  readonly masterKey: MasterKey;
  readonly crowd: Crowd;
  readonly starts: number;
}

/** The daemon is ended again: its store is free afterwards. */
async function measureDaemon(daemon: Daemon, given: Given): Promise<Figure[]> {
  const { store, masterKey, crowd, starts } = given;
  const ready: number[] = [];
  const bare: number[] = [];
  try {
    for (let round = 0; round < starts; round += 1) {
      await daemon.stop();
      bare.push(await openAlone(store, masterKey));
      await daemon.start();
      ready.push(daemon.readyMs);
    }
    await new Promise((resolve) => setTimeout(resolve, restMs));
    const { rssMib, pssMib } = memoryOf(daemon.pid);
    const beforeKib = writtenKib(daemon.pid);
    await new Promise((resolve) => setTimeout(resolve, minuteMs));
    const minuteKib = writtenKib(daemon.pid) - beforeKib;
    const opening = spreadOf(bare);
    const of = `${crowd.locks} locks × ${crowd.passwords} passwords`;
    return [
      {
        ...row(`start to READY, ${of}`, "ms", spreadOf(ready)),
        bare: opening,
        parts: { "Node and the store's opening": opening.p50 },
      },
      row(`written at rest in a minute, ${of}`, "KiB", spreadOf([minuteKib])),
      { ...row(`memory, RSS, ${of}`, "MiB", spreadOf([rssMib])), parts: { PSS: pssMib } },
    ];
  } finally {
    await daemon.stop();
  }
}

/** @returns ms from the spawn of a process until it has opened the store, every checksum looked at */
async function openAlone(store: string, masterKey: MasterKey): Promise<number> {
  const startedNs = nowNs();
  const child = LineProcess.start("opening-process", [store, masterKey.reveal().toString("hex")]);
  try {
    await child.next("an opened store", (fields) => fields["opened"] === true);
    return (nowNs() - startedNs) / 1e6;
  } finally {
    await child.ask("close");
    await child.end();
  }
}

function row(name: string, unit: Figure["unit"], ours: Spread): Figure {
  return { name, unit, ours, bare: null, parts: {}, target: null };
}
