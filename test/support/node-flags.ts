import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "./project-root.ts";

/** Returns Node's flags in the `start` script of package.json: those of production. */
export function nodeFlags(): string[] {
  const text = readFileSync(join(projectRoot(), "package.json"), "utf8");
  const { scripts }: { scripts: { start: string } } = JSON.parse(text);
  return scripts.start.split(" ").filter((word) => word.startsWith("--"));
}
