import type { Timers } from "../locks/timers.ts";
import { replaceFile } from "../store/atomic-file.ts";
import { makeBallast } from "../store/ballast.ts";
import type { LevelStore } from "../store/level-store.ts";
import { type BackupContents, sealContents } from "./contents.ts";

/** Between two looks; the first one comes as long after the start. */
const lookEveryMs = 600_000;
/** Codes that were taken out stay readable in LevelDB's files until then at the longest. */
const compactEveryMs = 6 * 3_600_000;
/** The gateway's own copy is at most about this old, when anything has changed. */
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
  contents(): Promise<BackupContents>;
  monotonicMs(): number;
  readonly log: {
    info(fields: object, message: string): void;
    error(fields: object, message: string): void;
  };
}

/** What the store needs now and then beside its use: compaction after revocations, a copy, a check. */
export class StoreCare {
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

  constructor(ports: CarePorts) {
    this.#ports = ports;
  }

  start(): void {
    this.#cancel = this.#ports.timers.after(lookEveryMs, () => {
      this.#work = this.look().finally(() => {
        if (!this.#isStopped) this.start();
      });
    });
  }

  /** Waits for what is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel?.();
    await this.#work;
  }

  /** Does what is due. Never rejects: what fails is logged and tried again with the next look. */
  async look(): Promise<void> {
    const { store, log } = this.#ports;
    const nowMs = this.#ports.monotonicMs();
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

  async #copy(): Promise<void> {
    const { store, copyFile, copyKey, log } = this.#ports;
    const { commits } = await store.statistics();
    if (commits === this.#copiedCommits) return;
    const sealed = await sealContents(await this.#ports.contents(), { kind: "key", key: copyKey });
    await replaceFile(copyFile, sealed);
    this.#copiedCommits = commits;
    log.info({ bytes: sealed.length }, "a sealed copy of the store was made");
  }
}
