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

/** The gateway's own daily copies, and the backups that people download. */
export class Backups {
  readonly #collector: CollectorPorts;
  readonly #masterKey: MasterKey;
  /** Makes the gateway's own copies, and maintains the store. */
  readonly maintenance: MaintenanceSchedule;

  constructor(parts: BackupParts) {
    const { dataDir, store, masterKey, gatewayId, log } = parts;
    this.#masterKey = masterKey;
    this.#collector = {
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
      contents: () => collectContents(this.#collector, null),
      monotonicMs: () => parts.monotonicMs(),
      log,
    });
  }

  /** Returns a backup of everything, with the keys, sealed with a passphrase. */
  async sealed(passphrase: string): Promise<Buffer> {
    const contents = await collectContents(this.#collector, this.#masterKey);
    return await sealContents(contents, { kind: "passphrase", passphrase });
  }
}
