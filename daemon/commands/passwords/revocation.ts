/** Commands that always take access away. By name, because the sync asks before the commands are loaded. */
const always: ReadonlySet<string> = new Set([
  "delete_password",
  "frozen_password",
  "grant_revoke",
  "grant_freeze",
  "grant_remove",
]);

/** Lock actions that do so when their `operate` says delete (125) or freeze (127). */
const byOperate: ReadonlySet<string> = new Set([
  "tuya.m.device.zigbee.newTempPwd.update",
  "tuya.m.zigbee.lock.temppwd.update",
]);

/**
 * Returns whether a command takes access away. The gateway carries it out also when it is late or repeated, or
 * the journal is full, because it can open no door.
 */
export function isRevocation(command: string, params: unknown): boolean {
  if (always.has(command)) return true;
  if (!byOperate.has(command) || typeof params !== "object" || params === null) return false;
  return "operate" in params && (params.operate === 125 || params.operate === 127);
}
