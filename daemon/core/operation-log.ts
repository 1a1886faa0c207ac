/**
 * What was done, as V1.6 section 7 numbers it; from 21001 on latchd's own.
 * 20005 and what lies between is unreadable in the published document and never used.
 */
export const operationIds = {
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
} as const;

export type OperationId = (typeof operationIds)[keyof typeof operationIds];

/** Somebody or something in an entry. */
export interface Party {
  readonly id: string;
  readonly name: string;
}

export interface TypedParty extends Party {
  readonly type: "home" | "room" | "lock";
}

/** One line of the operation log: "operator + [holder's] + target + [recipient]". */
export interface OperationEntry {
  readonly opId: OperationId;
  readonly operator: Party;
  readonly target: TypedParty;
  /** The target's container: a room's home. */
  readonly holder: TypedParty | null;
  /** Who benefits: "room 1's password sent to K". */
  readonly recipient: Party | null;
  /** The lock it was about, for searching; also after the lock is gone. */
  readonly lock: string;
  readonly homeId: string | null;
  readonly roomId: string | null;
}

/** An entry as it is kept: numbered from 1, with its time. Result is always 0: what fails changes nothing. */
export interface OperationRecord extends OperationEntry {
  readonly seq: number;
  readonly atMs: number;
}

/** More than a busy house's year; one more entry drops the oldest, in the same batch. */
export const operationLogLimit = 20_000;

const verbs: Readonly<Record<OperationId, string>> = {
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
};

/**
 * The entry as one sentence by V1.6's rule: operator + [holder's] + target + [recipient], where holder
 * and target read "type + name/id" and the recipient "name/id".
 */
export function sentenceOf(entry: OperationEntry): string {
  const { operator, holder, target, recipient } = entry;
  const owner = holder === null ? "" : `${holder.type} ${called(holder)}'s `;
  const benefit = recipient === null ? "" : ` for ${called(recipient)}`;
  return `${called(operator)} ${verbs[entry.opId]} ${owner}${target.type} ${called(target)}${benefit}`;
}

function called({ name, id }: Party): string {
  return name === "" ? id : name;
}
