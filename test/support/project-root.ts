import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder with biome.json and the sources: above the build, wherever that is. */
export function projectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "biome.json"))) {
    const above = dirname(folder);
    assert.notEqual(above, folder, "the tests run inside the project");
    folder = above;
  }
  return folder;
}
