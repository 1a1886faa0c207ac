import { copySuspensionSetting } from "../../../core/contact/suspended-grants.ts";
import type { PartHealth } from "../../../core/model/gateway/health.ts";
import {
  backupMadeSetting,
  begunEmptySetting,
  certificateState,
  copyMadeSetting,
  diskState,
  isCopyOld,
  type StorageReport,
} from "../../../core/model/gateway/storage.ts";
import type { LockRecord } from "../../../core/model/lock.ts";
import type { CommandContext } from "../../command.ts";
import { type Finding, finding } from "./findings.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A gateway with locks should have a backup after this time, and a newer one after that. */
const firstBackupMs = 7 * dayMs;
const oldBackupMs = 90 * dayMs;
/** The gateway makes its first copy within a minute of the first pairing. */
const firstCopyMs = hourMs;
/** Limit of the locks that one finding names. */
const maxNames = 5;

type Examined = Pick<CommandContext, "view" | "time">;

/** Returns the findings about the store: whether it writes, where its records come from, its disk and its copies. */
export function storeFindings(
  context: Examined,
  { store, storage }: { readonly store: PartHealth; readonly storage: StorageReport },
): readonly Finding[] {
  if (store.state === "down") return [finding("storeFailed", { reason: store.reason })];
  const findings = [
    originFinding(context, storage),
    diskFinding(storage),
    copyFinding(context, storage),
    backupFinding(context),
  ].filter((one) => one !== null);
  return findings.length > 0 ? findings : [finding("storeWorks", { free_mb: freeMb(storage) })];
}

/** A store that was lost is one fault, whatever became of it. */
function originFinding({ view }: Examined, { setAside }: StorageReport): Finding | null {
  const locks = [...view.list("lock")];
  const held = locks.filter(
    ({ lock }) => view.get("setting", copySuspensionSetting(lock)) !== undefined,
  );
  if (held.length > 0) return restoredFinding(held, view.get("setting", copyMadeSetting)?.value);
  if (locks.length === 0 && view.get("setting", begunEmptySetting)?.value === true) {
    return finding("storeBegunEmpty");
  }
  if (setAside === null) return null;
  const { folder, atMs } = setAside;
  return finding("storeDamaged", { folder, day: dayOf(atMs) });
}

function restoredFinding(held: readonly LockRecord[], madeMs: unknown): Finding {
  const rest = held.length > maxNames ? ", …" : "";
  const named = held.slice(0, maxNames);
  const made =
    typeof madeMs === "number"
      ? ` of ${new Date(madeMs).toISOString().slice(0, 16).replace("T", " ")} UTC`
      : "";
  return finding("storeRestored", {
    count: held.length,
    made,
    names: named.map(({ name }) => name).join(", ") + rest,
    locks: named.map(({ lock }) => lock).join(", ") + rest,
  });
}

function diskFinding(storage: StorageReport): Finding | null {
  const state = diskState(storage);
  if (state === "enough") return null;
  return finding(state === "full" ? "diskFull" : "diskLow", { free_mb: freeMb(storage) });
}

function copyFinding(context: Examined, storage: StorageReport): Finding | null {
  const { copyAgeMs } = storage;
  if (isCopyOld(storage)) {
    return finding("copyOld", { hours: Math.floor((copyAgeMs ?? 0) / hourMs) });
  }
  const isMissing = copyAgeMs === null && pairedForMs(context) > firstCopyMs;
  return isMissing ? finding("copyMissing") : null;
}

function backupFinding(context: Examined): Finding | null {
  const madeMs = context.view.get("setting", backupMadeSetting)?.value;
  if (typeof madeMs !== "number") {
    return pairedForMs(context) > firstBackupMs ? finding("backupNone") : null;
  }
  const ageMs = context.time.nowMs - madeMs;
  return ageMs > oldBackupMs ? finding("backupOld", { days: Math.floor(ageMs / dayMs) }) : null;
}

/** Returns for how long there has been something to lose, ms: since the first lock that is still paired. */
function pairedForMs({ view, time }: Examined): number {
  const pairedMs = Array.from(view.list("lock"), ({ pairedAtMs }) => pairedAtMs);
  return pairedMs.length === 0 ? 0 : time.nowMs - Math.min(...pairedMs);
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function freeMb({ freeBytes }: StorageReport): number {
  return Math.floor((freeBytes ?? 0) / 1_048_576);
}

/** Returns the finding about how the API is served. */
export function apiFinding(api: PartHealth, endMs: number | null, nowMs: number): Finding {
  const state = certificateState(endMs, nowMs);
  if (state !== "valid") {
    const code = state === "over" ? "certificateOver" : "certificateEnds";
    return finding(code, { day: dayOf(endMs ?? 0) });
  }
  return api.state === "ok" ? finding("apiWorks") : finding("apiTrouble", { reason: api.reason });
}
