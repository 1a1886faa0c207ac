import type { JournalEntry } from "../model/journal.ts";
import { administratorId, type PasswordRecord } from "../model/password.ts";
import { hasEnded } from "../time/window.ts";
import { nothingToDo, type PlanInput, rank, type Work } from "./plan-work.ts";

/** How long a password that is over stays listed as ended, ms. Then its record is removed. */
export const endedKeptMs = 30 * 86_400_000;
/** Limit of ended passwords for one lock. Above it, the one that ended first is removed. */
export const endedLimit = 200;
/** Limit of records that one batch removes. */
const batchLimit = 50;

interface Ended {
  readonly password: PasswordRecord;
  readonly endedAtMs: number;
}

/**
 * Removes the records of passwords that are over and have been listed long enough, and reports each of them
 * (`pwdRetired`). A password that the lock still holds stays, and so does one whose activity is in progress.
 */
export function retireWork({ view, time }: PlanInput): Work {
  // A password that ended by a time that is later disowned must still be there, so that it can be restored.
  if (time.state === "lost" || time.isSettling === true) return nothingToDo;
  const { nowMs } = time;
  const ended = view.passwords.flatMap((password) => endedOf(password, nowMs));
  if (ended.length === 0) return nothingToDo;
  ended.sort((a, b) => a.endedAtMs - b.endedAtMs);
  const surplus = ended.length - endedLimit;
  const due = ended.filter(
    ({ endedAtMs }, index) => index < surplus || endedAtMs + endedKeptMs <= nowMs,
  );
  const [first] = ended;
  if (due.length === 0) {
    return { kind: "none", wakeAtMs: first === undefined ? null : first.endedAtMs + endedKeptMs };
  }
  const going = due.slice(0, batchLimit);
  const effects = {
    removedPasswords: going.map(({ password }) => password.id),
    journal: going.map(retiredEvent),
  };
  return { kind: "step", rank: rank.audit, dueMs: 0, step: { kind: "record", effects } };
}

function endedOf(password: PasswordRecord, nowMs: number): Ended[] {
  const { id, isDeleted, userId, operationStage, consumedAtMs, window, changedAtMs } = password;
  if (id === administratorId || isDeleted || userId !== null) return [];
  if (operationStage === "inProgress") return [];
  const overAtMs = consumedAtMs ?? (hasEnded(window, nowMs) ? window.endMs : null);
  return overAtMs === null ? [] : [{ password, endedAtMs: Math.max(overAtMs, changedAtMs) }];
}

function retiredEvent({ password, endedAtMs }: Ended): JournalEntry {
  const { id, name, lock, consumedAtMs } = password;
  const reason = consumedAtMs === null ? "expired" : "used";
  const detail = { password_id: id, name, reason, ended_at: endedAtMs };
  return { kind: "event", event: "pwdRetired", lock, detail };
}
