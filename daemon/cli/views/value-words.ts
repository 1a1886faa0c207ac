/** Words for the numbers that the published API uses, by field. A test compares them with the replies' schemas. */
export const valueWords: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  onoff_line: { 1: "online", 2: "offline" },
  operation: { 1: "add", 2: "delete", 3: "update", 4: "freeze", 5: "unfreeze" },
  operation_stage: { 1: "waiting for the lock", 2: "failed", 3: "done" },
  permission_state: { 1: "in force", 2: "not in force" },
  status: { 1: "permanent", 2: "limited" },
  stage: { 1: "active", 2: "confirmed" },
  eventid: { 1: "opened", 2: "refused: outside its hours" },
  source: {
    0: "not known",
    1: "from afar",
    2: "code",
    3: "card",
    4: "fingerprint",
    5: "by hand or key",
    6: "Bluetooth",
    7: "the lock itself",
  },
  sp_state: { 1: "not installed", 2: "manageable" },
  install_state: { 3: "assigned", 4: "not assigned", 5: "installed" },
  expect_time: { 100: "all day", 101: "morning", 102: "afternoon", 103: "evening" },
  confirm_time: { 100: "all day", 101: "morning", 102: "afternoon", 103: "evening" },
  was_told: { 0: "no", 1: "yes" },
  confirmed: { 0: "no", 1: "yes" },
  result: { 0: "done" },
};

/** What people call a field; another field is called by its own words. */
const fieldNames: Readonly<Record<string, string>> = {
  uuid: "address",
  onoff_line: "radio",
  onoff_time: "radio since",
  power: "battery",
  bind_time: "paired",
  user_id: "slot",
  password_id: "password",
  tsn: "frame",
  sourceid: "password",
  source_name: "name",
  op_list: "log",
  op_id: "what",
  timestamp: "time",
  guard: "enforced by",
  at_lock: "in the lock",
  ctime: "made",
  mtime: "changed",
  lock_events: "openings",
  expires_at: "ends",
  created_at: "made",
  used_at: "used",
  invalid_time: "ends",
  last_seen: "heard",
  is_this: "this one",
  said_s_ago: "age",
  status: "answer",
};

/** Returns a field's name for people: without underscores, and without the unit that the value shows. */
export function fieldName(field: string): string {
  const given = fieldNames[field];
  if (given !== undefined) return given;
  const bare = field.replace(/^(is|has|was)_/, "").replace(/_(s|ms|at|id)$/, "");
  return spaced(bare);
}

/** Returns `notFullyLocked` and `client_add` as words. */
export function spaced(name: string): string {
  return name
    .replaceAll("_", " ")
    .replaceAll(
      /([a-z])([A-Z])/g,
      (_, before: string, after: string) => `${before} ${after.toLowerCase()}`,
    );
}
