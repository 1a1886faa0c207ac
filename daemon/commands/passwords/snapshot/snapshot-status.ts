import { GatewayError } from "../../../core/model/errors.ts";
import type { LockView } from "../../../core/model/lock.ts";
import { administratorId, type PasswordRecord } from "../../../core/model/password.ts";
import { hasEnded } from "../../../core/time/window.ts";
import type { CommandContext } from "../../command.ts";
import { pinCodeOf } from "../desired/code-check.ts";
import { isLimited } from "../desired/window-check.ts";
import { type WantedPassword, windowOfWanted } from "./wanted-password.ts";

/** What a snapshot does with a password: it adds it, leaves it the same, or changes this record. */
export type SnapshotStatus = "new" | "same" | PasswordRecord;

/** @throws GatewayError `badParameters` for an id twice, or an administrator password that ends. */
export function checkListed(wanted: readonly WantedPassword[]): void {
  const seen = new Set<number>();
  for (const [index, password] of wanted.entries()) {
    const { password_id: id } = password;
    if (seen.has(id)) {
      const text = `passwords.${index}.password_id: ${id} is listed twice`;
      throw new GatewayError("badParameters", text, { field: `passwords.${index}.password_id` });
    }
    seen.add(id);
    if (id === administratorId && !isPermanent(password)) {
      const text = `passwords.${index}.password_id: the administrator password is permanent`;
      throw new GatewayError("badParameters", text, { field: `passwords.${index}.password_id` });
    }
  }
}

/**
 * Compares a password of the snapshot with the stored one.
 * @throws GatewayError `stale` when the stored one is newer, or has the same revision and differs, or was
 * removed: ids are not used twice, and a revoked code stays revoked.
 */
export function statusOf(
  context: CommandContext,
  lock: LockView,
  wanted: WantedPassword,
): SnapshotStatus {
  const before = lock.passwords.find(({ id }) => id === wanted.password_id);
  if (before === undefined) {
    const isUsedUp =
      wanted.password_id !== administratorId && wanted.password_id < lock.lock.nextPasswordId;
    // A password that is over needs nothing of the lock, and its record may be gone for that reason.
    if (isUsedUp && hasEnded(windowOfWanted(wanted), context.time.nowMs)) return "same";
    if (isUsedUp) throw stale(`password_id: ${wanted.password_id} was removed; ids are not reused`);
    return "new";
  }
  // Its one opening happened, and the journal reports it to the cloud.
  if (before.consumedAtMs !== null) return "same";
  if (wanted.revision < before.revision) {
    throw stale(`revision: ${wanted.revision} is older than ${before.revision}, which is stored`);
  }
  const isSame = !before.isDeleted && isAlike(context, before, wanted);
  if (wanted.revision === before.revision && !isSame) {
    throw stale(`revision: something else is stored as ${before.revision}`);
  }
  return wanted.revision === before.revision ? "same" : before;
}

function isPermanent(wanted: WantedPassword): boolean {
  return !isLimited(windowOfWanted(wanted)) && wanted.one_time !== 1 && wanted.frozen !== 1;
}

/** Names and texts do not count, because they need nothing of the lock and have no revision. */
function isAlike(context: CommandContext, before: PasswordRecord, wanted: WantedPassword): boolean {
  const window = windowOfWanted(wanted);
  const { beginMs, endMs, weekly } = before.window;
  const isSameWindow =
    window.beginMs === beginMs &&
    window.endMs === endMs &&
    JSON.stringify(window.weekly) === JSON.stringify(weekly);
  const isSameCode =
    wanted.password === undefined ||
    context.sealer.mark(before.lock, pinCodeOf(wanted.password)) === before.code?.mark;
  return (
    isSameWindow &&
    isSameCode &&
    before.isFrozen === (wanted.frozen === 1) &&
    before.isOneTime === (wanted.one_time === 1) &&
    before.isDuress === (wanted.duress === 1)
  );
}

function stale(text: string): GatewayError {
  return new GatewayError("stale", text, { field: text.slice(0, text.indexOf(":")) });
}
