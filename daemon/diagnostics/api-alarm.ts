import type { Logger } from "pino";
import type { ListenerKind } from "../api/options.ts";
import type { PartHealth } from "../api/ports.ts";
import { type TimeReading, timestampOf } from "../core/model/clock.ts";
import { put, type Store } from "../store/store.ts";

interface ApiAlarmParts {
  readonly store: Store;
  readonly log: Logger;
  reading(): TimeReading;
}

/** Setting under which it is kept which listener was told as offline. */
const settingOf = (kind: ListenerKind) => [`api.toldOffline.${kind}`];

/**
 * What is served and what is not: another program may have the port or the socket. The locks are guarded
 * all the same; `apiOfflineAlarm` tells it once, `clearApiOfflineAlarm` tells its end.
 */
export class ApiAlarm {
  readonly #parts: ApiAlarmParts;
  readonly #reasons = new Map<ListenerKind, string>();

  constructor(parts: ApiAlarmParts) {
    this.#parts = parts;
  }

  /** Takes note of a listener. @param cause why it does not listen; null = it does. */
  changed(kind: ListenerKind, cause: Error | null): void {
    const { log } = this.#parts;
    const reason = cause === null ? null : cause.message;
    if ((this.#reasons.get(kind) ?? null) !== reason) {
      if (cause === null) log.info({ listener: kind }, "the API listens again");
      else {
        const advice = "the API cannot listen and goes without this listener; trying again";
        log.error({ listener: kind, err: cause }, advice);
      }
    }
    if (reason === null) this.#reasons.delete(kind);
    else this.#reasons.set(kind, reason);
    this.#tell(kind, reason);
  }

  health(): PartHealth {
    const reasons = [...this.#reasons].map(([kind, reason]) => `${kind}: ${reason}`);
    if (reasons.length === 0) return { state: "ok", reason: "" };
    return { state: "degraded", reason: reasons.join("; ") };
  }

  #tell(kind: ListenerKind, reason: string | null): void {
    const { store, log, reading } = this.#parts;
    const isOffline = reason !== null;
    const wasOffline = store.get("setting", settingOf(kind))?.value === true;
    if (isOffline === wasOffline) return;
    const event = isOffline ? "apiOfflineAlarm" : "clearApiOfflineAlarm";
    const detail = { listener: kind, ...(reason === null ? {} : { text: reason }) };
    store
      .commit(
        {
          changes: [put("setting", settingOf(kind), { value: isOffline })],
          journal: [{ kind: "event", event, lock: null, detail }],
        },
        timestampOf(reading()),
      )
      .catch((err: unknown) => log.warn({ err }, "failed to store an alarm of the API"));
  }
}
