import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { brokenRules } from "./support/linted-tree.ts";

/** What each room may not import, by the file that tries. */
const forbidden: readonly (readonly [path: string, modules: readonly string[]])[] = [
  ["daemon/base/x.ts", ["../core/slot.ts", "../store/store.ts", "level"]],
  [
    "daemon/core/x.ts",
    ["../store/store.ts", "../commands/command.ts", "node:fs", "pino", "../../sync/link.ts"],
  ],
  [
    "daemon/commands/x.ts",
    [
      "../locks/keeper.ts",
      "../store/level-store.ts",
      "../../drivers/lock-driver.ts",
      "fastify",
      "node:fs",
    ],
  ],
  ["daemon/actions/x.ts", ["../locks/keeper.ts", "../api/api.ts", "fastify", "node:fs"]],
  ["daemon/messages/x.ts", ["../locks/keeper.ts", "../api/api.ts", "mqtt"]],
  ["daemon/store/x.ts", ["../commands/table.ts", "../locks/keeper.ts", "../../sync/link.ts"]],
  [
    "daemon/locks/x.ts",
    [
      "../../drivers/zigbee/zigbee-driver.ts",
      "../commands/table.ts",
      "../store/level-store.ts",
      "zigbee-herdsman",
    ],
  ],
  ["daemon/api/x.ts", ["../store/store.ts", "../locks/keeper.ts", "../../sync/link.ts"]],
  ["daemon/cli/x.ts", ["../store/store.ts", "../api/api.ts", "../../sync/link.ts"]],
  ["drivers/lock-driver.ts", ["./zigbee/radio.ts", "../daemon/store/store.ts"]],
  ["drivers/zigbee/x.ts", ["../simulated/house.ts", "../../daemon/store/store.ts", "mqtt"]],
  [
    "drivers/simulated/lock/x.ts",
    ["zigbee-herdsman", "../../zigbee/radio.ts", "../../../daemon/store/store.ts"],
  ],
  ["sync/x.ts", ["../daemon/locks/keeper.ts", "../daemon/store/level-store.ts", "fastify"]],
];

const allowed: readonly (readonly [path: string, modules: readonly string[]])[] = [
  ["daemon/base/x.ts", ["./durable-file.ts", "node:fs"]],
  ["daemon/core/x.ts", ["./slot.ts"]],
  ["daemon/commands/x.ts", ["./desired.ts", "../core/slot.ts", "../store/store.ts", "typebox"]],
  ["daemon/actions/x.ts", ["../commands/add-password.ts", "../store/store.ts", "node:crypto"]],
  ["daemon/messages/x.ts", ["../actions/ports.ts", "../store/store.ts"]],
  ["daemon/store/x.ts", ["./keys.ts", "../base/durable-file.ts", "../core/slot.ts", "level"]],
  ["daemon/locks/x.ts", ["../core/slot.ts", "../store/store.ts", "../../drivers/lock-driver.ts"]],
  ["daemon/api/x.ts", ["../commands/command.ts", "fastify", "node:http"]],
  ["daemon/cli/x.ts", ["../base/durable-file.ts", "../commands/table.ts", "commander"]],
  [
    "drivers/zigbee/x.ts",
    ["../lock-driver.ts", "../../daemon/base/durable-file.ts", "zigbee-herdsman"],
  ],
  ["drivers/simulated/lock/x.ts", ["../radio.ts", "../../../daemon/core/secret.ts"]],
  ["sync/x.ts", ["../daemon/base/durable-file.ts", "../daemon/store/store.ts", "mqtt"]],
];

const importRule = "noRestrictedImports";
const impure = "daemon/core/impure.ts";
const wiring = ["daemon/locks/y.ts", "daemon/commands/y.ts", "daemon/api/y.ts", "sync/y.ts"];

/** One statement per module, so that each of them is judged. */
function importing(modules: readonly string[]): string {
  const lines = modules.map(
    (module, index) => `import { thing as thing${index} } from "${module}";\nthing${index}();\n`,
  );
  return lines.join("");
}

/** A good file lies beside the bad one of its room. */
const goodPath = (path: string) => path.replace("x.ts", "good.ts");

describe("the import rules", () => {
  let broken = new Map<string, string[]>();
  const rulesOf = (path: string) => broken.get(path) ?? [];

  before(async () => {
    broken = await brokenRules(
      new Map([
        ...forbidden.map(([path, modules]) => [path, importing(modules)] as const),
        ...allowed.map(([path, modules]) => [goodPath(path), importing(modules)] as const),
        ...wiring.map((path) => [path, importing(["../gateway.ts"])] as const),
        [impure, "export const now = () => [Date.now(), setTimeout, process, Buffer];\n"] as const,
      ]),
    );
  });

  for (const [path, modules] of forbidden) {
    it(`keep ${path} from ${modules.join(", ")}`, () => {
      const refused = rulesOf(path).filter((rule) => rule === importRule);
      assert.equal(refused.length, modules.length);
    });
  }

  for (const [path, modules] of allowed) {
    it(`let ${goodPath(path)} import ${modules.join(", ")}`, () => {
      assert.ok(!rulesOf(goodPath(path)).includes(importRule));
    });
  }

  it("keep time, chance and input out of the core", () => {
    const refused = rulesOf(impure).filter((rule) => rule === "noRestrictedGlobals");
    assert.equal(refused.length, 4);
  });

  it("let nobody import the wiring", () => {
    for (const path of wiring) assert.ok(rulesOf(path).includes(importRule), path);
  });
});
