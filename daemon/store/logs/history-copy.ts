import type { JournalRecord } from "../../core/model/journal.ts";
import {
  type BatchLine,
  type Database,
  openDatabase,
  putMeta,
  readMeta,
  writeSynced,
} from "../database.ts";
import { activityKey, journalKey, radioKey } from "../keys.ts";
import type { LevelStore } from "../level-store.ts";
import { storePaths } from "../opening/provisioning.ts";
import { readProgressOf } from "../opening/witness-file.ts";
import type { MasterKey } from "../secrets/master-key.ts";
import { RecordSeal } from "../secrets/record-seal.ts";
import { canonicalJson } from "../stored-json.ts";
import { type ChainLink, chainHash } from "./journal-chain.ts";

/** Entries that are copied in one batch. */
const pageLength = 500;

/** The journal and the logs of a store that is being replaced. */
export interface History {
  readonly store: LevelStore;
  /** Journal records from this number on belong to the new epoch: the cloud may not have them. */
  readonly epochStart: number;
}

/**
 * Copies the journal, the activity log and the radio log into a closed store that has none yet. Entries keep their
 * numbers, so that no number is used twice and references stay valid; the journal's chain is computed again.
 * @throws StoreFailure when an entry is damaged or the disk refuses; the new store must not be used then
 */
export async function copyHistory(
  { store, epochStart }: History,
  target: { readonly directory: string; readonly masterKey: MasterKey; readonly epoch: string },
): Promise<void> {
  const seal = new RecordSeal(target.masterKey, store);
  const database = await openDatabase(storePaths(target.directory).level, false, seal);
  try {
    await copyJournal(store, database, { epoch: target.epoch, epochStart });
    await copyLog(
      database,
      store.activityRange(),
      (from) => store.readActivities(from, pageLength),
      activityKey,
    );
    await copyLog(
      database,
      store.radioRange(),
      (from) => store.readRadio(from, pageLength),
      radioKey,
    );
  } finally {
    await database.level.close();
  }
}

async function copyJournal(
  store: LevelStore,
  database: Database,
  { epoch, epochStart }: { readonly epoch: string; readonly epochStart: number },
): Promise<void> {
  const { oldest, head } = store.journalRange();
  const beforeTail: ChainLink = { seq: oldest - 1, hash: "" };
  let link = beforeTail;
  while (link.seq < head) {
    const operations: BatchLine[] = [];
    for (const record of await store.readJournal(link.seq + 1, pageLength)) {
      const moved = record.seq < epochStart ? record : { ...record, epoch };
      const { value, hash } = chained(moved, link.hash);
      operations.push({ type: "put", key: journalKey(record.seq), value });
      link = { seq: record.seq, hash };
    }
    await writeSynced(database, operations);
  }
  const { commits } = readProgressOf(await readMeta(database, "progress"));
  await writeSynced(database, [
    putMeta("beforeTail", { ...beforeTail }),
    putMeta("epochStart", epochStart),
    putMeta("checkpoint", { ...link }),
    putMeta("progress", { ...link, commits }),
  ]);
}

/** What was erased of a record stays erased: the new hash covers the rest. */
function chained(
  { hash: _of, erased: _mark, ...unchained }: JournalRecord,
  previous: string,
): { readonly value: string; readonly hash: string } {
  const text = canonicalJson(unchained);
  const hash = chainHash(previous, text);
  return { value: `{"hash":"${hash}",${text.slice(1)}`, hash };
}

async function copyLog<T extends { readonly seq: number }>(
  database: Database,
  { tail, head }: { readonly tail: number; readonly head: number },
  read: (fromSeq: number) => Promise<readonly T[]>,
  keyOf: (seq: number) => Buffer,
): Promise<void> {
  for (let from = tail; from <= head; ) {
    const entries = await read(from);
    const last = entries.at(-1);
    if (last === undefined) break;
    await writeSynced(
      database,
      entries.map((entry) => ({
        type: "put",
        key: keyOf(entry.seq),
        value: JSON.stringify(entry),
      })),
    );
    from = last.seq + 1;
  }
}
