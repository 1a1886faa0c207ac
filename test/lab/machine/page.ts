import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../support/project-root.ts";

/**
 * Returns the commands in the code blocks of one section of docs/operations.md.
 * @throws Error when the section or its commands are gone
 */
export function commandsOf(section: string): readonly string[] {
  const page = readFileSync(join(projectRoot(), "docs", "operations.md"), "utf8");
  const text = page.split(/^## /m).find((part) => part.startsWith(`${section}\n`));
  const blocks = [...(text ?? "").matchAll(/^```\n([\s\S]*?)^```$/gm)];
  const lines = blocks.flatMap(([, block = ""]) => block.trim().split("\n"));
  if (lines.length === 0) throw new Error(`docs/operations.md has no commands under "${section}"`);
  return lines;
}

/** Returns a command that a sentence of the page names. @throws Error if no sentence does */
export function inline(command: string): string {
  const page = readFileSync(join(projectRoot(), "docs", "operations.md"), "utf8");
  if (page.includes(`\`${command}\``)) return command;
  throw new Error(`docs/operations.md does not name the command ${command}`);
}
