import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "../base/json.ts";
import { type RollBack, rollBackReasons } from "../core/model/gateway/roll-back.ts";

/** Written by the package (`systemd/debian/upgrade`), and removed by it when a later version works. */
const markName = "rolled-back.json";

/** Returns the roll-back that the package has noted in the data folder; null = the installed version runs. */
export function readRollBack(dataDir: string): RollBack | null {
  const mark = contentOf(join(dataDir, markName));
  if (!isObject(mark)) return null;
  const { failed, version, at } = mark;
  const reason = rollBackReasons.find((known) => known === mark["reason"]);
  if (typeof failed !== "string" || typeof version !== "string") return null;
  if (typeof at !== "number" || reason === undefined) return null;
  return { failed, version, reason, atMs: at * 1000 };
}

/** A mark that cannot be read says nothing: it must not keep the locks without their daemon. */
function contentOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}
