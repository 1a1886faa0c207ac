/**
 * Parts of herdsman that its index does not export. They are required, not imported: an import of
 * CommonJS has its exports looked for in its text first, and with V8's own threads off that takes 15 to
 * 50 ms for each of these, all of it before the radio can start.
 */
import { createRequire } from "node:module";
import type * as AdapterModule from "zigbee-herdsman/dist/adapter/index.js";
import type * as BackupModule from "zigbee-herdsman/dist/adapter/z-stack/adapter/adapter-backup.js";
import type * as NvModule from "zigbee-herdsman/dist/adapter/z-stack/adapter/adapter-nv-memory.js";
import type * as ManagerModule from "zigbee-herdsman/dist/adapter/z-stack/adapter/manager.js";
import type * as ZStackModule from "zigbee-herdsman/dist/adapter/z-stack/adapter/zStackAdapter.js";
import type * as FrameModule from "zigbee-herdsman/dist/adapter/z-stack/unpi/frame.js";
import type * as InstallCodesModule from "zigbee-herdsman/dist/controller/helpers/installCodes.js";
import type sequenceModule from "zigbee-herdsman/dist/controller/helpers/zclTransactionSequenceNumber.js";
import type { ReceivedFrame } from "../stick/mt-frame.ts";

const require = createRequire(import.meta.url);

let frameModule: typeof FrameModule | null = null;

/** Returns a whole frame of the stick as herdsman's parser emits it, without the texts that it makes for a log. */
export function unpiFrame({ type, subsystem, command, data, bytes }: ReceivedFrame): object {
  frameModule ??= loadedFrames();
  return new frameModule.Frame(type, subsystem, command, data, data.length, bytes.at(-1) ?? 0);
}

const sequence: typeof sequenceModule = require("zigbee-herdsman/dist/controller/helpers/zclTransactionSequenceNumber.js");

function loadedFrames(): typeof FrameModule {
  return require("zigbee-herdsman/dist/adapter/z-stack/unpi/frame.js");
}

/** Herdsman's counter of ZCL transactions: one for the process. */
export const nextSequenceNumber = (): number => sequence.default.next();

/** The address and the key that the text of an install code names. @throws Error for a text of no known form */
export function parseInstallCode(text: string): [address: string, key: string] {
  const codes: typeof InstallCodesModule = require("zigbee-herdsman/dist/controller/helpers/installCodes.js");
  return codes.parseInstallCode(text);
}

/** What decides what is done with a stick and its network, and does it; loaded by the first call. */
export function adapterManagerPrototype(): object {
  const manager: typeof ManagerModule = require("zigbee-herdsman/dist/adapter/z-stack/adapter/manager.js");
  return manager.ZnpAdapterManager.prototype;
}

/** The parts of a stored backup that the driver reads. */
export interface StoredBackup {
  readonly networkKey: Buffer;
  readonly extendedPanId: Buffer;
  readonly frameCounter: number;
  readonly linkKeySeed: Buffer | null;
  /** `0x` and 16 hex digits each. */
  readonly devices: readonly string[];
}

/** What herdsman uses for its start. */
export interface AdapterManagerParts {
  readonly nv: InstanceType<typeof NvModule.AdapterNvMemory>;
  /** Returns null without a backup. @throws herdsman's error for a file that is none */
  storedBackup(): StoredBackup | null;
  /** The next restore begins with this counter of network frames. */
  restoreWithCounter(frameCounter: number): void;
  resetAdapter(): Promise<void>;
}

/** Returns the parts of the object that decides, or null when herdsman has others. */
export function partsOfManager(manager: unknown): AdapterManagerParts | null {
  if (typeof manager !== "object" || manager === null) return null;
  const nvModule: typeof NvModule = require("zigbee-herdsman/dist/adapter/z-stack/adapter/adapter-nv-memory.js");
  const backups: typeof BackupModule = require("zigbee-herdsman/dist/adapter/z-stack/adapter/adapter-backup.js");
  const nv: unknown = Reflect.get(manager, "nv");
  const backup: unknown = Reflect.get(manager, "backup");
  const reset: unknown = Reflect.get(manager, "resetAdapter");
  if (!(nv instanceof nvModule.AdapterNvMemory) || !(backup instanceof backups.AdapterBackup)) {
    return null;
  }
  if (typeof reset !== "function") return null;
  return {
    nv,
    storedBackup: () => readStored(backup),
    restoreWithCounter: (frameCounter) => {
      // The override applies to one call, the restore's. Later backups must see the file as it is
      // then.
      backup.getStoredBackup = () => {
        Reflect.deleteProperty(backup, "getStoredBackup");
        const stored = backup.getStoredBackup();
        if (stored !== undefined) stored.networkKeyInfo.frameCounter = frameCounter;
        return stored;
      };
    },
    resetAdapter: async () => {
      await Reflect.apply(reset, manager, []);
    },
  };
}

function readStored(backup: BackupModule.AdapterBackup): StoredBackup | null {
  const stored = backup.getStoredBackup();
  if (stored === undefined) return null;
  return {
    networkKey: stored.networkOptions.networkKey,
    extendedPanId: stored.networkOptions.extendedPanId,
    frameCounter: stored.networkKeyInfo.frameCounter,
    linkKeySeed: stored.znp?.trustCenterLinkKeySeed ?? null,
    devices: stored.devices.map(({ ieeeAddress }) => `0x${ieeeAddress.toString("hex")}`),
  };
}

/** Loads the modules that herdsman would load during its start, while stick and disk are busy. */
export function loadAdapter(): void {
  adapterModules();
}

/**
 * Has herdsman take the stick as it is given. By itself it would first list every serial port through
 * udevadm, to fill in options that a controller of this driver always has, and import the adapter.
 * @param isAwakeOnTcp the stick has just answered over TCP. There herdsman's call to leave a bootloader
 * cannot be sent before the line counts as open, and is followed by a second of waiting: it is left out.
 * On a serial line it stays, for a port that is opened again may have reset the stick.
 * @param onLine is given herdsman's side of the line before the port is opened
 */
export function takeStickAsGiven(isAwakeOnTcp: boolean, onLine: (znp: unknown) => void): void {
  const { adapters, zStack } = adapterModules();
  adapters.Adapter.create = (network, stick, backupPath, options) => {
    const adapter = new zStack.ZStackAdapter(network, stick, backupPath, options);
    const znp: unknown = Reflect.get(adapter, "znp");
    onLine(znp);
    if (isAwakeOnTcp && typeof znp === "object" && znp !== null) {
      Reflect.set(znp, "skipBootloader", () => Promise.resolve());
    }
    return Promise.resolve(adapter);
  };
}

function adapterModules(): {
  readonly adapters: typeof AdapterModule;
  readonly zStack: typeof ZStackModule;
} {
  return {
    adapters: require("zigbee-herdsman/dist/adapter/index.js"),
    zStack: require("zigbee-herdsman/dist/adapter/z-stack/adapter/zStackAdapter.js"),
  };
}
