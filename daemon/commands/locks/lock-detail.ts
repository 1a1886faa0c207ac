import Type from "typebox";
import type { JsonObject } from "../../base/json.ts";
import type { LockRecord } from "../../core/model/lock.ts";
import type { CommandContext } from "../command.ts";
import { mayWatch } from "../history/event-scopes.ts";
import { count, oneOf, orNull, time } from "../schema/reply-fields.ts";
import { standingAlarms } from "./alarms/standing-alarms.ts";
import { capabilities } from "./capability-fields.ts";
import { doorState, lockFields, lockReplyFields, lockState } from "./lock-fields.ts";
import { lockStatusFields, statusReplyFields } from "./lock-status.ts";

const whoMayKnow = "for who gets wrongPwdAlarm, which only every third wrong code raises";

/** Everything that is known of a lock beside its codes. */
export const detailReplyFields = {
  ...lockReplyFields,
  ...statusReplyFields,
  home_id: orNull(Type.String()),
  room_id: orNull(Type.String(), "null = at the outer door of its home, or in no home"),
  heard_at: orNull(time("when the gateway last received a frame from it")),
  link_quality: orNull(Type.Integer(), "0 … 255 of the last frame received"),
  alarms: count("alarms that stand, as far as the caller may read them; see list_alarms"),
  lock_state: lockState,
  door_state: doorState,
  wrong_code_at: Type.Optional(
    orNull(time("when a wrong code was typed, if none has opened the lock since"), whoMayKnow),
  ),
  clock: Type.Object({
    state: oneOf(["unknown", "healthy", "drifting", "absent"]),
    drift_s: orNull(Type.Integer(), "ahead of the truth; null = never measured"),
  }),
  capabilities,
};

/** Quality of the last frame, by device. */
export type LinkQualities = ReadonlyMap<string, number | null>;

/** Returns what the stick knows of the links, without asking anybody. */
export async function linkQualities({
  site,
}: Pick<CommandContext, "site">): Promise<LinkQualities> {
  const { devices } = await site.diagnostics.network(false);
  return new Map(devices.map(({ uuid, linkQuality }) => [uuid, linkQuality]));
}

/** Returns {@link detailReplyFields} of a lock. */
export function lockDetail(
  context: CommandContext,
  lock: LockRecord,
  links: LinkQualities,
): JsonObject {
  const { view, time: now, site, caller } = context;
  const binding = view.get("binding", [lock.lock]);
  const { silentForMs } = site.diagnostics.lock(lock.lock);
  const wrongCode = { event: "wrongPwdAlarm", lock: lock.lock, detail: null };
  const wrongCodeAt = lock.wrongCodeAtMs === null ? null : Math.floor(lock.wrongCodeAtMs / 1000);
  return {
    ...lockFields(view, lock),
    ...lockStatusFields(context, lock),
    home_id: binding?.homeId ?? null,
    room_id: binding?.roomId ?? null,
    heard_at: silentForMs === null ? null : Math.floor((now.nowMs - silentForMs) / 1000),
    link_quality: links.get(lock.lock) ?? null,
    alarms: standingAlarms(context, lock).length,
    lock_state: lock.lockState,
    door_state: lock.doorState,
    ...(mayWatch(caller, view, wrongCode) ? { wrong_code_at: wrongCodeAt } : {}),
    clock: { state: lock.lockClock.state, drift_s: lock.lockClock.driftSeconds },
    capabilities: { ...lock.capabilities },
  };
}
