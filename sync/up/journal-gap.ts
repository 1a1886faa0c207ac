import type { Logger } from "pino";
import { timestampOf } from "../../daemon/core/model/clock.ts";
import type { EventEntry } from "../../daemon/core/model/journal.ts";
import type { Store } from "../../daemon/store/store.ts";
import type { SyncClock } from "../clock-port.ts";

/** Says in the journal that records from `from` to `to`, still to be sent, are no longer kept. Never throws. */
export function recordGap(
  ports: { readonly store: Store; readonly clock: SyncClock; readonly logger: Logger },
  from: number,
  to: number,
): void {
  const { store, clock, logger } = ports;
  const detail = { from, to, count: to - from + 1, reason: "pruned" };
  logger.error(detail, "journal records that were to be sent are no longer kept");
  const gap: EventEntry = { kind: "event", event: "journalGap", lock: null, detail };
  store
    .commit({ changes: [], journal: [gap] }, timestampOf(clock.reading()))
    .catch((err: unknown) => logger.error({ err }, "the store did not take the gap"));
}
