import { createHash } from "node:crypto";
import type { LockId } from "../../daemon/core/model/door-lock.ts";
import type { StoreView } from "../../daemon/store/store.ts";

/**
 * Finds the locks whose records have changed. The store never changes a record: a change is another object, so that
 * comparing objects is enough.
 */
export class LockWatch {
  readonly #seen = new Map<LockId, readonly object[]>();

  /** Returns the locks that have changed since the last call, also those that are new. */
  changed(view: StoreView): readonly LockId[] {
    const found: LockId[] = [];
    const present = new Set<LockId>();
    for (const record of view.list("lock")) {
      const { lock } = record;
      present.add(lock);
      const now = [record, ...view.list("password", [lock]), ...view.list("slot", [lock])];
      const before = this.#seen.get(lock);
      if (before?.length === now.length && now.every((one, at) => one === before[at])) continue;
      this.#seen.set(lock, now);
      found.push(lock);
    }
    for (const lock of this.#seen.keys()) if (!present.has(lock)) this.#seen.delete(lock);
    return found;
  }
}

/** Remembers what was last published under a key, as a short hash: the texts of 50 locks would take a MiB. */
export class PublishedTexts {
  readonly #hashes = new Map<string, string>();

  /** Returns whether this differs from what was published last, and remembers it. */
  isNew(key: string, texts: readonly string[]): boolean {
    const hash = createHash("sha256");
    for (const text of texts) hash.update(text).update("\0");
    const now = hash.digest("base64").slice(0, 16);
    if (this.#hashes.get(key) === now) return false;
    this.#hashes.set(key, now);
    return true;
  }

  forget(key: string): void {
    this.#hashes.delete(key);
  }

  forgetAll(): void {
    this.#hashes.clear();
  }
}
