import type { LockId } from "../../core/model/door-lock.ts";
import type { RadioRecord } from "../../core/model/radio-log.ts";
import type { CodeWrite, OverdueReport, PastEvidence } from "../../core/plan/past-periods.ts";
import { eventIndexOf } from "../history/event-index.ts";
import type { CommandView } from "../ports.ts";

const pageLength = 500;
/** Limit of entries of the radio log, of all locks, that one answer reads. */
const entryLimit = 4000;
/** Limit of reports of late revocations that one answer reads. */
const reportLimit = 100;

const writes: ReadonlySet<string> = new Set(["setPinCode", "clearPinCode", "setUserStatus"]);

/** Reads what was sent to a lock and reported of it from a time on (ms UTC), as far as it is kept. */
export async function pastEvidence(
  view: CommandView,
  lock: LockId,
  fromMs: number,
): Promise<PastEvidence> {
  return {
    writes: await writesSince(view, lock, fromMs),
    reports: await reportsSince(view, lock, fromMs),
  };
}

async function writesSince(
  view: CommandView,
  lock: LockId,
  fromMs: number,
): Promise<readonly CodeWrite[]> {
  const { head } = view.radioRange();
  const found: CodeWrite[] = [];
  const first = await firstSince(view, fromMs);
  for (let next = first; next <= head && next < first + entryLimit; ) {
    const page = await view.readRadio(next, pageLength);
    const last = page.at(-1);
    if (last === undefined) break;
    found.push(...page.flatMap((entry) => writeOf(entry, lock)));
    next = last.seq + 1;
  }
  return found;
}

function writeOf(entry: RadioRecord, lock: LockId): readonly CodeWrite[] {
  const { command, passwordId, status, atMs } = entry;
  const isWrite = entry.lock === lock && status === "success" && writes.has(command);
  if (!isWrite || passwordId === undefined) return [];
  return [{ passwordId, atMs, isSet: command === "setPinCode" }];
}

/** Returns the number of the first entry that is not older, by halving. */
async function firstSince(view: CommandView, fromMs: number): Promise<number> {
  const { tail, head } = view.radioRange();
  let low = tail;
  let high = head + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [entry] = await view.readRadio(middle, 1);
    if (entry !== undefined && entry.atMs < fromMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

async function reportsSince(
  view: CommandView,
  lock: LockId,
  fromMs: number,
): Promise<readonly OverdueReport[]> {
  const index = eventIndexOf(view);
  const entries = (await index.entries()).filter(
    (one) => one.lock === lock && one.event === "pwdRevokeOverdue" && one.atMs >= fromMs,
  );
  const records = await index.records(entries.slice(-reportLimit));
  return records.flatMap(({ atMs: writtenAtMs, entry }) => {
    if (entry.kind !== "event") return [];
    const { password_id: passwordId, age } = entry.detail ?? {};
    if (typeof passwordId !== "number" || typeof age !== "number") return [];
    const atMs = entry.happened?.atMs ?? writtenAtMs;
    return [{ passwordId, atMs, sinceMs: atMs - age * 1000 }];
  });
}
