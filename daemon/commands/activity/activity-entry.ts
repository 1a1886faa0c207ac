import type { TSchema } from "typebox";
import type { ActivityEntry, ActivityId, Party } from "../../core/logs/activity-log.ts";
import type { LockId } from "../../core/model/door-lock.ts";
import type { PasswordRecord } from "../../core/model/password.ts";
import type { StoreView } from "../../store/store.ts";
import { type Caller, callerKey } from "../caller.ts";
import type { Command, CommandContext, Decision } from "../command.ts";
import { addressOf, findLock, type LockAddress } from "../locks/address.ts";

/**
 * Returns the command so that its success writes its `lockActivity` into the activity log (V1.6 section 7),
 * in the same batch. A failure changes nothing and writes nothing.
 */
export function withActivityLine<I extends TSchema>(command: Command<I>): Command<I> {
  const { lockActivity: opId } = command;
  if (opId === undefined) return command;
  return {
    ...command,
    run(context, input) {
      // Named before it runs, because a lock that is unpaired has no names afterwards.
      const entry = entryOf(context, opId, addressOf(input));
      const decided = command.run(context, input);
      if (!(decided instanceof Promise)) return withEntry(decided, entry);
      return decided.then((late) =>
        typeof late === "function" ? () => withEntry(late(), entry) : withEntry(late, entry),
      );
    },
  };
}

function withEntry(decision: Decision, entry: ActivityEntry): Decision {
  const recipient = recipientOf(decision);
  const activities = [...(decision.activities ?? []), { ...entry, recipient }];
  return { ...decision, activities };
}

/** Returns the lines of a decision about passwords, one for each that it changes. */
export function activityOfPassword(
  { view, caller }: Pick<CommandContext, "view" | "caller">,
  opId: ActivityId,
  { changes }: Pick<Decision, "changes">,
): readonly ActivityEntry[] {
  const { transport } = caller;
  return changes.flatMap(({ table, value }) =>
    table === "password" && value !== null
      ? [
          {
            ...{ opId, transport, operator: operatorOf(caller), recipient: partyOf(value) },
            ...entryLocation(view, value.lock),
          },
        ]
      : [],
  );
}

/** Returns K of "Room 1's password sent to K", by the phone number that it was sent to. */
function recipientOf({ changes }: Decision): Party | null {
  for (const change of changes) {
    if (change.table === "password" && change.value !== null) return partyOf(change.value);
  }
  return null;
}

function partyOf({ id, name, sendTo }: PasswordRecord): Party {
  return { id: sendTo === "" ? String(id) : sendTo, name };
}

function entryOf(context: CommandContext, opId: ActivityId, address: LockAddress): ActivityEntry {
  const { view, caller } = context;
  const { lock } = findLock(view, address);
  const operator = operatorOf(caller);
  const { transport } = caller;
  return { opId, operator, recipient: null, transport, ...entryLocation(view, lock) };
}

/** Returns the caller as an operator: its id never stands for somebody else of the same name. */
export function operatorOf(caller: Pick<Caller, "name" | "session">): Party {
  return { id: callerKey(caller), name: caller.name };
}

/** Returns where an entry happened: a bound lock by its room and the room's home, another lock by itself. */
export function entryLocation(
  view: StoreView,
  lock: LockId,
): Pick<ActivityEntry, "target" | "holder" | "lock" | "homeId" | "roomId"> {
  const own = { id: lock, name: view.get("lock", [lock])?.name ?? "", type: "lock" } as const;
  const binding = view.get("binding", [lock]);
  if (binding === undefined) {
    return { target: own, holder: null, lock, homeId: null, roomId: null };
  }
  const { homeId, roomId } = binding;
  const homeName = view.get("home", [homeId])?.name ?? "";
  const home = { id: homeId, name: homeName, type: "home" } as const;
  const room = roomId === null ? undefined : view.get("room", [homeId, roomId]);
  const target =
    room === undefined ? own : ({ id: room.roomId, name: room.name, type: "room" } as const);
  return { target, holder: home, lock, homeId, roomId };
}
