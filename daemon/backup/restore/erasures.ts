import { promises as files } from "node:fs";
import { erasedEntry, erasedLine } from "../../core/logs/erasure.ts";
import type { LockId } from "../../core/model/door-lock.ts";
import type { ErasureRecord } from "../../core/model/sealed-code.ts";
import type { LevelStore } from "../../store/level-store.ts";
import { setAsideFolders } from "../../store/opening/damaged-stores.ts";
import { put, remove } from "../../store/store.ts";

interface ErasurePorts {
  readonly store: LevelStore;
  /** The store's own folder: damaged stores that were set aside lie in it. */
  readonly storeDirectory: string;
  /** The last journal record that everybody has had; later ones are still to be told as they are. */
  hadThrough(): number;
  /** Makes the gateway's own copy anew, in place of one that still has the lock's records. */
  copy(): Promise<void>;
}

type Begun = ErasureRecord & { readonly through: NonNullable<ErasureRecord["through"]> };

const stamp = { atMs: 0, clock: "lost" } as const;

/**
 * What is left to do when a lock was unpaired. Its records and its key went with the batch that unpaired
 * it, so no code of it opens any more; here its people's words leave the journal and the operation log,
 * and all of it leaves the files: LevelDB's tables and log, stores that were set aside, the own copy.
 * The store remembers what is to be done until it is done, over any crash.
 */
export class Erasures {
  readonly #ports: ErasurePorts;
  /** Locks of which only what is not told yet is left. */
  readonly #waiting = new Set<LockId>();

  constructor(ports: ErasurePorts) {
    this.#ports = ports;
  }

  /** Does what can be done now. @throws StoreFailure, or a system error: it is tried again. */
  async run(): Promise<void> {
    const { store, storeDirectory } = this.#ports;
    if (!this.#isDue()) return;
    const erasures = await this.#begin();
    const had = this.#ports.hadThrough();
    const last = Math.max(...erasures.map(({ through }) => through.journal));
    const through = {
      journal: Math.min(had, last),
      operations: Math.max(...erasures.map((erasure) => erasure.through.operations)),
    };
    await store.erase(through, {
      entry: (entry, seq) => {
        const of = erasures.filter((erasure) => seq <= erasure.through.journal);
        const erased = of.reduce((left, one) => erasedEntry(left, one) ?? left, entry);
        return erased === entry ? null : erased;
      },
      line: (record) => {
        const one = erasures.find(({ lock }) => lock === record.lock);
        const isOf = one !== undefined && record.seq <= one.through.operations;
        return isOf ? erasedLine(record, one.lock) : null;
      },
    });
    for (const folder of await setAsideFolders(storeDirectory)) {
      await files.rm(folder, { recursive: true, force: true });
    }
    await store.compact();
    await this.#ports.copy();
    await this.#end(erasures, had);
  }

  /** Something new, or something of which all was told by now? */
  #isDue(): boolean {
    const had = this.#ports.hadThrough();
    for (const { lock, through } of this.#ports.store.list("erasure")) {
      if (through === undefined || !this.#waiting.has(lock) || through.journal <= had) return true;
    }
    return false;
  }

  /** Fixes which records are meant: what a lock does that is paired again later is not. */
  async #begin(): Promise<readonly Begun[]> {
    const { store } = this.#ports;
    const now = { journal: store.nextSeq() - 1, operations: store.operationRange().head };
    const begun = Array.from(
      store.list("erasure"),
      (erasure): Begun => ({ ...erasure, through: erasure.through ?? now }),
    );
    const changes = begun.map((erasure) => put("erasure", [erasure.lock], erasure));
    await store.commit({ changes, journal: [] }, stamp);
    return begun;
  }

  async #end(erasures: readonly Begun[], had: number): Promise<void> {
    const { store } = this.#ports;
    const changes = erasures.flatMap(({ lock, keyId, through }) => {
      const isSame = store.get("erasure", [lock])?.keyId === keyId;
      if (isSame && through.journal <= had) {
        this.#waiting.delete(lock);
        return [remove("erasure", [lock])];
      }
      // Unpaired once more meanwhile: that is begun anew.
      if (isSame) this.#waiting.add(lock);
      return [];
    });
    await store.commit({ changes, journal: [] }, stamp);
  }
}
