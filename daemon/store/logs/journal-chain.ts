import { hash as hashOf } from "node:crypto";
import { isObject, type Json } from "../../base/json.ts";
import type { JournalRecord } from "../../core/model/journal.ts";
import { StoreFailure } from "../store-failure.ts";
import { canonicalJson, parseStored } from "../stored-json.ts";

/** A position in the hash chain: the last record up to there. `seq` 0 is before the first. */
export interface ChainLink {
  readonly seq: number;
  /** base64url of 16 bytes; empty for `seq` 0. */
  readonly hash: string;
}

export const beforeFirst: ChainLink = { seq: 0, hash: "" };

/** @throws StoreFailure `damaged` when the text is no record, or has another number */
export function recordOf(seq: number | null, text: string): JournalRecord {
  const record = parseStored(text, `journal record ${seq ?? "?"}`);
  if (!isJournalRecord(record) || record.seq !== seq) {
    throw new StoreFailure("damaged", `journal record ${seq ?? "?"} is malformed`);
  }
  return record;
}

/** @returns null when there is none. @throws StoreFailure `damaged` when it is malformed. */
export function readLink(value: Json | undefined, what: string): ChainLink | null {
  if (value === undefined) {
    return null;
  }
  if (isObject(value) && typeof value["seq"] === "number" && typeof value["hash"] === "string") {
    return { seq: value["seq"], hash: value["hash"] };
  }
  throw new StoreFailure("damaged", `the journal's ${what} is malformed`);
}

/**
 * @returns the first number of the store's epoch; 1 for a store of which all records are of one epoch.
 * @throws StoreFailure `damaged` when it is malformed.
 */
export function epochStartOf(value: Json | undefined): number {
  if (value === undefined) return 1;
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 1) return value;
  throw new StoreFailure("damaged", "the beginning of the store's epoch is malformed");
}

/** Only what the chain needs is checked: the hash covers the rest. */
function isJournalRecord(value: unknown): value is JournalRecord {
  return (
    isObject(value) &&
    typeof value["epoch"] === "string" &&
    typeof value["seq"] === "number" &&
    typeof value["hash"] === "string" &&
    isObject(value["entry"])
  );
}

/** Returns whether the record follows one with this hash. */
export function isLinked({ erased, ...record }: JournalRecord, previous: string): boolean {
  if (erased !== undefined) {
    return erased.previous === previous && erased.check === checkOf(record, previous);
  }
  const { hash, ...unchained } = record;
  return chainHash(previous, canonicalJson(unchained)) === hash;
}

/** Returns the hash over an erased record: its original hash is part of it, so that the next record still links to it. */
export function checkOf(record: JournalRecord, previous: string): string {
  return chainHash(previous, canonicalJson(record));
}

/** @param previous hash of the record before */
export function chainHash(previous: string, text: string): string {
  const digest = hashOf("sha256", `${previous}\n${text}`, "buffer");
  return digest.subarray(0, 16).toString("base64url");
}

/** Returns the failure for a record that is missing. */
export function hole(seq: number): StoreFailure {
  return new StoreFailure("damaged", `journal record ${seq} is missing`);
}
