/**
 * The kinds of activities with the numbers of V1.6 section 7; those from 21001 on are latchd's own.
 * The document is unreadable at 20005, so latchd never uses that number.
 */
export const activityIds = {
  passwordIssued: 20002,
  passwordDeleted: 20003,
  passwordChanged: 20004,
  passwordFrozen: 20006,
  passwordActivated: 20007,
  administratorCodeRead: 21001,
  dynamicCodeRead: 21002,
  lockOpenedRemotely: 21003,
  lockClosedRemotely: 21004,
  lockUnpaired: 21005,
  lockBound: 21006,
  lockUnbound: 21007,
  lockRenamed: 21008,
  networkOpened: 21009,
  clientAdded: 21010,
  clientRemoved: 21011,
  callbackAdded: 21012,
  callbackRemoved: 21013,
  backupMade: 21014,
  logLevelSet: 21015,
  clockSet: 21016,
  keysRotated: 21017,
  memberPut: 21018,
  memberRemoved: 21019,
  homeChanged: 21020,
  roomChanged: 21021,
  gatewayBound: 21022,
  appointmentChanged: 21023,
  codeAdopted: 21024,
  codeCleared: 21025,
  lockScanned: 21026,
  grantsReleased: 21027,
  codesListed: 21028,
  supportBundleMade: 21029,
  lockSettingChanged: 21030,
  signInRefused: 21031,
  callDenied: 21032,
  accountAdded: 21033,
  accountChanged: 21034,
  accountRemoved: 21035,
  sessionEnded: 21036,
  passAdded: 21037,
  passRemoved: 21038,
  pageLinkMade: 21039,
  signedIn: 21040,
  lockMoved: 21041,
} as const;

export type ActivityId = (typeof activityIds)[keyof typeof activityIds];

/** A person or a thing in an entry. */
export interface Party {
  readonly id: string;
  readonly name: string;
}

/** Kinds of things that an entry can be about. */
export const partyTypes = [
  "home",
  "room",
  "lock",
  "gateway",
  "client",
  "callback",
  "member",
  "account",
  "pass",
  "session",
] as const;

export interface TypedParty extends Party {
  readonly type: (typeof partyTypes)[number];
}

/** One entry of the activity log: "operator + [holder's] + target + [recipient]". */
export interface ActivityEntry {
  readonly opId: ActivityId;
  readonly operator: Party;
  readonly target: TypedParty;
  /** The target's container: a room's home. */
  readonly holder: TypedParty | null;
  /** For whom it was done: "room 1's password sent to K". */
  readonly recipient: Party | null;
  /** The lock that it is about, for searching, also after the lock was unpaired. */
  readonly lock: string;
  readonly homeId: string | null;
  readonly roomId: string | null;
  /** How the call arrived; absent in entries of older versions, and for the gateway's own activities. */
  readonly transport?: "mqtt" | "rest" | "socket";
}

/**
 * An entry as it is stored: numbered from 1, with its time. Its result is always 0, because a failed call changes
 * nothing.
 */
export interface ActivityRecord extends ActivityEntry {
  readonly seq: number;
  readonly atMs: number;
}

/** More than a busy house has in a year. One more entry drops the oldest in the same batch. */
export const activityLogLimit = 20_000;

const verbs: Readonly<Record<ActivityId, string>> = {
  20002: "issued a password of",
  20003: "deleted a password of",
  20004: "changed a password of",
  20006: "froze a password of",
  20007: "activated a password of",
  21001: "read the administrator code of",
  21002: "read a dynamic code of",
  21003: "opened",
  21004: "locked",
  21005: "unpaired",
  21006: "bound",
  21007: "unbound",
  21008: "renamed",
  21009: "opened or closed for joining",
  21010: "added",
  21011: "removed",
  21012: "added",
  21013: "removed",
  21014: "made a backup of",
  21015: "set the log level of",
  21016: "set the clock of",
  21017: "renewed the keys of",
  21018: "put",
  21019: "removed",
  21020: "changed",
  21021: "changed a room of",
  21022: "bound or unbound",
  21023: "changed an appointment of",
  21024: "adopted a code of",
  21025: "cleared a code of",
  21026: "read the codes of",
  21027: "released the grants of",
  21028: "read a list of codes of",
  21029: "made a support bundle of",
  21030: "changed a setting of",
  21031: "was refused a token of",
  21032: "was denied a call of",
  21033: "added",
  21034: "changed",
  21035: "removed",
  21036: "signed out",
  21037: "made",
  21038: "ended",
  21039: "made a link to the page of",
  21040: "signed in on the page of",
  21041: "moved",
};

/**
 * Returns the entry as one sentence by V1.6's rule: operator + [holder's] + target + [recipient], where holder
 * and target read "type + name/id" and the recipient "name/id".
 */
export function sentenceOf(entry: ActivityEntry): string {
  const { operator, holder, target, recipient } = entry;
  const owner = holder === null ? "" : `${holder.type} ${called(holder)}'s `;
  const benefit = recipient === null ? "" : ` for ${called(recipient)}`;
  return `${called(operator)} ${verbs[entry.opId]} ${owner}${target.type} ${called(target)}${benefit}`;
}

function called({ name, id }: Party): string {
  return name === "" ? id : name;
}
