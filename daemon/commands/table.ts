import { activityIds } from "../core/logs/activity-log.ts";
import { callbackCommands } from "./access/callbacks.ts";
import { clientCommands } from "./access/clients.ts";
import { keyCommands } from "./access/keys.ts";
import { memberCommands } from "./access/members.ts";
import { logged } from "./activity/activity-entry.ts";
import type { Command } from "./command.ts";
import { clockCommands } from "./diagnostics/clock.ts";
import { makeBackup } from "./diagnostics/make-backup.ts";
import { radioReads } from "./diagnostics/radio-reads.ts";
import { supportBundle } from "./diagnostics/support.ts";
import { technicianReads } from "./diagnostics/technician-reads.ts";
import { countLockEvents, getLockEvents } from "./history/history-reads.ts";
import { operationReads } from "./history/operation-reads.ts";
import { bindingCommands } from "./homes/bindings.ts";
import { homeReads } from "./homes/home-reads.ts";
import { homeCommands } from "./homes/homes.ts";
import { orderCommands } from "./homes/orders.ts";
import { roomCommands } from "./homes/rooms.ts";
import { getCenterInfo, getLockInfo, listLocks, listSlots } from "./locks/lock-reads.ts";
import { siteCommands } from "./locks/site-commands.ts";
import { slotCommands } from "./locks/slots-by-hand.ts";
import { addPassword } from "./passwords/add-password.ts";
import { getDynamicPasswordPlaintext } from "./passwords/dynamic-password.ts";
import { fetchPasswords, getDefaultPasswordPlaintext } from "./passwords/password-reads.ts";
import { deletePassword, frozenPassword, unfrozenPassword } from "./passwords/password-verbs.ts";
import { releaseGrants } from "./passwords/release-grants.ts";
import { applySnapshot } from "./passwords/snapshot/apply-snapshot.ts";
import { updatePassword } from "./passwords/update-password.ts";

/** Every command there is. REST, MQTT and latchctl are loops over this table. */
export const commands: readonly Command[] = [
  logged(addPassword, activityIds.passwordIssued),
  logged(updatePassword, activityIds.passwordChanged),
  logged(deletePassword, activityIds.passwordDeleted),
  logged(frozenPassword, activityIds.passwordFrozen),
  logged(unfrozenPassword, activityIds.passwordActivated),
  logged(applySnapshot, activityIds.passwordChanged),
  releaseGrants,
  fetchPasswords,
  logged(getDefaultPasswordPlaintext, activityIds.administratorCodeRead),
  logged(getDynamicPasswordPlaintext, activityIds.dynamicCodeRead),
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
