import { readFileSync } from "node:fs";
import { pino } from "pino";
import type { CommandExecutor } from "../../../../daemon/commands/execution.ts";
import type { JournalEntry } from "../../../../daemon/core/model/journal.ts";
import { Secret } from "../../../../daemon/core/model/secret.ts";
import { openStore } from "../../../../daemon/store/opening/open-store.ts";
import { MasterKey } from "../../../../daemon/store/secrets/master-key.ts";
import { CloudSync } from "../../../../sync/cloud-sync.ts";
import { StateDigest } from "../../../../sync/presence/state-digest.ts";
import { type Fields, serve, tell } from "./line-service.ts";

/** A gateway's journal and its way to the cloud, without radio: `queue-process <broker url> <folder>`. */

const [url = "", directory = ""] = process.argv.slice(2);
/** As many openings as come in one moment, at most. */
const batch = 100;
const settleMs = 1_000;

const store = await openStore({
  directory,
  mode: "provision",
  masterKey: new MasterKey(Buffer.alloc(32, 1)),
});
const noCommands: CommandExecutor = {
  execute: () => Promise.reject(new Error("no commands here")),
  executeFromCloud: () => Promise.reject(new Error("no commands here")),
};
const sync = new CloudSync({
  store,
  commands: noCommands,
  clock: {
    reading: () => ({ nowMs: Date.now(), state: "synced" as const }),
    offerCloudTime: () => {},
    wantsCloudTime: () => false,
  },
  openSealed: ({ code }) => new Secret(code.box),
  nameOf: () => ({ nickname: "queue", homeId: null, roomId: null }),
  identity: { gatewayId: "queue", boot: "bench", versions: {} },
  options: {
    url,
    protocol: 4,
    digest: new StateDigest(store, Buffer.alloc(32, 1), ({ box }) => new Secret(box)),
    offlineAlarmAfterMs: 3_600_000,
    // What is measured is a queue just below its limit: at the limit openings are folded.
    backlog: { maxRecords: 200_000, maxBytes: 256 * 1024 * 1024 },
    reconnect: { baseMs: 200, maxMs: 500, firstMaxMs: 500 },
  },
  random: Math.random,
  logger: pino({ level: "silent" }),
});
const opening: JournalEntry = {
  kind: "event",
  event: "lockerOpenAlarm",
  lock: "0x00124b0001020304",
  detail: { source: 2, sourceid: "7", source_name: "Anna" },
};

/**
 * Resident memory of the process's own in KiB, a moment after the work; without the pages of LevelDB's
 * files that it has mapped, which the kernel takes back as it likes.
 */
async function residentKib(): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  const line = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"));
  return Number(line?.[1]);
}

serve({
  connect: (): Fields => {
    sync.start();
    return {};
  },
  /** Waits until the journal has this many records. */
  fill: async (fields): Promise<Fields> => {
    const wanted = Number(fields["records"]);
    for (let { head } = store.journalRange(); head < wanted; { head } = store.journalRange()) {
      const journal = Array.from({ length: Math.min(batch, wanted - head) }, () => opening);
      await store.commit({ changes: [], journal }, { atMs: Date.now(), clock: "synced" });
    }
    return { kib: await residentKib(), backlog: sync.state().backlog };
  },
  emptied: async (): Promise<Fields> => {
    while (sync.state().backlog > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    return { atMs: performance.timeOrigin + performance.now(), kib: await residentKib() };
  },
  stop: async (): Promise<Fields> => {
    await sync.stop();
    await store.close();
    return {};
  },
});
tell({ ready: true });
