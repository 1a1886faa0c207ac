import assert from "node:assert/strict";
import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copyFileOf, openOrRecover } from "../../../daemon/backup/restore/recovery.ts";
import { copySuspensionSetting } from "../../../daemon/core/contact/suspended-grants.ts";
import type { LevelStore } from "../../../daemon/store/level-store.ts";
import { aLockId } from "../../support/records.ts";
import { masterKey, revokedId, type State } from "./sample.ts";

/** What is done to one file of a store in some state; `file` is below the store's folder. */
export interface Trial {
  readonly state: State;
  readonly kind: "flip" | "truncate" | "remove" | "leave";
  readonly file: string;
  readonly at: number;
}

/**
 * `detected`: the daemon noticed the damage, started with another store in a new epoch, reported that in its
 * journal, and no revoked code is live. `harmless`: it started with everything unchanged.
 */
export type Outcome = "detected" | "harmless";

const silent = { error: () => undefined };

/**
 * Damages a copy and opens it as the daemon does at its start.
 * @throws AssertionError for any other end: a store that does not open, lost something without a word, or
 * has a revoked password that could go live.
 */
export async function runTrial(samples: string, trial: Trial, scratch: string): Promise<Outcome> {
  const data = join(scratch, "data");
  rmSync(data, { recursive: true, force: true });
  cpSync(join(samples, trial.state), data, { recursive: true });
  damage(join(data, "store", trial.file), trial);
  const directory = join(data, "store");
  const secondWitness = join(data, "far", "witness.json");
  const options = { directory, masterKey, copyFile: copyFileOf(directory), secondWitness };
  const store = await openOrRecover({ ...options, log: silent });
  try {
    return await judge(store, join(samples, "closed"), trial);
  } finally {
    await store.close();
  }
}

function damage(path: string, { kind, at }: Trial): void {
  switch (kind) {
    case "flip": {
      const bytes = readFileSync(path);
      // One bit, another one in each byte.
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
      writeFileSync(path, bytes);
      break;
    }
    case "truncate":
      truncateSync(path, at);
      break;
    case "remove":
      rmSync(path);
      break;
    case "leave":
      break;
  }
}

async function judge(store: LevelStore, whole: string, trial: Trial): Promise<Outcome> {
  const what = JSON.stringify(trial);
  await store.verifyJournal();
  const ids = [...store.list("password", [aLockId])].map(({ id }) => id).join();
  const { epoch, tail, head } = store.journalRange();
  const marker = readFileSync(join(whole, "store", "provisioned.json"), "utf8");
  if (marker.includes(epoch)) {
    assert.equal(ids, "1,3,4", what);
    assert.equal(head, 4, what);
    return "harmless";
  }
  // An older copy keeps its journal, and the report of the recovery comes after it.
  const reported = await store.readJournal(tail, 100);
  const isReported = reported.some(
    ({ entry }) => entry.kind === "event" && entry.event === "journalGap",
  );
  assert.ok(isReported, what);
  if (ids.split(",").includes(String(revokedId))) {
    // The password of the copy. The daemon does not send its code while the copy's grants are suspended.
    const stored = store.get("setting", copySuspensionSetting(aLockId))?.value;
    const changedAtMs = store.get("password", [aLockId, revokedId])?.changedAtMs;
    assert.ok(typeof stored === "number" && stored >= Number(changedAtMs), what);
  }
  return "detected";
}
