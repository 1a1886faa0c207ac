import { randomBytes } from "node:crypto";
import { promises as files } from "node:fs";
import { dirname } from "node:path";
import {
  type Database,
  openDatabase,
  putMeta,
  readEntries,
  readMeta,
  writeSynced,
} from "../database.ts";
import { decodeTableKey, tableAreaOf, tableKey } from "../keys.ts";
import { checkFiles } from "../level-files/level-check.ts";
import { LevelStore } from "../level-store.ts";
import { ActivityLog } from "../logs/activity-log.ts";
import { beforeFirst, epochStartOf, readLink } from "../logs/journal-chain.ts";
import { JournalLog } from "../logs/journal-log.ts";
import { RadioLog } from "../logs/radio-log.ts";
import { MemoryTables } from "../memory-tables.ts";
import type { MasterKey } from "../secrets/master-key.ts";
import { RecordSeal } from "../secrets/record-seal.ts";
import type { StoreView } from "../store.ts";
import { errorCode, StoreFailure } from "../store-failure.ts";
import { parseStored } from "../stored-json.ts";
import { changedDigest, emptyTablesDigest } from "../tables-digest.ts";
import { type Migration, migrate, migrations, newestSchema, readRecords } from "./migrations.ts";
import {
  beginProvisioning,
  finishProvisioning,
  type OpenMode,
  planOpening,
  type StorePaths,
  storePaths,
} from "./provisioning.ts";
import { sealedFromTheStart, sealRecords } from "./seal-migration.ts";
import { claimStore, type StoreClaim } from "./store-claim.ts";
import {
  readProgressOf,
  readWitness,
  readWitnessOrNull,
  type StoreProgress,
  WitnessFile,
  writeWitness,
} from "./witness-file.ts";

export interface OpenStoreOptions {
  /** The store's own directory; made (0700) if it is missing and the mode allows a new store. */
  readonly directory: string;
  readonly mode: OpenMode;
  /** Opens what is sealed: a store opens only with the key it was made with. */
  readonly masterKey: MasterKey;
  /**
   * Path of a second witness file in another folder. A copy of the data that is put back does not include it, so
   * that it shows an older copy.
   */
  readonly secondWitness?: string | undefined;
  /** The schema's migrations; absent = latchd's own. */
  readonly migrations?: readonly Migration[];
}

/**
 * Opens the store; there is no other way to get one. Checks in order: claim, marker, checksums, LevelDB, master key,
 * schema, tables, journal and witness file.
 * @throws StoreFailure; see its kinds. A store that is refused was not changed.
 */
export async function openStore(options: OpenStoreOptions): Promise<LevelStore> {
  const { directory } = options;
  try {
    if (options.mode !== "existing") {
      await files.mkdir(directory, { recursive: true, mode: 0o700 });
    }
    if (options.secondWitness !== undefined) {
      await files.mkdir(dirname(options.secondWitness), { recursive: true, mode: 0o700 });
    }
    const claim = await claimStore(directory);
    return await openClaimed(claim, options);
  } catch (error) {
    if (error instanceof StoreFailure) {
      throw error;
    }
    const kind = errorCode(error) === "ENOENT" ? "notProvisioned" : "unreadable";
    throw new StoreFailure(kind, `the store in ${directory} cannot be opened`, { cause: error });
  }
}

async function openClaimed(claim: StoreClaim, options: OpenStoreOptions): Promise<LevelStore> {
  const paths = storePaths(options.directory);
  const { masterKey } = options;
  const tables = new MemoryTables();
  const seal = new RecordSeal(masterKey, viewOf(tables));
  let database: Database | null = null;
  try {
    const plan = await planOpening(paths, options.mode);
    if (plan.kind === "create") {
      await beginProvisioning(paths);
      database = await openDatabase(paths.level, true, seal);
      const epoch = randomBytes(16).toString("base64url");
      await create(database, paths, { ...options, epoch });
      const witnesses = witnessesOf(options);
      return await load(database, { claim, paths, epoch, tables, witnesses });
    }
    await checkFiles(paths.level);
    database = await openDatabase(paths.level, false, seal);
    const { epoch } = plan;
    await checkIdentity(database, epoch, masterKey.fingerprint);
    await loadLockKeys(database, tables);
    await migrate(database, options.migrations ?? migrations, masterKey);
    await loadLockKeys(database, tables);
    await sealRecords(database);
    const witnesses = witnessesOf(options);
    return await load(database, { claim, paths, epoch, tables, witnesses });
  } catch (error) {
    await database?.level.close();
    await claim.release();
    throw error;
  }
}

async function create(
  database: Database,
  paths: StorePaths,
  options: OpenStoreOptions & { readonly epoch: string },
): Promise<void> {
  const { epoch } = options;
  const progress: StoreProgress = { ...beforeFirst, commits: 0 };
  await writeSynced(database, [
    putMeta("epoch", epoch),
    putMeta("schema", newestSchema(options.migrations ?? migrations)),
    putMeta("keyFingerprint", options.masterKey.fingerprint),
    putMeta("beforeTail", { ...beforeFirst }),
    putMeta("progress", { ...progress }),
    sealedFromTheStart,
    putMeta("tablesDigest", emptyTablesDigest),
  ]);
  for (const path of witnessesOf(options)) await writeWitness(path, { ...progress, epoch });
  await finishProvisioning(paths, epoch);
}

async function checkIdentity(
  database: Database,
  epoch: string,
  keyFingerprint: string,
): Promise<void> {
  if ((await readMeta(database, "epoch")) !== epoch) {
    throw new StoreFailure("damaged", "the store's epoch is not the one its marker names");
  }
  if ((await readMeta(database, "keyFingerprint")) !== keyFingerprint) {
    throw new StoreFailure(
      "foreign",
      "the store was made with another master key: it belongs to another gateway",
    );
  }
}

async function load(
  database: Database,
  owner: {
    readonly claim: StoreClaim;
    readonly paths: StorePaths;
    readonly epoch: string;
    readonly tables: MemoryTables;
    readonly witnesses: readonly string[];
  },
): Promise<LevelStore> {
  const { epoch, claim, paths, tables, witnesses } = owner;
  const progress = await readProgress(database);
  const beforeTail = readLink(await readMeta(database, "beforeTail"), "beginning");
  if (beforeTail === null) {
    throw new StoreFailure("damaged", "the journal's beginning is missing");
  }
  const head = { seq: progress.seq, hash: progress.hash };
  const epochStart = epochStartOf(await readMeta(database, "epochStart"));
  const journal = new JournalLog(database, epoch, { head, beforeTail, epochStart });
  await journal.verify("recent");
  const witnessed = await compareWithWitness(journal, progress, paths.witness);
  const [, secondWitness] = witnesses;
  const isFarWitnessed =
    secondWitness === undefined || (await compareWithSecondWitness(epoch, progress, secondWitness));
  const tablesDigest = await loadTables(database, tables);
  return new LevelStore({
    database,
    claim,
    journal,
    activities: await ActivityLog.load(database),
    radio: await RadioLog.load(database),
    tables,
    tablesDigest,
    // If a witness file is missing, both are written with the first transaction.
    witness: new WitnessFile(witnesses, epoch, isFarWitnessed ? witnessed : neverWitnessed),
    commits: progress.commits,
  });
}

const neverWitnessed: StoreProgress = { ...beforeFirst, commits: Number.NEGATIVE_INFINITY };

/** Returns the paths of the witness files, the one beside the store first. */
function witnessesOf({ directory, secondWitness }: OpenStoreOptions): readonly string[] {
  const near = storePaths(directory).witness;
  return secondWitness === undefined ? [near] : [near, secondWitness];
}

/** Loads the keys that the locks' records are sealed with, which must be known before those are read. */
async function loadLockKeys(database: Database, tables: MemoryTables): Promise<void> {
  const area = tableAreaOf("lockKey");
  const range = { gte: Buffer.of(area), lt: Buffer.of(area + 1) };
  for await (const [bytes, text] of readEntries(database, range)) {
    const found = decodeTableKey(bytes);
    if (found === null) throw new StoreFailure("damaged", "the key of a lock has a malformed name");
    tables.load("lockKey", found.key, parseStored(text, "the key of a lock"));
  }
}

function viewOf(tables: MemoryTables): Pick<StoreView, "get" | "list"> {
  return {
    get: (table, key) => tables.get(table, key),
    list: (table, prefix = []) => tables.list(table, prefix).values(),
  };
}

/** Fills the tables. @returns their digest. */
async function loadTables(database: Database, tables: MemoryTables): Promise<string> {
  const records = await readRecords(database);
  for (const { table, key, value } of records) {
    tables.load(table, key, value);
  }
  const tablesDigest = changedDigest(
    emptyTablesDigest,
    [],
    records.map(({ table, key, value }) => ({
      key: tableKey(table, key),
      text: JSON.stringify(value),
    })),
  );
  const kept = await readMeta(database, "tablesDigest");
  // Stores that are older than the digest have none until their first batch.
  if (kept !== undefined && kept !== tablesDigest) {
    throw new StoreFailure("damaged", "the records are not those that were written: some changed");
  }
  return tablesDigest;
}

async function readProgress(database: Database): Promise<StoreProgress> {
  return readProgressOf(await readMeta(database, "progress"));
}

/** Checks that the store is not older than its witness file and of the same epoch. */
async function compareWithWitness(
  journal: JournalLog,
  progress: StoreProgress,
  path: string,
): Promise<StoreProgress> {
  const { epoch, tail } = journal.range;
  const { epoch: witnessedEpoch, ...witnessed } = await readWitness(path);
  if (witnessedEpoch !== epoch) {
    throw new StoreFailure("damaged", "the witness is of another store");
  }
  if (progress.commits < witnessed.commits || progress.seq < witnessed.seq) {
    throw new StoreFailure(
      "damaged",
      `the store ends at transaction ${progress.commits}, journal record ${progress.seq}; ` +
        `its witness saw ${witnessed.commits} and ${witnessed.seq}: synced records are gone`,
    );
  }
  if (witnessed.seq >= tail) {
    const [record] = await journal.read(witnessed.seq, 1);
    if (record?.seq !== witnessed.seq || record.hash !== witnessed.hash) {
      throw new StoreFailure(
        "damaged",
        `journal record ${witnessed.seq} is not the one its witness saw`,
      );
    }
  }
  return witnessed;
}

/**
 * @returns whether the second witness file exists
 * @throws StoreFailure `outdated` when it is of another epoch, or further on in this one
 */
async function compareWithSecondWitness(
  epoch: string,
  progress: StoreProgress,
  path: string,
): Promise<boolean> {
  const far = await readWitnessOrNull(path);
  if (far === null) return false;
  if (far.epoch === epoch && far.commits <= progress.commits && far.seq <= progress.seq)
    return true;
  throw new StoreFailure(
    "outdated",
    `the store ends at transaction ${progress.commits} of epoch ${epoch}; this gateway has had ` +
      `${far.commits} of epoch ${far.epoch}: an older copy was put in its place`,
  );
}
