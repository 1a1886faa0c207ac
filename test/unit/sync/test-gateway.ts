import { randomUUID } from "node:crypto";
import { pino } from "pino";
import type { JsonObject } from "../../../daemon/base/json.ts";
import type {
  CloudCommand,
  CloudExecution,
  CommandExecutor,
  CommandReply,
} from "../../../daemon/commands/execution.ts";
import type { JournalEntry } from "../../../daemon/core/model/journal.ts";
import { Secret } from "../../../daemon/core/model/secret.ts";
import { put, type Store } from "../../../daemon/store/store.ts";
import type { SyncClock } from "../../../sync/clock-port.ts";
import { CloudSync } from "../../../sync/cloud-sync.ts";
import type { CloudSyncPorts } from "../../../sync/cloud-sync-ports.ts";
import type { CloudSyncOptions } from "../../../sync/options.ts";
import { StateDigest } from "../../../sync/presence/state-digest.ts";
import { aTemporaryStore, type TemporaryStore } from "../../support/rigs/temporary-store.ts";

export const testDigestKey = Buffer.alloc(32, 7);
export const lock = "0x00124b0001020304";
const stamp = { atMs: 1_700_000_000_000, clock: "synced" } as const;

/** Executes every command by counting it; commits as the real executor does: one batch, reply included. */
export class CountingExecutor implements CommandExecutor {
  readonly #store: Store;
  /** Commands that had an effect, in order. */
  readonly executed: CloudCommand[] = [];
  /** Runs before each commit; what it throws is the store's failure. */
  beforeCommit: (command: CloudCommand) => Promise<void> | void = () => {};

  constructor(store: Store) {
    this.#store = store;
  }

  execute(): Promise<CommandReply> {
    throw new Error("nothing in these tests comes another way");
  }

  async executeFromCloud(command: CloudCommand): Promise<CloudExecution> {
    const known = this.#store.get("inbox", [command.id]);
    if (known !== undefined) {
      await this.#store.whenDurable();
      return { seq: known.seq, epoch: known.epoch, isRepeat: true };
    }
    await this.beforeCommit(command);
    const { epoch } = this.#store.journalRange();
    const seq = this.#store.nextSeq();
    const reply: JournalEntry = {
      kind: "reply",
      commandId: command.id,
      command: command.command,
      errNo: 0,
      errMsg: "",
      result: { count: this.executed.length + 1 },
    };
    this.executed.push(command);
    const record = { commandId: command.id, epoch, seq, atMs: stamp.atMs };
    await this.#store.commit(
      { changes: [put("inbox", [command.id], record)], journal: [reply] },
      stamp,
    );
    return { seq, epoch, isRepeat: false };
  }
}

/** Waits that suit a test: short, but never the same twice. */
export const quickReconnect = { baseMs: 10, maxMs: 200, firstMaxMs: 20 };

/** A clock that stops until a test moves it, and records the times that the cloud offers. */
export class NotedClock implements SyncClock {
  readonly offered: number[] = [];
  /** What answered a question. */
  readonly answers: number[] = [];
  nowMs: number = stamp.atMs;

  reading(): { readonly nowMs: number; readonly state: "synced" } {
    return { nowMs: this.nowMs, state: "synced" };
  }

  offerCloudTime(unixMs: number, isAnswer = false): void {
    this.offered.push(unixMs);
    if (isAnswer) this.answers.push(unixMs);
  }

  wantsCloudTime(): boolean {
    return false;
  }
}

type GatewayOptions = Omit<CloudSyncOptions, "digest">;

/** Parts that replace the simple ones. */
type OtherParts = (
  store: Store,
  clock: NotedClock,
) => Partial<Pick<CloudSyncPorts, "commands" | "openSealed">>;

/** Gateways of one test, each with a fresh store in a folder of its own. */
export class TestGateways {
  readonly #gateways = new Set<TestGateway>();
  readonly #stores: TemporaryStore[] = [];

  async make(options: GatewayOptions, withParts?: OtherParts): Promise<TestGateway> {
    const temporary = await aTemporaryStore();
    this.#stores.push(temporary);
    return this.over(temporary.store, options, withParts);
  }

  /** A gateway over a store that another one has used: the process has started again. */
  over(store: Store, options: GatewayOptions, withParts?: OtherParts): TestGateway {
    const gateway = new TestGateway(store, options, withParts);
    this.#gateways.add(gateway);
    return gateway;
  }

  async close(): Promise<void> {
    for (const gateway of this.#gateways) await gateway.sync.stop();
    this.#gateways.clear();
    for (const temporary of this.#stores.splice(0)) await temporary.remove();
  }
}

/** A gateway that is nothing but its synchronisation, over a store. */
export class TestGateway {
  readonly boot = randomUUID();
  readonly store: Store;
  readonly executor: CountingExecutor;
  readonly clock = new NotedClock();
  readonly digest: StateDigest;
  readonly sync: CloudSync;
  /** Lines logged so far. */
  readonly log: string[] = [];

  constructor(store: Store, options: GatewayOptions, withParts: OtherParts = () => ({})) {
    this.store = store;
    this.executor = new CountingExecutor(store);
    this.digest = new StateDigest(store, testDigestKey, ({ box }) => new Secret(box));
    const logger = pino({ level: "debug" }, { write: (line: string) => void this.log.push(line) });
    this.sync = new CloudSync({
      store,
      commands: this.executor,
      clock: this.clock,
      openSealed: ({ code }) => new Secret(code.box),
      nameOf: () => ({ nickname: "Front door", homeId: "home-1", roomId: null }),
      identity: { gatewayId: "gw-1", boot: this.boot, versions: { app_version: "0.1.0" } },
      options: {
        willDelaySeconds: 0,
        // Most tests count records and want no others among them.
        offlineAlarmAfterMs: 3_600_000,
        reconnect: quickReconnect,
        ...options,
        digest: this.digest,
      },
      random: Math.random,
      logger,
      ...withParts(store, this.clock),
    });
  }

  /** Puts `count` events into the journal as one batch, and waits for the disk. */
  async happen(count = 1, detail: JsonObject = {}): Promise<void> {
    const event: JournalEntry = {
      kind: "event",
      event: "lockerOpenAlarm",
      lock,
      detail: { source: 2, sourceid: "7", source_name: "Anna", ...detail },
    };
    await this.store.commit(
      { changes: [], journal: Array.from({ length: count }, () => event) },
      stamp,
    );
  }

  get head(): number {
    return this.store.journalRange().head;
  }

  /** Waits for a state that nothing on the wire announces. */
  async until(isReached: () => boolean): Promise<void> {
    const giveUpAtMs = performance.now() + 15_000;
    while (!isReached()) {
      if (performance.now() > giveUpAtMs) throw new Error(`in vain: ${isReached.toString()}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}
