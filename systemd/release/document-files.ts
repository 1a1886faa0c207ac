import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { packagedPage, packagedPath } from "./packaged-docs.ts";

const pagesOfRoot = ["README.md", "README.zh-CN.md", "SECURITY.md", "CHANGELOG.md"];

/**
 * Writes the documents of the package into a folder.
 * @param source what the pages' paths belong to, such as "commit 0123abc"
 */
export function writeDocuments(root: string, folder: string, source: string): void {
  const below = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" });
  const files = below.map((path) => `docs/${path.split(sep).join("/")}`);
  for (const path of [...pagesOfRoot, ...files].sort()) {
    const place = packagedPath(path);
    if (place === null || statSync(join(root, path)).isDirectory()) continue;
    const target = join(folder, place);
    mkdirSync(dirname(target), { recursive: true });
    if (path.endsWith(".md")) {
      writeFileSync(target, packagedPage(path, readFileSync(join(root, path), "utf8"), source));
    } else {
      cpSync(join(root, path), target);
    }
  }
}

/** Writes text files by their names into a folder. */
export function writeTexts(folder: string, texts: ReadonlyMap<string, string>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of texts) writeFileSync(join(folder, name), text);
}
