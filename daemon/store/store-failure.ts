/**
 * What is wrong with the store:
 * - `inUse`: another process, or another part of this one, has it open.
 * - `notProvisioned`: there is no store, and the mode forbids making one.
 * - `alreadyProvisioned`: there is a store, and the mode requires a new one.
 * - `missing`: it was provisioned and its files are gone.
 * - `damaged`: records are gone or altered. Nothing of it may be used before it was reconciled.
 * - `outdated`: it is sound, and an older copy of what this gateway had. Codes may have been revoked since.
 * - `foreign`: it belongs to another master key, so to another gateway.
 * - `schema`: a newer latchd wrote it.
 * - `unreadable`: the operating system or LevelDB refused to open or read it.
 * - `write`: the disk refused a write. Whether the last batch is on disk shows only after reopening.
 * - `closed`: it was closed before.
 * - `sealBroken`: a sealed code does not open with this key and this binding.
 * - `exposed`: another user owns or can write the folder that holds it.
 * - `masterKey`: the master key file is missing, readable by others or malformed.
 */
export type StoreFailureKind =
  | "inUse"
  | "notProvisioned"
  | "alreadyProvisioned"
  | "missing"
  | "damaged"
  | "outdated"
  | "foreign"
  | "schema"
  | "unreadable"
  | "write"
  | "closed"
  | "sealBroken"
  | "masterKey"
  | "exposed";

/** The store cannot be trusted or used. Its message says what was found, never what was stored. */
export class StoreFailure extends Error {
  override readonly name = "StoreFailure";
  readonly kind: StoreFailureKind;

  constructor(kind: StoreFailureKind, detail: string, options: { cause?: unknown } = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
  }
}

/** Returns whether an error comes from the store or from LevelDB. */
export function isStoreFailure(error: unknown): boolean {
  return error instanceof StoreFailure || errorCode(error)?.startsWith("LEVEL_") === true;
}

/** The `code` of a system or LevelDB error, undefined when it has none. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}
