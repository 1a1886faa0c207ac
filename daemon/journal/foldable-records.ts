import type { EventName, JournalEntry } from "../core/model/journal.ts";

/**
 * Returns whether an entry may be folded when the journal is full. Entries that grant or revoke access, complete a
 * command, or alarm people may not: they stay until the cloud has them.
 */
export function isFoldable(entry: JournalEntry): boolean {
  return entry.kind === "event" && isFoldableEvent(entry.event);
}

function isFoldableEvent(event: EventName): boolean {
  switch (event) {
    case "lockerOpenAlarm":
    case "accessRefused":
    case "batteryAlarm":
    case "clearBattryAlarm":
    case "centerOfflineAlarm":
    case "clearCenterOfflineAlarm":
    case "lockOfflineAlarm":
    case "clearLockOfflineAlarm":
    case "stickOfflineAlarm":
    case "clearStickOfflineAlarm":
    case "apiOfflineAlarm":
    case "clearApiOfflineAlarm":
    case "signInRefused":
    case "callDenied":
      return true;
    case "brokenAlarm":
    case "wrongPwdAlarm":
    case "pwdSync":
    case "pwdAddLocal":
    case "pwdUpdateLocal":
    case "pwdDelLocal":
    case "pwdOperation":
    case "pwdRevokeOverdue":
    case "duressAlarm":
    case "lockJammedAlarm":
    case "lockNotMovedAlarm":
    case "outOfWindowOpen":
    case "slotDrift":
    case "pwdRetired":
    case "pwdRestored":
    case "grantOutcome":
    case "lockPaired":
    case "lockRemoved":
    case "lockRejoinedAlarm":
    case "clearLockRejoinedAlarm":
    case "lockFound":
    case "joiningClosed":
    case "clockAlarm":
    case "refusedMessageAlarm":
    case "cloudSilentAlarm":
    case "clearCloudSilentAlarm":
    case "duplicateGatewayAlarm":
    case "upgradeRolledBack":
    case "recordTooLargeAlarm":
    case "messageRequest":
    case "activity":
    case "journalGap":
      return false;
  }
}
