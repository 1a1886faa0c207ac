import { type FindingKind, kind } from "./finding-kind.ts";

const fillsDisk = "find out what fills it: sudo du -xh --max-depth=3 / | sort -h | tail -20";
const makeBackup = "latchctl backup FILE --passphrase-file FILE; keep both off this machine";

/** What the doctor can find about the store, its disk and its copies, and about how the API is served, by code. */
export const storeKinds = {
  storeWorks: kind("store", "ok", "the store takes writes; {free_mb} MB of the disk are free"),
  storeFailed: kind(
    "store",
    "bad",
    "the store is down: {reason}",
    "the disk has failed to take a write: check its space and health (df, dmesg)",
  ),
  storeRestored: kind(
    "store",
    "bad",
    "the store comes from a copy{made}: {count} locks get no codes: {names}",
    "check their passwords, or wait for the cloud's snapshot, then release each: latchctl call release_grants --uuid {locks}",
  ),
  storeBegunEmpty: kind(
    "store",
    "bad",
    "the store was lost and there was no copy: the gateway has begun without its locks",
    "adopt those that latchctl locks lists as found, or restore a backup: latchd --restore FILE",
  ),
  storeDamaged: kind(
    "store",
    "warn",
    "the store was damaged on {day}; what is left of it is in {folder}",
    "check the card or disk (dmesg) and replace a worn one; then delete the folder",
  ),
  diskFull: kind("store", "bad", "the disk is full: {free_mb} MB are free", fillsDisk),
  diskLow: kind("store", "warn", "the disk is nearly full: {free_mb} MB are free", fillsDisk),
  copyMissing: kind(
    "store",
    "warn",
    "the gateway has no copy of its store",
    "it makes one after each pairing and every day: journalctl -u latchd | grep copy says why not",
  ),
  copyOld: kind(
    "store",
    "warn",
    "the gateway's copy of its store is {hours} h old",
    "a new one is due within the first ten minutes of a run: journalctl -u latchd | grep copy",
  ),
  backupNone: kind("store", "warn", "no backup was ever made", makeBackup),
  backupOld: kind("store", "warn", "the last backup is {days} days old", makeBackup),

  apiWorks: kind("api", "ok", "the API is served"),
  apiTrouble: kind(
    "api",
    "warn",
    "the API cannot be served: {reason}",
    "free the port or the socket, or correct api in the configuration",
  ),
  certificateEnds: kind(
    "api",
    "warn",
    "the certificate of the API ends on {day}",
    "renew api.cert_file; one that the gateway makes is renewed 30 days before: the log says why not",
  ),
  certificateOver: kind(
    "api",
    "bad",
    "the certificate of the API ended on {day}: callers refuse it",
    "renew api.cert_file; one that the gateway makes is renewed 30 days before: the log says why not",
  ),
} as const satisfies Readonly<Record<string, FindingKind>>;
