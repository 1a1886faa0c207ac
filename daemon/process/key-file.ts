import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { storePaths } from "../store/opening/provisioning.ts";
import { createMasterKey, loadMasterKey, type MasterKey } from "../store/secrets/master-key.ts";

/**
 * Returns the key that seals codes: reads it, or makes it at the first start. A store without its key never gets a
 * new one: its codes could not be opened any more.
 * @throws StoreFailure `masterKey`
 */
export async function masterKeyOf(
  keyFile: string,
  storeDirectory: string,
  credentialsDirectory: string | undefined,
): Promise<MasterKey> {
  const isCredential = dirname(keyFile) === credentialsDirectory;
  const isFirstStart = !existsSync(keyFile) && !existsSync(storePaths(storeDirectory).marker);
  if (!isFirstStart || isCredential) {
    return loadMasterKey(keyFile, isCredential ? "credential" : "file");
  }
  await mkdir(dirname(keyFile), { recursive: true, mode: 0o700 });
  return createMasterKey(keyFile);
}
