import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "./project-root.ts";

/** The unit that latchd is installed with. */
export const unitFile = join(projectRoot(), "systemd", "latchd.service");

/** Values of a key of the unit, in order. */
export function unitValues(key: string): string[] {
  const text = readFileSync(unitFile, "utf8").replaceAll(/\\\n/g, " ");
  return text.split("\n").flatMap((line) => {
    const [name, ...value] = line.split("=");
    return name === key ? [value.join("=")] : [];
  });
}

/** `ExecStart` as its words, by systemd's rules: quotes, `\\`, `$$` (systemd.service(5)). */
export function execStart(): string[] {
  const [line] = unitValues("ExecStart");
  assert.ok(line !== undefined);
  const words = line.match(/'[^']*'|[^\s']+/g) ?? [];
  return words.map((word) =>
    word.replaceAll("'", "").replaceAll("\\\\", "\\").replaceAll("$$", "$"),
  );
}

/** Names of the system calls that the unit's filters leave, their sets resolved. */
export function allowedSystemCalls(): string[] {
  const allowed = new Set<string>();
  for (const filter of unitValues("SystemCallFilter")) {
    const isDenied = filter.startsWith("~");
    for (const name of filter.replace("~", "").split(" ").flatMap(resolved)) {
      if (isDenied) allowed.delete(name);
      else allowed.add(name);
    }
  }
  return [...allowed];
}

function resolved(name: string): string[] {
  if (!name.startsWith("@")) return [name];
  const listing = execFileSync("systemd-analyze", ["syscall-filter", name], { encoding: "utf8" });
  return listing
    .split("\n")
    .slice(1)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .flatMap(resolved);
}
