import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "./project-root.ts";

/**
 * Returns the shell commands of one chapter of a page of docs, in sequence: its `sh` blocks.
 * @throws Error when there is no such chapter, or nothing to run in it
 */
export function commandsOf(page: string, chapter: string): readonly string[] {
  const text = readFileSync(join(projectRoot(), "docs", page), "utf8");
  const [, rest] = text.split(`\n## ${chapter}\n`);
  if (rest === undefined) throw new Error(`${page} has no chapter ${chapter}`);
  const [own = ""] = rest.split("\n## ");
  const blocks = [...own.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1] ?? "");
  if (blocks.length === 0) throw new Error(`${page}: nothing to run in ${chapter}`);
  return blocks;
}
