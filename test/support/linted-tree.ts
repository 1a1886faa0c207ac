import { spawn } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { projectRoot } from "./project-root.ts";

const root = projectRoot();
const biome = join(root, "node_modules/@biomejs/biome/bin/biome");

interface Fault {
  readonly category: string;
  readonly location: { readonly path: string };
}

/**
 * Lints a tree of its own with this project's rules: one file per entry, at its path.
 * @returns the rules that each file breaks; a rule of lint/ has the name `plugin`.
 */
export async function brokenRules(
  files: ReadonlyMap<string, string>,
): Promise<Map<string, string[]>> {
  const tree = mkdtempSync(join(tmpdir(), "latchd-rules-"));
  try {
    for (const name of ["biome.json", "package.json"]) {
      copyFileSync(join(root, name), join(tree, name));
    }
    cpSync(join(root, "lint"), join(tree, "lint"), { recursive: true });
    for (const [path, source] of files) {
      mkdirSync(dirname(join(tree, path)), { recursive: true });
      writeFileSync(join(tree, path), source);
    }
    const words = ["lint", "--reporter=json", "--max-diagnostics=none", "--vcs-enabled=false", "."];
    const child = spawn(process.execPath, [biome, ...words], {
      cwd: tree,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const report: { diagnostics: readonly Fault[] } = JSON.parse(await text(child.stdout));
    const broken = new Map<string, string[]>([...files.keys()].map((path) => [path, []]));
    for (const { category, location } of report.diagnostics) {
      broken.get(location.path)?.push(category.split("/").at(-1) ?? "");
    }
    return broken;
  } finally {
    rmSync(tree, { recursive: true });
  }
}
