import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Logger, pino } from "pino";
import type { CommandExecutor } from "../../../daemon/commands/execution.ts";
import type { JournalEntry } from "../../../daemon/core/model/journal.ts";
import { Secret } from "../../../daemon/core/model/secret.ts";
import { openStore } from "../../../daemon/store/opening/open-store.ts";
import { MasterKey } from "../../../daemon/store/secrets/master-key.ts";
import type { Store } from "../../../daemon/store/store.ts";
import { CloudSync } from "../../../sync/cloud-sync.ts";
import { StateDigest } from "../../../sync/presence/state-digest.ts";

/**
 * The synchronisation sides of many gateways in one process: real link, journal and store, no radio.
 * Arguments: broker url, first number, how many, events each, ceiling of the first wait in ms.
 * Prints one JSON line per piece of news; `connectAtMs` is a Unix time.
 */

const [url = "", ...numbers] = process.argv.slice(2);
const [first = 0, count = 0, events = 0, firstMaxMs = 0] = numbers.map(Number);
const folder = mkdtempSync(join(tmpdir(), "latchd-fleet-"));

/** Hears what the link logs of each wait, and tells when the gateway wants to connect next. */
function loggerOf(number: number): Logger {
  const write = (line: string) => {
    const { time = 0, waitMs }: { time?: number; waitMs?: number } = JSON.parse(line);
    if (waitMs !== undefined) tell({ number, connectAtMs: time + waitMs });
  };
  return pino({ level: "warn" }, { write });
}

const clock = {
  reading: () => ({ nowMs: Date.now(), state: "synced" as const }),
  offerCloudTime: () => {},
  wantsCloudTime: () => false,
};
/** No command is sent to these gateways. */
const executor: CommandExecutor = {
  execute: () => Promise.reject(new Error("no commands here")),
  executeFromCloud: () => Promise.reject(new Error("no commands here")),
};

function tell(news: object): void {
  process.stdout.write(`${JSON.stringify(news)}\n`);
}

async function aGateway(number: number): Promise<{ store: Store; sync: CloudSync }> {
  const gatewayId = `gw-${number}`;
  const directory = join(folder, gatewayId);
  const store = await openStore({
    directory,
    mode: "provision",
    masterKey: new MasterKey(Buffer.alloc(32, 1)),
  });
  const sync = new CloudSync({
    store,
    commands: executor,
    clock,
    openSealed: ({ code }) => new Secret(code.box),
    nameOf: () => ({ nickname: gatewayId, homeId: null, roomId: null }),
    identity: { gatewayId, boot: `boot-${number}`, versions: {} },
    options: {
      url,
      protocol: 4,
      digest: new StateDigest(store, Buffer.alloc(32, 1), ({ box }) => new Secret(box)),
      offlineAlarmAfterMs: 3_600_000,
      // A fleet spreads its later waits as well: the broker may stay away longer than the first.
      reconnect: { baseMs: firstMaxMs, maxMs: firstMaxMs, firstMaxMs },
    },
    random: Math.random,
    logger: loggerOf(number),
  });
  return { store, sync };
}

async function happen(store: Store): Promise<void> {
  const event: JournalEntry = {
    kind: "event",
    event: "lockerOpenAlarm",
    lock: "0x00124b0001020304",
    detail: { source: 2, sourceid: "7", source_name: "Anna" },
  };
  await store.commit({ changes: [], journal: [event] }, { atMs: Date.now(), clock: "synced" });
}

const fleet: { store: Store; sync: CloudSync }[] = [];
for (let number = first; number < first + count; number += 1) fleet.push(await aGateway(number));
for (const { sync } of fleet) sync.start();

const connected = () => fleet.filter(({ sync }) => sync.state().connected).length;
const backlog = () => fleet.reduce((sum, { sync }) => sum + sync.state().backlog, 0);
const ticker = setInterval(() => tell({ connected: connected(), backlog: backlog() }), 200);

process.stdin.setEncoding("utf8").on("data", (text: string) => {
  if (text.includes("happen")) void happenAll();
  if (text.includes("stop")) void stop();
});

async function happenAll(): Promise<void> {
  for (let turn = 0; turn < events; turn += 1) {
    for (const { store } of fleet) await happen(store);
  }
  tell({ happened: events });
}

async function stop(): Promise<void> {
  clearInterval(ticker);
  await Promise.all(fleet.map(({ sync }) => sync.stop()));
  for (const { store } of fleet) await store.close();
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
}
