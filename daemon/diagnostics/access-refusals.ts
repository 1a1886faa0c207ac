import type { AccessTrail, DeniedCall, RefusedSignIn, SignIn } from "../api/ports.ts";
import type { JsonObject } from "../base/json.ts";
import { operatorOf } from "../commands/activity/activity-entry.ts";
import { accessEntry, signInActivity } from "../commands/activity/activity-notes.ts";
import { type ActivityEntry, activityIds, type Party } from "../core/logs/activity-log.ts";
import { type TimeReading, timestampOf } from "../core/model/clock.ts";
import { accountKey } from "../core/model/gateway/account.ts";
import type { JournalEntry } from "../core/model/journal.ts";
import type { Store } from "../store/store.ts";

/** Least time between two entries of one kind, so that a flood does not fill the activity log and the journal. */
export const refusalPauseMs = 10 * 60_000;

/** Limit of people remembered for that; one more forgets the oldest. */
const maxRemembered = 256;

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

/** What is written in one batch. */
interface Note {
  readonly entries: readonly JournalEntry[];
  readonly activity: ActivityEntry;
  readonly time: TimeReading;
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
 * of each kind every ten minutes with their number. Of the sign-ins on the page it keeps one of a person every ten
 * minutes. The daemon's log has each of them.
 */
export class AccessRefusals implements AccessTrail {
  readonly #parts: AccessRefusalParts;
  readonly #kinds = new Map<Refusal["event"], Kind>();
  /** When each person's sign-in was kept last, ms by caller key; the oldest first. */
  readonly #signIns = new Map<string, number>();

  constructor(parts: AccessRefusalParts) {
    this.#parts = parts;
  }

  signedIn({ caller, address }: SignIn): void {
    const time = this.#parts.reading();
    if (this.#isRepeat(operatorOf(caller).id, time)) return;
    const { entry, event } = signInActivity(caller, this.#parts.gateway(), address);
    void this.#write({ entries: [event], activity: entry, time });
  }

  refusedSignIn({ address, as, transport }: RefusedSignIn): void {
    const { id, name } = this.#known(as) ?? { id: "unknown", name: "unknown" };
    const operator = { id, name: `${name} at ${address}` };
    this.#note({
      event: "signInRefused",
      entry: accessEntry(activityIds.signInRefused, operator, this.#parts.gateway(), transport),
      detail: { client: id, address, transport },
    });
  }

  denied({ caller, call }: DeniedCall): void {
    const operator = operatorOf(caller);
    const entry = accessEntry(
      activityIds.callDenied,
      operator,
      this.#parts.gateway(),
      caller.transport,
    );
    this.#note({
      event: "callDenied",
      entry: { ...entry, recipient: { id: call, name: call } },
      detail: { client: operator.id, scope: caller.scope, call, transport: caller.transport },
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

  /** Returns the client or the account of this name. An unknown name may be a secret in the wrong field: it is not kept. */
  #known(as: RefusedSignIn["as"]): Party | null {
    if (as === null) return null;
    const { store } = this.#parts;
    if (as.kind === "client") {
      return store.get("client", [as.name]) === undefined ? null : { id: as.name, name: as.name };
    }
    const subject = accountKey(as.name);
    const account = store.get("account", [subject]);
    return account === undefined ? null : { id: `account:${subject}`, name: account.name };
  }

  /** A person who signs in again and again cannot push older lines out of the log. */
  #isRepeat(person: string, { nowMs }: TimeReading): boolean {
    const before = this.#signIns.get(person);
    // A time in the future is from before a setback.
    if (before !== undefined && before <= nowMs && nowMs - before < refusalPauseMs) return true;
    this.#signIns.delete(person);
    this.#signIns.set(person, nowMs);
    const [oldest] = this.#signIns.keys();
    if (this.#signIns.size > maxRemembered && oldest !== undefined) this.#signIns.delete(oldest);
    return false;
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
    const entries: JournalEntry[] = [
      { kind: "event", event, lock: null, detail: { ...detail, count: unreported } },
    ];
    await this.#write({ entries, activity: entry, time });
  }

  async #write({ entries, activity, time }: Note): Promise<void> {
    try {
      await this.#parts.store.commit(
        { changes: [], journal: entries, activities: [activity] },
        timestampOf(time),
      );
    } catch (cause) {
      this.#parts.onFault(cause);
    }
  }
}
