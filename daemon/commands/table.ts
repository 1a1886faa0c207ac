import { operationIds } from "../core/operation-log.ts";
import { addPassword } from "./add-password.ts";
import { bindingCommands } from "./bindings.ts";
import { callbackCommands } from "./callbacks.ts";
import { clientCommands } from "./clients.ts";
import { clockCommands } from "./clock.ts";
import type { Command } from "./command.ts";
import { getDynamicPasswordPlaintext } from "./dynamic-password.ts";
import { countLockEvents, getLockEvents } from "./history-reads.ts";
import { homeReads } from "./home-reads.ts";
import { homeCommands } from "./homes.ts";
import { keyCommands } from "./keys.ts";
import { getCenterInfo, getLockInfo, listLocks, listSlots } from "./lock-reads.ts";
import { logged } from "./logged.ts";
import { makeBackup } from "./make-backup.ts";
import { memberCommands } from "./members.ts";
import { operationReads } from "./operation-reads.ts";
import { orderCommands } from "./orders.ts";
import { fetchPasswords, getDefaultPasswordPlaintext } from "./password-reads.ts";
import { deletePassword, frozenPassword, unfrozenPassword } from "./password-verbs.ts";
import { radioReads } from "./radio-reads.ts";
import { releaseGrants } from "./release-grants.ts";
import { roomCommands } from "./rooms.ts";
import { siteCommands } from "./site-commands.ts";
import { slotCommands } from "./slots-by-hand.ts";
import { applySnapshot } from "./snapshot.ts";
import { supportBundle } from "./support.ts";
import { technicianReads } from "./technician-reads.ts";
import { updatePassword } from "./update-password.ts";

/** Every command there is. REST, MQTT and latchctl are loops over this table. */
export const commands: readonly Command[] = [
  logged(addPassword, operationIds.passwordIssued),
  logged(updatePassword, operationIds.passwordChanged),
  logged(deletePassword, operationIds.passwordDeleted),
  logged(frozenPassword, operationIds.passwordFrozen),
  logged(unfrozenPassword, operationIds.passwordActivated),
  logged(applySnapshot, operationIds.passwordChanged),
  releaseGrants,
  fetchPasswords,
  logged(getDefaultPasswordPlaintext, operationIds.administratorCodeRead),
  logged(getDynamicPasswordPlaintext, operationIds.dynamicCodeRead),
  getLockEvents,
  ...countLockEvents,
  ...operationReads,
  getLockInfo,
  getCenterInfo,
  listLocks,
  listSlots,
  ...homeCommands,
  ...homeReads,
  ...roomCommands,
  ...bindingCommands,
  ...orderCommands,
  ...siteCommands,
  ...technicianReads,
  ...clockCommands,
  ...radioReads,
  ...slotCommands,
  supportBundle,
  makeBackup,
  ...clientCommands,
  ...memberCommands,
  ...keyCommands,
  ...callbackCommands,
];
