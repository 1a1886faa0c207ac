import type { ErrorCode } from "../core/model/errors.ts";
import type { Command } from "./command.ts";

/** What any call may answer: who calls, what is asked, and faults of the gateway itself. */
export const commonErrors: readonly ErrorCode[] = [
  "tokenInvalid",
  "tokenExpired",
  "permissionDenied",
  "badParameters",
  "store",
  "internal",
];

/** There is no such lock, or no such room. */
const ofLock = ["notFound", "roomMissing"] as const;
/** What becomes of a word to the lock. */
const ofRadio = ["unsupported", "unreachable", "refusedByLock"] as const;

/** What a call may answer beside {@link commonErrors}, by its name. */
const callErrors: Readonly<Record<string, readonly ErrorCode[]>> = {
  add_password: [...ofLock, "duplicate", "lockFull", "clockLost", "unsupported"],
  update_password: [...ofLock, "duplicate", "lockFull", "clockLost", "unsupported"],
  delete_password: [...ofLock, "administratorProtected"],
  frozen_password: [...ofLock, "administratorProtected"],
  unfrozen_password: [...ofLock, "clockLost"],
  apply_snapshot: [
    ...ofLock,
    "duplicate",
    "administratorProtected",
    "lockFull",
    "clockLost",
    "unsupported",
    "confirmationNeeded",
    "stale",
  ],
  release_grants: ofLock,
  adopt_lock: ["notFound", "deviceExists", "stickOffline"],
  fetch_passwords: ofLock,
  read_radio_log: ofLock,
  get_default_password_plaintext: ofLock,
  get_dynamic_password_plaintext: [...ofLock, "lockFull", "busy", "clockLost", "unsupported"],
  get_lock_events: ofLock,
  count_lock_events: ofLock,
  count_lock_envents: ofLock,
  get_lock_info: ofLock,
  get_center_info: ["notFound"],
  list_slots: ofLock,
  add_home: ["duplicate", "busy"],
  update_home: ["notFound"],
  // confirmationNeeded: from the cloud only.
  del_home: ["notFound", "busy", "confirmationNeeded"],
  find_service: ["notFound"],
  find_home_state: ["notFound"],
  find_home_device: ["notFound"],
  add_room: ["notFound", "duplicate", "busy"],
  update_room: ["notFound", "roomMissing"],
  del_room: ["roomMissing", "confirmationNeeded"],
  bind_center: ["notFound", "homeTaken"],
  unbind_center: ["notFound", "deviceTaken"],
  bind_lock: [...ofLock, "roomTaken", "deviceExists", "deviceTaken"],
  unbind_lock: ofLock,
  order_add: ["notFound", "duplicate"],
  order_update: ["notFound"],
  order_confirm: ["notFound"],
  permit_join: ["stickOffline"],
  remove_lock: [...ofLock, "confirmationNeeded"],
  rename_lock: ofLock,
  remote_lock: [...ofLock, ...ofRadio, "stickOffline"],
  remote_unlock: [...ofLock, ...ofRadio, "stickOffline"],
  show_lock: ofLock,
  scan_lock: [...ofLock, ...ofRadio],
  list_unmanaged: ofLock,
  adopt_code: [...ofLock, ...ofRadio],
  delete_unmanaged: [...ofLock, ...ofRadio],
  make_backup: ["unsupported"],
  client_add: ["duplicate", "busy"],
  client_remove: ["notFound"],
  member_put: ["busy"],
  member_remove: ["notFound"],
  keys_show: ["unsupported"],
  keys_rotate: ["unsupported"],
  callback_add: ["duplicate", "busy"],
  callback_remove: ["notFound"],
};

/** What a call may answer beside {@link commonErrors}. */
export function errorsOf({ name, errors }: Pick<Command, "name" | "errors">): readonly ErrorCode[] {
  return errors ?? callErrors[name] ?? [];
}
