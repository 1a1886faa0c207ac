import { join } from "node:path";
import { systemTimers } from "../locks/timers.ts";
import type { LevelStore } from "../store/level-store.ts";
import type { MasterKey } from "../store/secrets/master-key.ts";
import { sealContents } from "./contents.ts";
import { type GatherPorts, gatherContents } from "./gather.ts";
import { copyFileOf, copyKeyOf } from "./restore/recovery.ts";
import { StoreCare } from "./store-care.ts";

export interface BackupParts {
  readonly dataDir: string;
  readonly store: LevelStore;
  readonly masterKey: MasterKey;
  readonly gatewayId: string;
  nowMs(): number;
  monotonicMs(): number;
  /** The last journal record that the cloud and all callbacks have had. */
  hadThrough(): number;
  readonly log: {
    info(fields: object, message: string): void;
    error(fields: object, message: string): void;
  };
}

/** Copies of the gateway: its own from day to day, and those that people take away. */
export class Backups {
  readonly #gathered: GatherPorts;
  readonly #masterKey: MasterKey;
  /** Makes the gateway's own copies, and sees to the store otherwise. */
  readonly care: StoreCare;

  constructor(parts: BackupParts) {
    const { dataDir, store, masterKey, gatewayId, log } = parts;
    this.#masterKey = masterKey;
    this.#gathered = {
      store,
      gatewayId,
      zigbeeDirectory: join(dataDir, "zigbee"),
      nowMs: () => parts.nowMs(),
    };
    this.care = new StoreCare({
      store,
      timers: systemTimers,
      dataDir,
      storeDirectory: join(dataDir, "store"),
      hadThrough: () => parts.hadThrough(),
      copyFile: copyFileOf(join(dataDir, "store")),
      copyKey: copyKeyOf(masterKey),
      contents: () => gatherContents(this.#gathered, null),
      monotonicMs: () => parts.monotonicMs(),
      log,
    });
  }

  /** Everything, keys too, sealed with a passphrase. */
  async sealed(passphrase: string): Promise<Buffer> {
    const contents = await gatherContents(this.#gathered, this.#masterKey);
    return await sealContents(contents, { kind: "passphrase", passphrase });
  }
}
