import type { DeniedCall, RefusalTrail, RefusedSignIn } from "../api/ports.ts";
import type { JsonObject } from "../base/json.ts";
import { refusalEntry } from "../commands/activity/activity-notes.ts";
import { type ActivityEntry, activityIds } from "../core/logs/activity-log.ts";
import { type TimeReading, timestampOf } from "../core/model/clock.ts";
import type { JournalEntry } from "../core/model/journal.ts";
import type { Store } from "../store/store.ts";

/** Least time between two entries of one kind, so that a flood does not fill the activity log and the journal. */
export const refusalPauseMs = 10 * 60_000;

export interface AccessRefusalParts {
  readonly store: Store;
  gateway(): { readonly id: string; readonly name: string };
  reading(): TimeReading;
  onFault(cause: unknown): void;
}

interface Refusal {
  readonly event: "signInRefused" | "callDenied";
  readonly entry: ActivityEntry;
  readonly detail: JsonObject;
}

interface Kind {
  reportedAtMs: number | null;
  /** Number of refusals since then. */
  unreported: number;
  newest: Refusal | null;
  timer: NodeJS.Timeout | null;
}

/**
 * Keeps refused sign-ins and denied calls: an entry of the activity log and an event for the first, then at most one
 * of each kind every ten minutes with their number. The daemon's log has each of them.
 */
export class AccessRefusals implements RefusalTrail {
  readonly #parts: AccessRefusalParts;
  readonly #kinds = new Map<Refusal["event"], Kind>();

  constructor(parts: AccessRefusalParts) {
    this.#parts = parts;
  }

  signIn({ address, clientId, transport }: RefusedSignIn): void {
    // An unknown client id may be a secret in the wrong field: only known ids are kept.
    const isKnown = this.#parts.store.get("client", [clientId]) !== undefined;
    const client = isKnown ? clientId : "unknown";
    const operator = { id: client, name: `${client} at ${address}` };
    this.#note({
      event: "signInRefused",
      entry: refusalEntry(activityIds.signInRefused, operator, this.#parts.gateway(), transport),
      detail: { client, address, transport },
    });
  }

  denied({ caller, call }: DeniedCall): void {
    const operator = { id: caller.name, name: caller.name };
    const entry = refusalEntry(
      activityIds.callDenied,
      operator,
      this.#parts.gateway(),
      caller.transport,
    );
    this.#note({
      event: "callDenied",
      entry: { ...entry, recipient: { id: call, name: call } },
      detail: { client: caller.name, scope: caller.scope, call, transport: caller.transport },
    });
  }

  /** Reports what was not reported yet. */
  async close(): Promise<void> {
    for (const kind of this.#kinds.values()) {
      if (kind.timer !== null) clearTimeout(kind.timer);
      kind.timer = null;
      await this.#report(kind);
    }
  }

  #note(refusal: Refusal): void {
    const kind = this.#kinds.get(refusal.event) ?? {
      reportedAtMs: null,
      unreported: 0,
      newest: null,
      timer: null,
    };
    this.#kinds.set(refusal.event, kind);
    kind.unreported += 1;
    kind.newest = refusal;
    const { nowMs } = this.#parts.reading();
    const { reportedAtMs } = kind;
    // The time may have been set back since the last report.
    const waitMs =
      reportedAtMs === null ? 0 : Math.min(reportedAtMs, nowMs) + refusalPauseMs - nowMs;
    if (waitMs <= 0) {
      void this.#report(kind);
      return;
    }
    kind.timer ??= setTimeout(() => {
      kind.timer = null;
      void this.#report(kind);
    }, waitMs);
    kind.timer.unref();
  }

  async #report(kind: Kind): Promise<void> {
    const { newest, unreported } = kind;
    if (newest === null) return;
    const time = this.#parts.reading();
    const { nowMs } = time;
    kind.reportedAtMs = nowMs;
    kind.unreported = 0;
    kind.newest = null;
    const { event, entry, detail } = newest;
    const journal: JournalEntry[] = [
      { kind: "event", event, lock: null, detail: { ...detail, count: unreported } },
    ];
    try {
      await this.#parts.store.commit(
        { changes: [], journal, activities: [entry] },
        timestampOf(time),
      );
    } catch (cause) {
      this.#parts.onFault(cause);
    }
  }
}
