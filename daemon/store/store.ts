import type { GrantRecord } from "../core/grant/grant.ts";
import type { UsedCodeRecord } from "../core/grant/used-code.ts";
import type { CommandStampRecord } from "../core/input/command-stamps.ts";
import type { ActivityEntry, ActivityRecord } from "../core/logs/activity-log.ts";
import type { Timestamp } from "../core/model/clock.ts";
import type {
  AccountRecord,
  PassRecord,
  Scope,
  SessionRecord,
} from "../core/model/gateway/account.ts";
import type { CallbackRecord } from "../core/model/gateway/callback.ts";
import type { AppointmentRecord } from "../core/model/home/appointment.ts";
import type {
  BindingRecord,
  HomeRecord,
  RemovalRecord,
  RoomRecord,
} from "../core/model/home/home.ts";
import type {
  GesturePasswordRecord,
  MemberRecord,
  OpModeRecord,
  PasswordMessageRecord,
  VerificationRecord,
} from "../core/model/home/household.ts";
import type { JournalEntry, JournalRecord } from "../core/model/journal.ts";
import type { LockRecord } from "../core/model/lock.ts";
import type { PasswordRecord } from "../core/model/password.ts";
import type { RadioEntry, RadioRecord } from "../core/model/radio-log.ts";
import type { ErasureRecord, LockKeyRecord } from "../core/model/sealed-code.ts";
import type { SlotRecord } from "../core/model/slot.ts";

/** A command that was executed: answers its repeats. The reply itself is journal record `seq` of `epoch`. */
export interface InboxRecord {
  readonly commandId: string;
  readonly epoch: string;
  readonly seq: number;
  readonly atMs: number;
}

/** An API client: its secret is kept as a hash. */
export interface ClientRecord {
  readonly clientId: string;
  /** base64url SHA-256 of the 256-bit random secret. */
  readonly secretHash: string;
  readonly scope: Scope;
  readonly createdAtMs: number;
}

/** An access token, by the hash of its text. */
export interface TokenRecord {
  readonly tokenHash: string;
  readonly clientId: string;
  readonly scope: ClientRecord["scope"];
  readonly expiresAtMs: number;
}

/** A one-shot command of the cloud (remote unlock): written before it acts, so that it never acts twice. */
export interface AttemptRecord {
  readonly commandId: string;
  /** Its name, for the answer that a later start of the process gives. */
  readonly command?: string;
  readonly atMs: number;
}

/** The gateway's own single values, by name. */
export interface SettingRecord {
  readonly value: string | number | boolean | null;
}

/**
 * Records that are kept both on disk and in memory, and the parts of their keys.
 * Key parts are strings or whole numbers ≥ 0; records of one table sort by their key parts.
 */
export interface Tables {
  /** [lock id] */
  lock: LockRecord;
  /** [lock id, password id] */
  password: PasswordRecord;
  /** [lock id, user id] */
  slot: SlotRecord;
  /** [command id] */
  inbox: InboxRecord;
  /** [client id] */
  client: ClientRecord;
  /** [token hash] */
  token: TokenRecord;
  /** [command id] */
  attempt: AttemptRecord;
  /** [name] */
  setting: SettingRecord;
  /** [home id] */
  home: HomeRecord;
  /** [home id, room id] */
  room: RoomRecord;
  /** [lock id] */
  binding: BindingRecord;
  /** [service id] */
  removal: RemovalRecord;
  /** [home id] */
  order: AppointmentRecord;
  /** [callback id] */
  callback: CallbackRecord;
  /** [user id] */
  member: MemberRecord;
  /** [lock id, unlock id] */
  opmode: OpModeRecord;
  /** [lock id] */
  gesture: GesturePasswordRecord;
  /** [account] */
  verification: VerificationRecord;
  /** [lock id, password id] */
  message: PasswordMessageRecord;
  /** [lock id] */
  lockKey: LockKeyRecord;
  /** [lock id] */
  erasure: ErasureRecord;
  /** [subject] */
  commandStamp: CommandStampRecord;
  /** [key of the name] */
  account: AccountRecord;
  /** [pass id] */
  pass: PassRecord;
  /** [cookie hash] */
  session: SessionRecord;
  /** [grant id] */
  grant: GrantRecord;
  /** [lock id, mark of the code] */
  usedCode: UsedCodeRecord;
}

export type TableName = keyof Tables;
export type KeyPart = string | number;
export type Key = readonly KeyPart[];

/** One record put (or, with null, removed). Build with {@link put} and {@link remove}. */
export type Change = {
  [T in TableName]: { readonly table: T; readonly key: Key; readonly value: Tables[T] | null };
}[TableName];

export function put<T extends TableName>(table: T, key: Key, value: Tables[T]): Change {
  // The union is indexed by T; TypeScript cannot see that the three fields agree for an open T.
  return { table, key, value } as Change;
}

export function remove(table: TableName, key: Key): Change {
  return { table, key, value: null } as Change;
}

/** Changes that are written together: all of them or none. */
export interface Transaction {
  readonly changes: readonly Change[];
  readonly journal: readonly JournalEntry[];
  /** Entries of the operation log: on disk only, numbered like the journal, never sent. */
  readonly activities?: readonly ActivityEntry[];
  /** Entries of the radio log: on disk only, chained, never sent. */
  readonly radio?: readonly RadioEntry[];
  /** The disk begins at once if it is free, and not at the end of this turn of the event loop. */
  readonly isUrgent?: boolean;
}

/** The store's view for readers: memory, up to date with every `commit` call made so far. */
export interface StoreView {
  get<T extends TableName>(table: T, key: Key): Tables[T] | undefined;
  /** Records whose key begins with `prefix`, in key order. */
  list<T extends TableName>(table: T, prefix?: Key): IterableIterator<Tables[T]>;
}

/** First and last sequence number of this epoch on disk; `tail = head + 1` if it has no record. */
export interface JournalRange {
  readonly epoch: string;
  readonly tail: number;
  /** The first record that is kept: those before `tail` are of earlier epochs, and the cloud has them. */
  readonly oldest: number;
  readonly head: number;
}

/**
 * The only store. Every effect goes through {@link Store.commit}: readers see it at once, and nothing may be
 * reported or sent before the promise of its commit has resolved.
 */
export interface Store extends StoreView {
  /**
   * Takes the transaction in and writes it with others that are waiting as one synced batch.
   * @param stamp of the journal records
   * @returns the journal records made, after the disk has them.
   * @throws (rejects) with StoreFailure when the disk did not take it; the store is dead from then on.
   */
  commit(transaction: Transaction, stamp: Timestamp): Promise<readonly JournalRecord[]>;
  /** Resolves when every commit called so far is on disk. */
  whenDurable(): Promise<void>;
  /** Aborted when a write has failed: nothing more will be written. */
  readonly failed: AbortSignal;
  journalRange(): JournalRange;
  /** The number that the first journal record of the next `commit` call gets. */
  nextSeq(): number;
  /** Journal records with `seq >= fromSeq`, ascending, at most `limit` (1 … 1000), all of them on disk. */
  readJournal(fromSeq: number, limit: number): Promise<readonly JournalRecord[]>;
  /** First and last number of the operation log on disk; an empty log has `tail = head + 1`. */
  activityRange(): { readonly tail: number; readonly head: number };
  /** Entries with `seq >= fromSeq`, ascending, at most `limit` (1 … 1000), all of them on disk. */
  readActivities(fromSeq: number, limit: number): Promise<readonly ActivityRecord[]>;
  /** First and last number of the radio log; an empty log has `tail = head + 1`. */
  radioRange(): { readonly tail: number; readonly head: number };
  /** Entries with `seq >= fromSeq`, ascending, at most `limit` (1 … 1000), all of them on disk. */
  readRadio(fromSeq: number, limit: number): Promise<readonly RadioRecord[]>;
  /** Called after each batch that held journal records. @returns a function that ends it. */
  onJournal(listener: (head: number) => void): () => void;
  /** Returns about how many bytes the journal's records take on disk; up to 1 MiB of the newest may be missing. */
  journalBytes(): Promise<number>;
  /** Drops journal records up to `throughSeq`. */
  pruneJournal(throughSeq: number): Promise<void>;
  /**
   * Ends the store because the cloud has records of this epoch that were never made here: it is an older copy, and
   * codes may have been revoked since. The next start begins a new epoch with suspended grants.
   */
  declareOutdated(): Promise<void>;
  close(): Promise<void>;
}
