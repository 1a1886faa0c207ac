import assert from "node:assert/strict";
import { posix } from "node:path";
import { describe, it } from "node:test";
import { sourceFiles } from "../../support/source-rules/source-tree.ts";

const texts = new Map(sourceFiles().map(({ path, text }) => [path, text]));
/** A statement that loads a module: not `import type`, and not `import()`. */
const loads = /^(?:import|export)\s+(?!type\s)(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gm;

const loadsHttp = /^import\s+(?!type\s)[^"';]*from\s+"node:http"|import\("node:http"\)/m;

/** Returns every package that is loaded with a file, and the file that imports it. */
function packagesWith(start: string): Map<string, string> {
  return loadedWith(start).packages;
}

/** Returns every file and every package that is loaded with a file. */
function loadedWith(start: string) {
  const packages = new Map<string, string>();
  const seen = new Set<string>();
  const waiting = [start];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const text = texts.get(path);
    assert.ok(text !== undefined, `${path} is not a file`);
    for (const [, name = ""] of text.matchAll(loads)) {
      if (name.startsWith(".")) waiting.push(posix.join(posix.dirname(path), name));
      else if (!name.startsWith("node:")) packages.set(name, path);
    }
  }
  return { packages, files: [...seen] };
}

describe("what a start loads", () => {
  it("is no value of node:http by an import, because that loads undici on Node 22 and later", () => {
    const loading = sourceFiles()
      .filter(({ path, text }) => /^(daemon|drivers|sync)\//.test(path) && loadsHttp.test(text))
      .map(({ path }) => path);
    assert.deepEqual(loading, []);
  });

  it("is only YAML, LevelDB and the log before the stick starts", () => {
    assert.deepEqual([...packagesWith("daemon/main.ts").keys()].sort(), ["level", "pino", "yaml"]);
  });

  it("is no schema, command or listener before the first request", () => {
    assert.deepEqual([...packagesWith("daemon/assembly/assembly.ts").keys()].sort(), [
      "level",
      "pino",
    ]);
  });

  it("is no schema with the link to the cloud", () => {
    assert.deepEqual([...packagesWith("sync/cloud-sync.ts").keys()], ["mqtt/lib/client"]);
  });

  it("is nothing of Home Assistant's line while it is switched off", () => {
    const starts = ["daemon/main.ts", "daemon/assembly/assembly.ts", "sync/cloud-sync.ts"];
    for (const start of [...starts, "daemon/commands/table.ts", "daemon/api/api.ts"]) {
      const { files } = loadedWith(start);
      const room = /^sync\/home-assistant\/|^daemon\/commands\/passwords\/slot-codes\//;
      assert.deepEqual(
        files.filter((path) => room.test(path)),
        [],
        start,
      );
    }
  });

  it("is all of TypeBox with a command", () => {
    assert.ok(packagesWith("daemon/commands/table.ts").has("typebox"));
  });
});
