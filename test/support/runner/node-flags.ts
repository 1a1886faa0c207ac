import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../project-root.ts";

/** The Node.js that latchd-node brings along: its version, and the flags that its unit adds. */
export interface PackagedNode {
  readonly version: string;
  readonly flags: readonly string[];
}

/** Returns what systemd/node-binaries.txt says. */
export function packagedNode(): PackagedNode {
  const text = readFileSync(join(projectRoot(), "systemd/node-binaries.txt"), "utf8");
  const [, version = ""] = /^amd64 \S+ (\S+) /m.exec(text) ?? [];
  const [, flags = ""] = /^flags (.*)$/m.exec(text) ?? [];
  return { version, flags: flags.split(" ") };
}

/**
 * Returns Node's flags as production has them: those of the `start` script of package.json, and with the Node.js that
 * latchd-node brings along those of its unit too.
 * @param version of the Node.js that gets the flags
 */
export function nodeFlags(version = process.versions.node): string[] {
  const text = readFileSync(join(projectRoot(), "package.json"), "utf8");
  const { scripts }: { scripts: { start: string } } = JSON.parse(text);
  const flags = scripts.start.split(" ").filter((word) => word.startsWith("--"));
  const packaged = packagedNode();
  return version === packaged.version ? [...flags, ...packaged.flags] : flags;
}
