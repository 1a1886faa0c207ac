import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { projectRoot } from "../../support/project-root.ts";
import { type Figure, spreadOf } from "./figures.ts";

/** What the package puts on a machine of this architecture, blocks of the file system counted; no Node. */
export function measureInstalledSize(): Figure {
  const folder = mkdtempSync(join(tmpdir(), "latchd-bench-installed-"));
  try {
    const script = join(projectRoot(), "systemd", "stage.sh");
    const LATCHD_DIST = fileURLToPath(new URL("../../..", import.meta.url));
    execFileSync("bash", [script, folder], { env: { ...process.env, LATCHD_DIST } });
    const program = join(folder, "usr", "lib", "latchd");
    const converters = join("node_modules", "zigbee-herdsman-converters");
    return {
      name: "installed size",
      unit: "MiB",
      ours: spreadOf([mibOf(folder)]),
      bare: null,
      parts: {
        "the program": mibOf(join(program, "dist")),
        "its packages": mibOf(join(program, "node_modules")),
        "of them zigbee-herdsman-converters": mibOf(join(program, converters)),
      },
      target: null,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function mibOf(folder: string): number {
  const [kib] = execFileSync("du", ["-sk", folder], { encoding: "utf8" }).split("\t");
  return Number(kib) / 1024;
}
