import { replaceFile } from "../base/durable-file.ts";
import type { Timers } from "../base/timers.ts";
import type { LevelStore } from "../store/level-store.ts";
import { makeBallast } from "../store/opening/ballast.ts";
import { type BackupContents, sealContents } from "./contents.ts";
import { CopySchedule } from "./copy-schedule.ts";
import { Erasures } from "./restore/erasures.ts";

/** Time between two runs, and before the first one. */
const runEveryMs = 600_000;
/** Longest time for which removed codes stay readable in LevelDB's files. */
const compactEveryMs = 6 * 3_600_000;
/** Largest age of the gateway's own copy if anything has changed; see {@link CopySchedule}. */
const copyEveryMs = 24 * 3_600_000;
/** How often the whole journal is verified; a start verifies only its newest part. */
const verifyEveryMs = 24 * 3_600_000;

interface MaintenancePorts {
  readonly store: LevelStore;
  readonly timers: Timers;
  /** The folder of the ballast file. */
  readonly dataDir: string;
  readonly copyFile: string;
  readonly copyKey: Buffer;
  /** See {@link Erasures}. */
  readonly storeDirectory: string;
  hadThrough(): number;
  contents(): Promise<BackupContents>;
  monotonicMs(): number;
  readonly log: {
    info(fields: object, message: string): void;
    error(fields: object, message: string): void;
  };
}

/**
 * Maintains the store: compacts it after revocations, copies it, verifies it, and erases an unpaired lock at
 * once.
 */
export class MaintenanceSchedule {
  readonly #ports: MaintenancePorts;
  #cancel: (() => void) | null = null;
  #work: Promise<void> = Promise.resolve();
  #isStopped = false;
  #compactedMs = Number.NEGATIVE_INFINITY;
  #copiedMs = Number.NEGATIVE_INFINITY;
  #verifiedMs = Number.NEGATIVE_INFINITY;
  #copiedCommits = -1;
  /** The first run always compacts: a crash may have come between a revocation and its compaction. */
  #isFirst = true;

  readonly #erasures: Erasures;
  readonly #schedule: CopySchedule;

  constructor(ports: MaintenancePorts) {
    this.#ports = ports;
    const { store, storeDirectory } = ports;
    this.#erasures = new Erasures({
      store,
      storeDirectory,
      hadThrough: () => ports.hadThrough(),
      copy: async () => {
        await this.#copy();
      },
    });
    this.#schedule = new CopySchedule({
      timers: ports.timers,
      monotonicMs: () => ports.monotonicMs(),
      copy: () => this.#copyAfterChange(),
    });
  }

  start(): void {
    this.#ports.store.onErasure(() => this.#begin(() => this.#erase()));
    this.#ports.store.onDesiredChange(() => {
      if (!this.#isStopped) this.#schedule.note();
    });
    // A crash may have come between an unpairing and its erasure.
    this.#begin(() => this.#erase());
    this.#scheduleRun();
  }

  #scheduleRun(): void {
    this.#cancel = this.#ports.timers.after(runEveryMs, () => {
      this.#begin(() =>
        this.run().finally(() => {
          if (!this.#isStopped) this.#scheduleRun();
        }),
      );
    });
  }

  /** Runs one piece of work at a time. */
  #begin(work: () => Promise<void>): void {
    this.#work = this.#work.then(() => (this.#isStopped ? undefined : work()));
  }

  /** Erases what can be erased now. Never rejects: a failure is logged and tried again. */
  async eraseNow(): Promise<void> {
    this.#begin(() => this.#erase());
    await this.#work;
  }

  async #erase(): Promise<void> {
    try {
      await this.#erasures.run();
    } catch (err) {
      this.#ports.log.error(
        { err },
        "the data of an unpaired lock could not be erased; trying again later",
      );
    }
  }

  /** Waits for work that is running. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel?.();
    this.#schedule.stop();
    await this.#work;
  }

  /** Does what is due. Never rejects: a failure is logged and tried again with the next run. */
  async run(): Promise<void> {
    const { store, log } = this.#ports;
    const nowMs = this.#ports.monotonicMs();
    await this.#erase();
    try {
      await makeBallast(this.#ports.dataDir);
      const hasErased = this.#isFirst || store.erasedCodes() > 0;
      if (hasErased && nowMs - this.#compactedMs >= compactEveryMs) {
        this.#compactedMs = nowMs;
        this.#isFirst = false;
        await store.compact();
      }
      if (nowMs - this.#verifiedMs >= verifyEveryMs) {
        this.#verifiedMs = nowMs;
        await store.verifyJournal();
      }
      if (nowMs - this.#copiedMs >= copyEveryMs) {
        this.#copiedMs = nowMs;
        await this.#copy();
      }
    } catch (err) {
      log.error({ err }, "the maintenance of the store failed; trying again later");
    }
  }

  /** Returns the bytes that were written. Never rejects. */
  async #copyAfterChange(): Promise<number> {
    let bytes = 0;
    this.#begin(async () => {
      try {
        bytes = await this.#copy();
        this.#copiedMs = this.#ports.monotonicMs();
      } catch (err) {
        this.#ports.log.error({ err }, "the copy of the store could not be made");
      }
    });
    await this.#work;
    return bytes;
  }

  /** Returns the bytes that were written; 0 if nothing has changed since the last copy. */
  async #copy(): Promise<number> {
    const { store, copyFile, copyKey, log } = this.#ports;
    const { commits } = await store.statistics();
    if (commits === this.#copiedCommits) return 0;
    const sealed = await sealContents(await this.#ports.contents(), { kind: "key", key: copyKey });
    await replaceFile(copyFile, sealed);
    this.#copiedCommits = commits;
    log.info({ bytes: sealed.length }, "a sealed copy of the store was made");
    return sealed.length;
  }
}
