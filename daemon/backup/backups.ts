import { join } from "node:path";
import { systemTimers } from "../base/timers.ts";
import type { LevelStore } from "../store/level-store.ts";
import type { MasterKey } from "../store/secrets/master-key.ts";
import { sealContents } from "./contents.ts";
import { type CollectorPorts, collectContents } from "./contents-collector.ts";
import { MaintenanceSchedule } from "./maintenance-schedule.ts";
import { copyFileOf, copyKeyOf } from "./restore/recovery.ts";

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
  readonly #gathered: CollectorPorts;
  readonly #masterKey: MasterKey;
  /** Makes the gateway's own copies, and sees to the store otherwise. */
  readonly maintenance: MaintenanceSchedule;

  constructor(parts: BackupParts) {
    const { dataDir, store, masterKey, gatewayId, log } = parts;
    this.#masterKey = masterKey;
    this.#gathered = {
      store,
      gatewayId,
      zigbeeDirectory: join(dataDir, "zigbee"),
      nowMs: () => parts.nowMs(),
    };
    this.maintenance = new MaintenanceSchedule({
      store,
      timers: systemTimers,
      dataDir,
      storeDirectory: join(dataDir, "store"),
      hadThrough: () => parts.hadThrough(),
      copyFile: copyFileOf(join(dataDir, "store")),
      copyKey: copyKeyOf(masterKey),
      contents: () => collectContents(this.#gathered, null),
      monotonicMs: () => parts.monotonicMs(),
      log,
    });
  }

  /** Everything, keys too, sealed with a passphrase. */
  async sealed(passphrase: string): Promise<Buffer> {
    const contents = await collectContents(this.#gathered, this.#masterKey);
    return await sealContents(contents, { kind: "passphrase", passphrase });
  }
}
