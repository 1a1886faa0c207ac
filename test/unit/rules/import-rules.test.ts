import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, sep } from "node:path";
import { before, describe, it } from "node:test";
import { brokenRules } from "../../support/linted-tree.ts";
import { projectRoot } from "../../support/project-root.ts";

const root = projectRoot();
const importRule = "noRestrictedImports";

interface ImportRule {
  /** The patterns of the folder's rule: "**" forbids all, each "!" allows some. */
  readonly group: readonly string[];
}

interface Override {
  readonly includes: readonly string[];
  readonly linter?: {
    readonly rules?: {
      readonly style?: {
        readonly noRestrictedImports?: {
          readonly options: { readonly patterns: readonly ImportRule[] };
        };
      };
    };
  };
}

/** Every folder with source files but the page's, which has a test of its own, as a path from the project's root. */
function sourceFolders(): string[] {
  const files = ["daemon", "drivers", "sync"].flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts") && !path.startsWith(`page${sep}`))
      .map((path) => dirname(join(room, path)).split(sep).join("/")),
  );
  return [...new Set(files)].sort();
}

/** The allowed imports of each folder by its rule in biome.json. */
function importRules(): Map<string, readonly string[]> {
  const { overrides }: { overrides: readonly Override[] } = JSON.parse(
    readFileSync(join(root, "biome.json"), "utf8"),
  );
  const rules = new Map<string, readonly string[]>();
  for (const { includes, linter } of overrides) {
    if (includes.some((glob) => glob.startsWith("daemon/page/"))) continue;
    const patterns = linter?.rules?.style?.noRestrictedImports?.options.patterns ?? [];
    for (const { group } of patterns) {
      const allowed = group.filter((pattern) => pattern.startsWith("!"));
      for (const glob of includes) {
        rules.set(
          glob.replace(/\/\*\.ts$/, ""),
          allowed.map((pattern) => pattern.slice(1)),
        );
      }
    }
  }
  return rules;
}

/** One statement for each module, so that the linter judges each of them. */
function importing(modules: readonly string[]): string {
  const lines = modules.map(
    (module, index) => `import { thing as thing${index} } from "${module}";\nthing${index}();\n`,
  );
  return lines.join("");
}

/** How a file of `folder` names a file of `other`. */
function moduleOf(folder: string, other: string): string {
  const path = posix.relative(folder, other);
  return `${path.startsWith(".") ? path : `./${path}`}/no-such-file.ts`;
}

/** What no folder of a room may ever import, whatever its own rule comes to say. */
const boundaries: readonly (readonly [room: string, forbidden: RegExp])[] = [
  ["daemon/base", /^(daemon\/(?!base)|drivers|sync|level|mqtt)/],
  // The core is pure: of daemon/base it gets only the files without I/O, clock and timers.
  ["daemon/core", /^(?!daemon\/core|daemon\/base\/(json|retry-schedule)\.ts)/],
  [
    "daemon/commands",
    /^(daemon\/(?!commands|core|base\/(json|json-path|passphrase|schema-\w+|value-faults)\.ts|store$)|drivers|sync|node:|fastify|mqtt|level)/,
  ],
  ["daemon/tuya-actions", /^(daemon\/(api|locks|cli|page)|drivers|sync|fastify|node:fs)/],
  ["daemon/messages", /^(daemon\/(api|locks|cli)|drivers|sync|mqtt)/],
  ["daemon/store", /^(daemon\/(?!store|core|base)|drivers|sync)/],
  ["daemon/locks", /^(daemon\/(?!locks|core|base|store$)|drivers\/|sync|zigbee-herdsman)/],
  [
    "daemon/api",
    /^(daemon\/(?!api|commands|core|base\/(json|json-path|node-http|passphrase|retry-schedule|schema-\w+)\.ts)|drivers|sync)/,
  ],
  ["daemon/cli", /^(daemon\/(?!cli|commands|core|base)|drivers|sync)/],
  ["drivers/zigbee", /^(daemon\/(?!base|core)|drivers\/simulated|sync|mqtt|level)/],
  ["drivers/simulated", /^(daemon\/(?!base|core)|drivers\/zigbee|sync|zigbee-herdsman)/],
  [
    "sync",
    /^(daemon\/(?!base|core|commands|events(\/catalog)?$|store$|journal)|drivers|fastify|level)/,
  ],
];

/** The folder or package that a pattern of `folder` lets in. */
function targetOf(folder: string, pattern: string): string {
  if (!pattern.startsWith(".")) return pattern;
  return posix.dirname(posix.join(folder, pattern));
}

/** The target of a pattern; of `daemon/base`, where some files are pure and others are not, the file. */
function boundaryTargetOf(folder: string, pattern: string): string {
  const target = targetOf(folder, pattern);
  return target === "daemon/base" ? posix.join(folder, pattern) : target;
}

describe("the import rules of the linter", () => {
  const folders = sourceFolders();
  const rules = importRules();
  let broken = new Map<string, string[]>();
  const refusalsOf = (path: string) =>
    (broken.get(path) ?? []).filter((rule) => rule === importRule).length;
  const foreignTo = (folder: string) => {
    const targets = new Set((rules.get(folder) ?? []).map((pattern) => targetOf(folder, pattern)));
    return folders.filter((other) => other !== folder && !targets.has(other));
  };
  /** A module for each pattern, as a file of the folder would name it. */
  const allowedOf = (folder: string) =>
    (rules.get(folder) ?? []).map((pattern) => pattern.replace("*.ts", "no-such-file.ts"));

  before(async () => {
    const files = folders.flatMap((folder): [string, string][] => [
      [
        `${folder}/foreign.ts`,
        importing(foreignTo(folder).map((other) => moduleOf(folder, other))),
      ],
      [`${folder}/allowed.ts`, importing(allowedOf(folder))],
      [`${folder}/stranger.ts`, importing(["no-such-package"])],
    ]);
    files.push([
      "daemon/core/plan/impure.ts",
      "export const now = () => [Date.now(), setTimeout, process, Buffer];\n",
    ]);
    broken = await brokenRules(new Map(files));
  });

  it("have one rule for each source folder and none for a folder that is gone", () => {
    assert.deepEqual([...rules.keys()].sort(), folders);
  });

  it("refuse every folder that the importing folder's rule does not list", () => {
    for (const folder of folders) {
      assert.equal(refusalsOf(`${folder}/foreign.ts`), foreignTo(folder).length, folder);
    }
  });

  it("accept what the folder's rule lists", () => {
    for (const folder of folders) assert.equal(refusalsOf(`${folder}/allowed.ts`), 0, folder);
  });

  it("refuse a package that the folder's rule does not list", () => {
    for (const folder of folders) assert.equal(refusalsOf(`${folder}/stranger.ts`), 1, folder);
  });

  it("refuse the clock, timers, the process and buffers in the core", () => {
    const refused = (broken.get("daemon/core/plan/impure.ts") ?? []).filter(
      (rule) => rule === "noRestrictedGlobals",
    );
    assert.equal(refused.length, 4);
  });

  for (const [room, forbidden] of boundaries) {
    it(`list nothing for ${room} that lies beyond its boundary`, () => {
      const inRoom = folders.filter((folder) => folder === room || folder.startsWith(`${room}/`));
      assert.ok(inRoom.length > 0, `${room} is a room of the tree`);
      for (const folder of inRoom) {
        const beyond = (rules.get(folder) ?? [])
          .map((pattern) => boundaryTargetOf(folder, pattern))
          .filter((target) => forbidden.test(target));
        assert.deepEqual(beyond, [], folder);
      }
    });
  }
});
