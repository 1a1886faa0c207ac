import type { CommandStamp } from "../../core/input/command-stamps.ts";
import type { LockId } from "../../core/model/door-lock.ts";
import { type Change, put, remove, type StoreView } from "../../store/store.ts";

/** Yields every stored stamp by its subject. */
export function* storedStamps(view: StoreView): Generator<readonly [string, CommandStamp]> {
  for (const { subject, ...stamp } of view.list("commandStamp")) yield [subject, stamp];
}

export function putStamp(subject: string, stamp: CommandStamp): Change {
  return put("commandStamp", [subject], { subject, ...stamp });
}

/** Returns what removes a lock's stamps. They are not needed: a lock that is paired again takes no older command. */
export function removedStampsOf(view: StoreView, lock: LockId): readonly Change[] {
  return [...view.list("commandStamp")]
    .filter(({ subject }) => subject.split("/")[1] === lock)
    .map(({ subject }) => remove("commandStamp", [subject]));
}
