import { addPassword } from "./add-password.ts";
import { bindingCommands } from "./bindings.ts";
import { clientCommands } from "./clients.ts";
import type { Command } from "./command.ts";
import { countLockEvents, getLockEvents } from "./history-reads.ts";
import { homeReads } from "./home-reads.ts";
import { homeCommands } from "./homes.ts";
import { getCenterInfo, getLockInfo, listLocks, listSlots } from "./lock-reads.ts";
import { fetchPasswords, getDefaultPasswordPlaintext } from "./password-reads.ts";
import { deletePassword, frozenPassword, unfrozenPassword } from "./password-verbs.ts";
import { roomCommands } from "./rooms.ts";
import { siteCommands } from "./site-commands.ts";
import { updatePassword } from "./update-password.ts";

/** Every command there is. REST, MQTT and latchctl are loops over this table. */
export const commands: readonly Command[] = [
  addPassword,
  updatePassword,
  deletePassword,
  frozenPassword,
  unfrozenPassword,
  fetchPasswords,
  getDefaultPasswordPlaintext,
  getLockEvents,
  ...countLockEvents,
  getLockInfo,
  getCenterInfo,
  listLocks,
  listSlots,
  ...homeCommands,
  ...homeReads,
  ...roomCommands,
  ...bindingCommands,
  ...siteCommands,
  ...clientCommands,
];
