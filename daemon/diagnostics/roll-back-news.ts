import type { Logger } from "pino";
import { type TimeReading, timestampOf } from "../core/model/clock.ts";
import type { RollBack } from "../core/model/gateway/roll-back.ts";
import { put, type Store } from "../store/store.ts";

interface RollBackParts {
  readonly store: Store;
  readonly log: Logger;
  reading(): TimeReading;
}

/** Setting that keeps which roll-back was reported. */
const toldSetting = ["upgrade.toldRollBack"] as const;

/** Reports a roll-back to the cloud, once however often the daemon starts. */
export async function reportRollBack(
  { store, log, reading }: RollBackParts,
  { failed, version, reason, atMs }: RollBack,
): Promise<void> {
  log.warn({ failed, reason }, "the installed version did not work; the version before it runs");
  const mark = `${atMs} ${failed}`;
  if (store.get("setting", toldSetting)?.value === mark) return;
  const detail = { failed, version, reason, rolled_back_at: Math.floor(atMs / 1000) };
  await store.commit(
    {
      changes: [put("setting", toldSetting, { value: mark })],
      journal: [{ kind: "event", event: "upgradeRolledBack", lock: null, detail }],
    },
    timestampOf(reading()),
  );
}
