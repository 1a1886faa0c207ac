import { mkdtemp, open, readlink, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Runs `work` and returns, in order, the paths of the files and folders that were synced to the disk
 * meanwhile through node:fs/promises. A temporary file has the path that it had at that moment.
 */
export async function syncedPaths(work: () => Promise<unknown>): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), "latchd-synced-"));
  const probe = await open(join(folder, "probe"), "w");
  const handles: { sync(): Promise<void> } = Object.getPrototypeOf(probe);
  await probe.close();
  await rm(folder, { recursive: true });
  const { sync } = handles;
  const paths: string[] = [];
  handles.sync = async function (this: { readonly fd: number }) {
    paths.push(await readlink(`/proc/self/fd/${this.fd}`));
    await sync.call(this);
  };
  try {
    await work();
  } finally {
    handles.sync = sync;
  }
  return paths;
}
