import type { JournalEntry } from "../model/journal.ts";
import { administratorId, type PasswordRecord } from "../model/password.ts";
import { hasEnded } from "../time/window.ts";
import { nothingToDo, type PlanInput, rank, type Work } from "./plan-work.ts";

/** A password that is over is shown as ended for so long, then its record goes. */
export const endedKeptMs = 30 * 86_400_000;
/** So many ended passwords are kept per lock; one more, and the one that ended first goes. */
export const endedLimit = 200;
/** As many go in one batch. */
const batchLimit = 50;

interface Ended {
  readonly password: PasswordRecord;
  readonly endedAtMs: number;
}

/**
 * Removes the records of passwords that are over, out of the lock and told so, once they have been
 * shown long enough: each is told (`pwdRetired`). One that the lock still holds stays, and so does one
 * that somebody waits for.
 */
export function retireWork({ view, time }: PlanInput): Work {
  // What ended on a time that is later disowned must still be there to be restored.
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
