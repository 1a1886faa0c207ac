/** Commands that take access away, whatever their parameters. */
const always: ReadonlySet<string> = new Set(["delete_password", "frozen_password"]);

/** Lock actions that do so when their `operate` says delete (125) or freeze (127). */
const byOperate: ReadonlySet<string> = new Set([
  "tuya.m.device.zigbee.newTempPwd.update",
  "tuya.m.zigbee.lock.temppwd.update",
]);

/**
 * Does it take access away? Late, repeated or with a full journal such a command is carried out all
 * the same: it can open no door.
 */
export function isRevocation(command: string, params: unknown): boolean {
  if (always.has(command)) return true;
  if (!byOperate.has(command) || typeof params !== "object" || params === null) return false;
  return "operate" in params && (params.operate === 125 || params.operate === 127);
}
