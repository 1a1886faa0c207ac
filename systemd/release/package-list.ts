import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A package whose code is in the Debian package. */
export interface ShippedPackage {
  readonly name: string;
  readonly version: string;
  /** The SPDX expression of its package.json. */
  readonly licence: string;
  readonly author: string;
  /** Where its files are, from the project's root. */
  readonly folder: string;
  /** Where it is installed, below /usr/lib/latchd; null if only the page's bundle has its code. */
  readonly installedAs: string | null;
  /** `sha512-…` of the registry's archive; null for a package of our own. */
  readonly integrity: string | null;
}

interface LockEntry {
  readonly version?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
  readonly resolved?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly author?: string | { readonly name?: string; readonly email?: string };
}

export type LockEntries = Readonly<Record<string, LockEntry>>;

/** Returns the entries of package-lock.json by their folder. */
export function lockEntries(root: string): LockEntries {
  const lock: { packages: LockEntries } = JSON.parse(
    readFileSync(join(root, "package-lock.json"), "utf8"),
  );
  return lock.packages;
}

/**
 * Returns all packages whose code is shipped, sorted by name: the production tree of the lock file, and the packages
 * that the page's build has bundled.
 * @param dist the build, with the page's list of what it has bundled
 */
export function shippedPackages(root: string, dist: string): readonly ShippedPackage[] {
  const entries = lockEntries(root);
  const production = Object.entries(entries)
    .filter(([path, entry]) => path.startsWith("node_modules/") && entry.dev !== true)
    .filter(([path]) => existsSync(join(root, path)))
    .map(([path, entry]) => shippedPackage(root, path, { entry, installedAs: path }));
  const installed = new Set(production.map(({ folder }) => folder));
  const bundled = bundledFolders(dist)
    .filter((folder) => !installed.has(folder))
    .map((folder) =>
      shippedPackage(root, folder, { entry: entries[folder] ?? {}, installedAs: null }),
    );
  return [...production, ...bundled].sort(byNameAndFolder);
}

function shippedPackage(
  root: string,
  path: string,
  { entry, installedAs }: { readonly entry: LockEntry; readonly installedAs: string | null },
): ShippedPackage {
  const folder = entry.link === true && entry.resolved !== undefined ? entry.resolved : path;
  const manifest: Manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  const { name, version, license = "none", author } = manifest;
  return {
    name,
    version,
    licence: license,
    author: (typeof author === "string" ? author : author?.name) ?? `the authors of ${name}`,
    folder,
    installedAs,
    integrity: entry.integrity ?? null,
  };
}

/** Returns the folders in node_modules of which the page's bundle has code. */
function bundledFolders(dist: string): readonly string[] {
  const page = join(dist, "daemon", "page");
  // Without its table of files the page is not built and not shipped.
  if (!existsSync(join(page, "files.json"))) return [];
  const list: { folders: readonly string[] } = JSON.parse(
    readFileSync(join(page, "packages.json"), "utf8"),
  );
  return list.folders;
}

function byNameAndFolder(left: ShippedPackage, right: ShippedPackage): number {
  if (left.name !== right.name) return left.name < right.name ? -1 : 1;
  return left.folder < right.folder ? -1 : 1;
}
