import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { billOfMaterials } from "../../../systemd/release/bill-of-materials.ts";
import { lockEntries, shippedPackages } from "../../../systemd/release/package-list.ts";
import { projectRoot } from "../../support/project-root.ts";

interface Bill {
  readonly specVersion: string;
  readonly serialNumber?: string;
  readonly metadata: {
    readonly component: { readonly "bom-ref": string };
    readonly timestamp?: string;
  };
  readonly components: readonly {
    readonly "bom-ref": string;
    readonly name: string;
    readonly version: string;
    readonly purl?: string;
    readonly hashes?: readonly { readonly content: string }[];
  }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

const root = projectRoot();
const packages = shippedPackages(root, fileURLToPath(new URL("../../..", import.meta.url)));
const entries = lockEntries(root);
const facts = { version: "1.2.3", commit: "0123abc", nodeVersion: null };
const text = billOfMaterials(facts, packages, entries);
const bill: Bill = JSON.parse(text);

/** The bill that npm makes of the production tree. */
function billOfNpm(): Bill {
  const words = ["sbom", "--sbom-format", "cyclonedx", "--omit", "dev", "--package-lock-only"];
  const stdio = ["ignore", "pipe", "ignore"] as const;
  return JSON.parse(
    execFileSync("npm", words, {
      cwd: root,
      encoding: "utf8",
      stdio: [...stdio],
      maxBuffer: 2 ** 26,
    }),
  );
}

describe("the bill of materials", () => {
  it("has every package that npm lists, with the same hash and the same dependencies", () => {
    const ofNpm = billOfNpm();
    const hashes = new Map(
      bill.components.map(({ purl, hashes: list }) => [purl, list?.[0]?.content]),
    );
    const published = ofNpm.components.filter(({ purl }) => purl?.includes("%40latchd/") === false);
    assert.ok(published.length > 100, `npm lists ${published.length} packages`);
    for (const { purl, hashes: list } of published)
      assert.equal(hashes.get(purl), list?.[0]?.content, purl);
    const dependsOn = new Map(bill.dependencies.map(({ ref, dependsOn: uses }) => [ref, uses]));
    const fastify = packages.find(({ name }) => name === "fastify");
    const ofFastify = ofNpm.dependencies.find(({ ref }) => ref.startsWith("fastify@"));
    assert.deepEqual(
      dependsOn.get(`pkg:npm/fastify@${fastify?.version}`),
      ofFastify?.dependsOn.map((ref) => `pkg:npm/${ref.replace(/^@/, "%40")}`).sort(),
    );
  });

  it("has what npm does not list: what the page has bundled and what is compiled in", () => {
    const refs = new Set(bill.components.map((component) => component["bom-ref"]));
    for (const { name, version } of packages)
      assert.ok(refs.has(`pkg:npm/${name.replace("@", "%40")}@${version}`), name);
    assert.ok(refs.has("embedded:leveldb"));
    const ofLevel = bill.dependencies.find(({ ref }) => ref.startsWith("pkg:npm/classic-level@"));
    assert.ok(ofLevel?.dependsOn.includes("embedded:leveldb"));
  });

  it("names each component once, and refers only to components", () => {
    const refs = bill.components.map((component) => component["bom-ref"]);
    assert.equal(new Set(refs).size, refs.length);
    const known = new Set([...refs, bill.metadata.component["bom-ref"]]);
    const used = bill.dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]);
    assert.deepEqual(
      used.filter((ref) => !known.has(ref)),
      [],
    );
    const reached = new Set(["latchd"]);
    for (const ref of reached)
      for (const next of bill.dependencies.find((one) => one.ref === ref)?.dependsOn ?? [])
        reached.add(next);
    // Types and optional peers belong to the tree, but no package of it loads them.
    assert.ok(reached.size > refs.length * 0.9, `${reached.size} of ${refs.length} are reached`);
  });

  it("is the same text each time, without a serial number or a time", () => {
    assert.equal(billOfMaterials(facts, packages, entries), text);
    assert.equal(bill.serialNumber, undefined);
    assert.equal(bill.metadata.timestamp, undefined);
    assert.equal(bill.specVersion, "1.6");
  });

  it("has the Node.js that a package brings along", () => {
    const brings: Bill = JSON.parse(
      billOfMaterials({ ...facts, nodeVersion: "24.1.2" }, packages, entries),
    );
    assert.deepEqual(
      brings.components.filter(({ name }) => name === "node").map(({ version }) => version),
      ["24.1.2"],
    );
    assert.equal(brings.components.length, bill.components.length + 1);
  });
});
