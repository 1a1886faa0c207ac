import { promises as files } from "node:fs";
import { dirname, join } from "node:path";
import { replaceFile } from "../base/durable-file.ts";
import { MasterKey } from "../store/master-key.ts";
import { errorCode } from "../store/store-failure.ts";
import { openContents } from "./contents.ts";
import { restoreNetwork, restoreStore } from "./restore.ts";
import { BackupFault } from "./sealed-file.ts";

/**
 * Makes a gateway out of a backup, on a machine that has none yet: key, Zigbee network, store.
 * The network comes before the store: a store with locks and no network would find no lock.
 * @throws BackupFault, a sentence for people; StoreFailure or a system error when the disk refuses.
 */
export async function restoreGateway(options: {
  readonly file: string;
  readonly passphrase: string;
  readonly dataDir: string;
  readonly keyFile: string;
  /** See `OpenStoreOptions`. */
  readonly farWitness?: string | undefined;
}): Promise<{ readonly gatewayId: string; readonly madeAtMs: number }> {
  const { dataDir, keyFile, passphrase, farWitness } = options;
  const sealed = await files.readFile(options.file);
  const contents = await openContents(sealed, { kind: "passphrase", passphrase });
  if (contents.masterKey === undefined) throw new BackupFault("the backup holds no key");
  const masterKey = new MasterKey(Buffer.from(contents.masterKey, "base64url"));
  await files.mkdir(dataDir, { recursive: true, mode: 0o700 });
  await restoreKey(keyFile, contents.masterKey);
  await restoreNetwork(join(dataDir, "zigbee"), contents.zigbee);
  const given = { masterKey, origin: "backup", farWitness } as const;
  await restoreStore(join(dataDir, "store"), contents, given);
  return { gatewayId: contents.gatewayId, madeAtMs: contents.createdAtMs };
}

async function restoreKey(path: string, key: string): Promise<void> {
  let present: string;
  try {
    present = await files.readFile(path, "latin1");
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
    await files.mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await replaceFile(path, `${key}\n`);
    return;
  }
  if (present.trim() !== key) {
    throw new BackupFault(`${path} holds another gateway's key: move it away first`);
  }
}
