import { promises as fs } from "node:fs";
import { join } from "node:path";
import { readIfPresent, replaceFile } from "../../daemon/base/durable-file.ts";

/** The files of one Zigbee network, all in one directory (0700): together they are the network. */
export class NetworkFiles {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Own: PAN ids, key and channel, made once. */
  get network(): string {
    return join(this.#directory, "network.json");
  }

  /** Herdsman's: one JSON line for each device. */
  get database(): string {
    return join(this.#directory, "database.db");
  }

  /** Herdsman's copy of the database before it clears it. */
  get databaseBackup(): string {
    return join(this.#directory, "database.db.backup");
  }

  /** Herdsman's: keys and frame counters of the stick, in the open coordinator backup format. */
  get backup(): string {
    return join(this.#directory, "coordinator_backup.json");
  }

  get #kept(): string {
    return join(this.#directory, "kept");
  }

  /**
   * Makes the directories and takes copies of backup and database, before each start: a start that ends
   * in `reset` overwrites the one and clears the other. Two generations of each are kept, so that a
   * second start after the damage does not lose what the first one saved.
   * A backup that went missing or cannot be read is put back from its copy.
   */
  async prepare(): Promise<void> {
    await fs.mkdir(this.#kept, { recursive: true, mode: 0o700 });
    await closeToOthers(this.#directory);
    await closeToOthers(this.#kept);
    await this.#restoreBackup();
    await this.#keep(this.backup, "coordinator_backup.json", isJson);
    await this.#keep(this.database, "database.db", (content) => content.length > 0);
  }

  /** After a start has lost them: puts backup and database back as they were before it. */
  async putBack(): Promise<void> {
    await this.#putBack("coordinator_backup.json", this.backup);
    await this.#putBack("database.db", this.database);
  }

  /** The coordinator backup, or its newest copy that can be read; null when there is none. */
  async readBackup(): Promise<Buffer | null> {
    const name = "coordinator_backup.json";
    const paths = [this.backup, join(this.#kept, name), join(this.#kept, `${name}.1`)];
    for (const path of paths) {
      const content = await readIfPresent(path);
      if (content !== null && isJson(content)) return content;
    }
    return null;
  }

  async #restoreBackup(): Promise<void> {
    const present = await readIfPresent(this.backup);
    if (present !== null && isJson(present)) return;
    const copy = await this.readBackup();
    if (copy !== null) await replaceFile(this.backup, copy);
  }

  async #keep(path: string, name: string, isSound: (content: Buffer) => boolean): Promise<void> {
    const content = await readIfPresent(path);
    if (content === null || !isSound(content)) return;
    const newest = join(this.#kept, name);
    const kept = await readIfPresent(newest);
    if (kept?.equals(content)) return;
    if (kept !== null) await replaceFile(`${newest}.1`, kept);
    await replaceFile(newest, content);
  }

  async #putBack(name: string, path: string): Promise<void> {
    const content = await readIfPresent(join(this.#kept, name));
    if (content !== null) await replaceFile(path, content);
  }
}

/** Touches nothing where it is so already: a start is tried every minute while there is no stick. */
async function closeToOthers(directory: string): Promise<void> {
  const { mode } = await fs.stat(directory);
  if ((mode & 0o777) !== 0o700) await fs.chmod(directory, 0o700);
}

function isJson(content: Buffer): boolean {
  try {
    JSON.parse(content.toString("utf8"));
    return true;
  } catch {
    return false;
  }
}
