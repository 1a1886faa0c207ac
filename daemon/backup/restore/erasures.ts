import { promises as files } from "node:fs";
import { erasedActivity, erasedEntry } from "../../core/logs/erasure.ts";
import type { LockId } from "../../core/model/door-lock.ts";
import type { ErasureRecord } from "../../core/model/sealed-code.ts";
import type { LevelStore } from "../../store/level-store.ts";
import { setAsideFolders } from "../../store/opening/damaged-stores.ts";
import { put, remove } from "../../store/store.ts";

interface ErasurePorts {
  readonly store: LevelStore;
  /** The store's own folder, which also has the damaged stores that were set aside. */
  readonly storeDirectory: string;
  /** The last journal record that everybody has received. Later ones must be delivered unchanged. */
  hadThrough(): number;
  /** Makes the gateway's own copy again, in place of one that still has the lock's records. */
  copy(): Promise<void>;
}

type Begun = ErasureRecord & { readonly through: NonNullable<ErasureRecord["through"]> };

const stamp = { atMs: 0, clock: "lost" } as const;

/**
 * Erases what is left of an unpaired lock. The batch that unpaired it has removed its records and its key. This
 * removes its people's texts from the journal and the operation log, and all of it from the files: LevelDB's
 * tables and log, stores that were set aside, and the own copy. The store records unfinished erasures, so a
 * crash does not lose one.
 */
export class Erasures {
  readonly #ports: ErasurePorts;
  /** Locks of which only records are left that are not delivered yet. */
  readonly #waiting = new Set<LockId>();

  constructor(ports: ErasurePorts) {
    this.#ports = ports;
  }

  /** Erases what can be erased now. @throws StoreFailure, or a system error; then it is tried again. */
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
        return isOf ? erasedActivity(record, one.lock) : null;
      },
    });
    for (const folder of await setAsideFolders(storeDirectory)) {
      await files.rm(folder, { recursive: true, force: true });
    }
    await store.compact();
    await this.#ports.copy();
    await this.#end(erasures, had);
  }

  /** Returns whether there is a new erasure, or one whose records are all delivered now. */
  #isDue(): boolean {
    const had = this.#ports.hadThrough();
    for (const { lock, through } of this.#ports.store.list("erasure")) {
      if (through === undefined || !this.#waiting.has(lock) || through.journal <= had) return true;
    }
    return false;
  }

  /** Fixes the last record of each erasure: records after a later pairing must stay. */
  async #begin(): Promise<readonly Begun[]> {
    const { store } = this.#ports;
    const now = { journal: store.nextSeq() - 1, operations: store.activityRange().head };
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
      // The lock was unpaired again during the erasure: the new one stays.
      if (isSame) this.#waiting.add(lock);
      return [];
    });
    await store.commit({ changes, journal: [] }, stamp);
  }
}
