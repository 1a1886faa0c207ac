import type { Logger } from "pino";
import { timestampOf } from "../../daemon/core/model/clock.ts";
import type { EventEntry } from "../../daemon/core/model/journal.ts";
import type { Store } from "../../daemon/store/store.ts";
import type { SyncClock } from "../clock-port.ts";

/** Records in the journal that the records `from` to `to` were removed before they were sent. Never throws. */
export function recordGap(
  ports: { readonly store: Store; readonly clock: SyncClock; readonly logger: Logger },
  from: number,
  to: number,
): void {
  const { store, clock, logger } = ports;
  const detail = { from, to, count: to - from + 1, reason: "pruned" };
  logger.error(detail, "journal records were removed before they were sent");
  const gap: EventEntry = { kind: "event", event: "journalGap", lock: null, detail };
  store
    .commit({ changes: [], journal: [gap] }, timestampOf(clock.reading()))
    .catch((err: unknown) => logger.error({ err }, "the store did not write the gap"));
}
