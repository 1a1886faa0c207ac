import type { Logger } from "pino";
import type { ListenerKind } from "../api/options.ts";
import { type TimeReading, timestampOf } from "../core/model/clock.ts";
import type { PartHealth } from "../core/model/gateway/health.ts";
import { put, type Store } from "../store/store.ts";

interface ApiAlarmParts {
  readonly store: Store;
  readonly log: Logger;
  reading(): TimeReading;
}

/** Setting that keeps whether a listener was reported as offline. */
const settingOf = (kind: ListenerKind) => [`api.toldOffline.${kind}`];

/**
 * Keeps which listeners of the API work: another program may use the port or the socket. `apiOfflineAlarm` reports that
 * once, `clearApiOfflineAlarm` reports its end. The locks do not depend on the API.
 */
export class ApiAlarm {
  readonly #parts: ApiAlarmParts;
  readonly #reasons = new Map<ListenerKind, string>();

  constructor(parts: ApiAlarmParts) {
    this.#parts = parts;
  }

  /** A listener changed. @param cause why it does not listen; null = it listens */
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
    this.#report(kind, reason);
  }

  health(): PartHealth {
    const reasons = [...this.#reasons].map(([kind, reason]) => `${kind}: ${reason}`);
    if (reasons.length === 0) return { state: "ok", reason: "" };
    return { state: "degraded", reason: reasons.join("; ") };
  }

  #report(kind: ListenerKind, reason: string | null): void {
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
