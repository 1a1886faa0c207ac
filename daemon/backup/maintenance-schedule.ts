import { replaceFile } from "../base/durable-file.ts";
import type { Timers } from "../base/timers.ts";
import type { LevelStore } from "../store/level-store.ts";
import { makeBallast } from "../store/opening/ballast.ts";
import { type BackupContents, sealContents } from "./contents.ts";
import { CopySchedule } from "./copy-schedule.ts";
import { Erasures } from "./restore/erasures.ts";

/** Between two looks; the first one comes as long after the start. */
const lookEveryMs = 600_000;
/** Codes that were taken out stay readable in LevelDB's files until then at the longest. */
const compactEveryMs = 6 * 3_600_000;
/** The gateway's own copy is at most about this old, when anything has changed; see {@link CopySchedule}. */
const copyEveryMs = 24 * 3_600_000;
/** The whole journal is walked this often; a start looks at its newest part only. */
const verifyEveryMs = 24 * 3_600_000;

interface CarePorts {
  readonly store: LevelStore;
  readonly timers: Timers;
  /** Where the ballast lies. */
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
 * What the store needs now and then beside its use: compaction after revocations, a copy, a check; and at
 * once, when a lock was unpaired, that it is erased.
 */
export class MaintenanceSchedule {
  readonly #ports: CarePorts;
  #cancel: (() => void) | null = null;
  #work: Promise<void> = Promise.resolve();
  #isStopped = false;
  #compactedMs = Number.NEGATIVE_INFINITY;
  #copiedMs = Number.NEGATIVE_INFINITY;
  #verifiedMs = Number.NEGATIVE_INFINITY;
  #copiedCommits = -1;
  /** A crash may have come between a revocation and its compaction: the first look makes up for it. */
  #isFirst = true;

  readonly #erasures: Erasures;
  readonly #schedule: CopySchedule;

  constructor(ports: CarePorts) {
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
    this.#plan();
  }

  #plan(): void {
    this.#cancel = this.#ports.timers.after(lookEveryMs, () => {
      this.#begin(() =>
        this.run().finally(() => {
          if (!this.#isStopped) this.#plan();
        }),
      );
    });
  }

  /** One work at a time. */
  #begin(work: () => Promise<void>): void {
    this.#work = this.#work.then(() => (this.#isStopped ? undefined : work()));
  }

  /** Erases what can be erased by now. Never rejects: what fails is logged and tried again. */
  async eraseNow(): Promise<void> {
    this.#begin(() => this.#erase());
    await this.#work;
  }

  async #erase(): Promise<void> {
    try {
      await this.#erasures.run();
    } catch (err) {
      this.#ports.log.error({ err }, "what a lock left behind could not be erased yet");
    }
  }

  /** Waits for what is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel?.();
    this.#schedule.stop();
    await this.#work;
  }

  /** Does what is due. Never rejects: what fails is logged and tried again with the next look. */
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
      log.error({ err }, "the care of the store has failed");
    }
  }

  /** Never rejects. @returns the bytes that were written. */
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

  /** @returns the bytes that were written; 0 if nothing has changed since the last copy. */
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
