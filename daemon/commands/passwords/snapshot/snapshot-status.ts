import { GatewayError } from "../../../core/model/errors.ts";
import type { LockView } from "../../../core/model/lock.ts";
import { administratorId, type PasswordRecord } from "../../../core/model/password.ts";
import type { Window } from "../../../core/model/window.ts";
import { hasEnded } from "../../../core/time/window.ts";
import type { CommandContext } from "../../command.ts";
import { type WeeklyFields, windowOf } from "../../schema/window-fields.ts";
import { pinCodeOf } from "../password-change.ts";

/** One password of a snapshot, in the words of the wire. */
export interface WantedPassword {
  readonly password_id: number;
  readonly revision: number;
  readonly password?: string;
  readonly phonenumber?: string;
  readonly name?: string;
  readonly description?: string;
  readonly permission_begin?: number;
  readonly permission_end?: number;
  readonly weekly?: WeeklyFields;
  readonly frozen?: 0 | 1;
  readonly one_time?: 0 | 1;
  readonly duress?: 0 | 1;
}

/** How a wanted password stands to what is held: to be added, the same, or the one it changes. */
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
 * @throws GatewayError `stale` when what is held is newer, or the same revision of something else,
 * or when the password was removed here: ids are not used twice, and a revoked code stays revoked.
 */
export function statusOf(
  context: CommandContext,
  held: LockView,
  wanted: WantedPassword,
): SnapshotStatus {
  const before = held.passwords.find(({ id }) => id === wanted.password_id);
  if (before === undefined) {
    const isUsedUp =
      wanted.password_id !== administratorId && wanted.password_id < held.lock.nextPasswordId;
    // What is over needs nothing of the lock: its record may be gone for that.
    if (isUsedUp && hasEnded(windowOfWanted(wanted), context.time.nowMs)) return "same";
    if (isUsedUp) throw stale(`password_id: ${wanted.password_id} was removed; ids are not reused`);
    return "new";
  }
  // Its one opening was seen, and the cloud will hear of it.
  if (before.consumedAtMs !== null) return "same";
  if (wanted.revision < before.revision) {
    throw stale(`revision: ${wanted.revision} is older than ${before.revision}, which is held`);
  }
  const isSame = !before.isDeleted && isAlike(context, before, wanted);
  if (wanted.revision === before.revision && !isSame) {
    throw stale(`revision: something else is held as ${before.revision}`);
  }
  return wanted.revision === before.revision ? "same" : before;
}

export function windowOfWanted(wanted: WantedPassword): Window {
  return windowOf(wanted.permission_begin, wanted.permission_end, wanted.weekly);
}

function isPermanent(wanted: WantedPassword): boolean {
  const { beginMs, endMs, weekly } = windowOfWanted(wanted);
  const isLimited = beginMs !== null || endMs !== null || weekly !== null;
  return !isLimited && wanted.one_time !== 1 && wanted.frozen !== 1;
}

/** Names and texts need nothing of the lock and have no revision: they do not count. */
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
