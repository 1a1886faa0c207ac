import type { LogRecord, MemoryFile } from "./memory.ts";

/** The lock's own log: rotating, index 0 is the newest. Masks do not reach it (ZCL 7.3.2.15). */
export class LockLog {
  readonly #file: MemoryFile;
  readonly #size: number;
  readonly #isEnabled: () => boolean;

  /** @param isEnabled the attribute enableLogging (0x0020). */
  constructor(file: MemoryFile, size: number, isEnabled: () => boolean) {
    this.#file = file;
    this.#size = size;
    this.#isEnabled = isEnabled;
  }

  write(record: Omit<LogRecord, "entryId">): void {
    if (this.#size === 0 || !this.#isEnabled()) return;
    const { memory } = this.#file;
    memory.log.unshift({ ...record, entryId: memory.nextEntryId });
    memory.log.length = Math.min(memory.log.length, this.#size);
    memory.nextEntryId = memory.nextEntryId === 0xffff ? 1 : memory.nextEntryId + 1;
    this.#file.changed();
  }

  at(index: number): LogRecord | null {
    return this.#file.memory.log[index] ?? null;
  }

  all(): readonly LogRecord[] {
    return this.#file.memory.log;
  }
}
