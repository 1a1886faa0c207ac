import { promises as files } from "node:fs";
import { dirname, join } from "node:path";
import { isFileError, readIfPresent, replaceFile } from "../../base/durable-file.ts";
import { checkUnwritable, closePrivateFolder, ExposedPath } from "../../base/private-path.ts";
import { MasterKey } from "../../store/secrets/master-key.ts";
import { type BackupContents, openContents } from "../contents.ts";
import { BackupFault, maxSealedBytes } from "../sealed-file.ts";
import { checkRestore, type RestoreStoreOptions, restoreNetwork, restoreStore } from "./restore.ts";

interface RestoreOptions {
  readonly file: string;
  readonly passphrase: string;
  readonly dataDir: string;
  readonly keyFile: string;
  /** See `OpenStoreOptions`. */
  readonly secondWitness?: string | undefined;
}

/**
 * Restores key, Zigbee network and store from a backup, on a machine without a gateway. The whole backup and
 * every path that it is written to are checked before the first write. The network comes before the store,
 * because a store with locks and no network would find no lock.
 * @throws BackupFault, a sentence for people; StoreFailure or a system error when the disk refuses.
 */
export async function restoreGateway(
  options: RestoreOptions,
): Promise<{ readonly gatewayId: string; readonly madeAtMs: number }> {
  const { dataDir, keyFile, passphrase, secondWitness } = options;
  const sealed = await readSealed(options.file);
  const contents = await openContents(sealed, { kind: "passphrase", passphrase });
  const masterKey = keyOf(contents);
  const given: RestoreStoreOptions = { masterKey, origin: "backup", secondWitness };
  await checkPaths(options, contents);
  checkRestore(join(dataDir, "store"), contents, masterKey);
  await files.mkdir(dataDir, { recursive: true, mode: 0o700 });
  await files.mkdir(dirname(keyFile), { recursive: true, mode: 0o700 });
  if ((await readIfPresent(keyFile)) === null) {
    await replaceFile(keyFile, `${contents.masterKey ?? ""}\n`);
  }
  await restoreNetwork(join(dataDir, "zigbee"), contents.zigbee);
  await restoreStore(join(dataDir, "store"), contents, given);
  return { gatewayId: contents.gatewayId, madeAtMs: contents.createdAtMs };
}

async function readSealed(path: string): Promise<Buffer> {
  const file = await files.stat(path);
  if (!file.isFile()) throw new BackupFault(`${path} is no file`);
  if (file.size > maxSealedBytes) {
    throw new BackupFault(
      `${path} has ${file.size} bytes: no backup has more than ${maxSealedBytes}`,
    );
  }
  return await files.readFile(path);
}

function keyOf({ masterKey }: BackupContents): MasterKey {
  if (masterKey === undefined) throw new BackupFault("the backup holds no key");
  const bytes = Buffer.from(masterKey, "base64url");
  if (bytes.toString("base64url") !== masterKey || bytes.length !== 32) {
    throw new BackupFault("the backup is malformed: its key is none");
  }
  return new MasterKey(bytes);
}

/** @throws BackupFault if a file is in the way, or others could change what is restored. */
async function checkPaths(
  { dataDir, keyFile }: RestoreOptions,
  contents: BackupContents,
): Promise<void> {
  const zigbee = join(dataDir, "zigbee");
  await checkFolder(dataDir, closePrivateFolder);
  for (const path of [zigbee, join(dataDir, "store")]) await refuseLink(path);
  await checkFolder(dirname(keyFile), checkUnwritable);
  await refuseLink(keyFile);
  const present = await readIfPresent(keyFile);
  if (present !== null && present.toString("latin1").trim() !== contents.masterKey) {
    throw new BackupFault(`${keyFile} holds another gateway's key: move it away first`);
  }
  const names = await files.readdir(zigbee).catch((error: unknown) => {
    if (isFileError(error, "ENOENT")) return [];
    throw error;
  });
  if (names.length > 0) {
    throw new BackupFault(`there are files of a Zigbee network in ${zigbee}: move them away`);
  }
}

/** Checks a folder. One that does not exist yet is created later, for this user alone. */
async function checkFolder(path: string, check: (path: string) => Promise<unknown>): Promise<void> {
  try {
    await check(path);
  } catch (cause) {
    if (isFileError(cause, "ENOENT")) return;
    if (cause instanceof ExposedPath) throw new BackupFault(cause.message, { cause });
    throw cause;
  }
}

/** Refuses a symbolic link: the restore must not write to another path. */
async function refuseLink(path: string): Promise<void> {
  try {
    if ((await files.lstat(path)).isSymbolicLink()) {
      throw new BackupFault(`${path} is a symbolic link: move it away first`);
    }
  } catch (error) {
    if (!isFileError(error, "ENOENT")) throw error;
  }
}
