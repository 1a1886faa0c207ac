import { chosenLicences, type EmbeddedWork, embeddedWorks } from "./licence-rules.ts";
import type { LockEntries, ShippedPackage } from "./package-list.ts";

/** What the bill of materials says about the release as a whole. */
export interface ReleaseFacts {
  readonly version: string;
  /** The commit that was built; null if the tree is not in git. */
  readonly commit: string | null;
  /** The version of the Node.js that the package brings along; null if it uses the system's. */
  readonly nodeVersion: string | null;
}

interface Component {
  readonly "bom-ref": string;
  readonly type: "application" | "library" | "platform";
  readonly name: string;
  readonly version: string;
  readonly purl?: string;
  readonly licenses?: readonly object[];
  readonly hashes?: readonly object[];
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}

/**
 * Returns the bill of materials of a release as CycloneDX 1.6 JSON: everything that is shipped, also what the page has
 * bundled and what is compiled in. The same tree gives the same bytes, so it has no serial number and no time.
 */
export function billOfMaterials(
  facts: ReleaseFacts,
  packages: readonly ShippedPackage[],
  entries: LockEntries,
): string {
  const components = new Map<string, Component>();
  const dependencies = new Map<string, Set<string>>();
  const refs = new Map(packages.map((one) => [one.folder, refOf(one)]));
  for (const shipped of packages) {
    const component = packageComponent(shipped);
    const ref = component["bom-ref"];
    components.set(ref, component);
    const uses = dependencies.get(ref) ?? new Set<string>();
    for (const folder of usedFolders(shipped, entries)) {
      const used = refs.get(folder);
      if (used !== undefined) uses.add(used);
    }
    for (const work of embeddedWorks.filter(({ inside }) => inside === shipped.name)) {
      const inner = embeddedComponent(work);
      components.set(inner["bom-ref"], inner);
      dependencies.set(inner["bom-ref"], new Set());
      uses.add(inner["bom-ref"]);
    }
    dependencies.set(ref, uses);
  }
  const main = mainComponent(facts);
  const direct = new Set(rootFolders(entries).map((folder) => refs.get(folder) ?? ""));
  for (const { folder, installedAs } of packages)
    if (installedAs === null) direct.add(refs.get(folder) ?? "");
  direct.delete("");
  if (facts.nodeVersion !== null) {
    const node = nodeComponent(facts.nodeVersion);
    components.set(node["bom-ref"], node);
    dependencies.set(node["bom-ref"], new Set());
    direct.add(node["bom-ref"]);
  }
  dependencies.set(main["bom-ref"], direct);
  return print(main, components, dependencies);
}

function print(
  main: Component,
  components: ReadonlyMap<string, Component>,
  dependencies: ReadonlyMap<string, ReadonlySet<string>>,
): string {
  const document = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { lifecycles: [{ phase: "build" }], component: main },
    components: [...components.keys()].sort().map((ref) => components.get(ref)),
    dependencies: [...dependencies.keys()]
      .sort()
      .map((ref) => ({ ref, dependsOn: [...(dependencies.get(ref) ?? [])].sort() })),
  };
  return `${JSON.stringify(document, null, 1)}\n`;
}

function mainComponent({ version, commit }: ReleaseFacts): Component {
  return {
    "bom-ref": "latchd",
    type: "application",
    name: "latchd",
    version,
    licenses: [{ license: { id: "MIT" } }],
    ...(commit === null ? {} : { properties: [{ name: "latchd:commit", value: commit }] }),
  };
}

function packageComponent(shipped: ShippedPackage): Component {
  const { name, version, licence, integrity } = shipped;
  const ref = refOf(shipped);
  return {
    "bom-ref": ref,
    type: "library",
    name,
    version,
    // A package of our own is in no registry.
    ...(integrity === null ? {} : { purl: ref }),
    licenses: licenceField(licence),
    ...(integrity === null ? {} : { hashes: [hashOf(integrity)] }),
  };
}

/** A work that is compiled into another. Its purl is the one under which weaknesses of it are reported. */
function embeddedComponent({ name, version, licence, repository }: EmbeddedWork): Component {
  return {
    "bom-ref": `embedded:${name.toLowerCase()}`,
    type: "library",
    name,
    version,
    purl: `pkg:github/${repository}@${version}`,
    licenses: licenceField(licence),
  };
}

function nodeComponent(version: string): Component {
  return {
    "bom-ref": "node",
    type: "platform",
    name: "node",
    version,
    purl: `pkg:github/nodejs/node@v${version}`,
    licenses: licenceField("MIT"),
  };
}

/** The same package can be installed twice; it is one component. */
function refOf({ name, version }: ShippedPackage): string {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

function licenceField(expression: string): readonly object[] {
  const isOne = chosenLicences(expression)?.[0] === expression;
  return isOne ? [{ license: { id: expression } }] : [{ expression }];
}

/** @param integrity `sha512-` and base64, as npm has it */
function hashOf(integrity: string): object {
  const base64 = integrity.replace(/^sha512-/, "");
  return { alg: "SHA-512", content: Buffer.from(base64, "base64").toString("hex") };
}

function rootFolders(entries: LockEntries): string[] {
  const { dependencies = {} } = entries[""] ?? {};
  return Object.keys(dependencies).map((name) => realFolder(`node_modules/${name}`, entries));
}

/** Returns the folders of the packages that a package loads: the nearest of each name, as Node looks for it. */
function usedFolders({ folder }: ShippedPackage, entries: LockEntries): string[] {
  const { dependencies = {}, optionalDependencies = {} } = entries[folder] ?? {};
  return Object.keys({ ...dependencies, ...optionalDependencies }).flatMap((name) => {
    const found = nearest(folder, name, entries);
    return found === null ? [] : [realFolder(found, entries)];
  });
}

function nearest(folder: string, name: string, entries: LockEntries): string | null {
  for (let place = folder; ; place = place.slice(0, Math.max(0, place.lastIndexOf("/")))) {
    const candidate = place === "" ? `node_modules/${name}` : `${place}/node_modules/${name}`;
    if (candidate in entries) return candidate;
    if (place === "") return null;
  }
}

function realFolder(folder: string, entries: LockEntries): string {
  return entries[folder]?.resolved !== undefined && entries[folder].link === true
    ? entries[folder].resolved
    : folder;
}
